import * as z from 'zod';
import { id, list, text, whole } from '../fen-wire.ts';

/** The most lines read of one order. The hub works off 500; a larger order must still be read, to be held as `oversized`. */
const LINES_MAX = 1_000;

/** Unix seconds; what is no time reads as none. */
const time = whole.catch(undefined);

const place = z
  .object({ name: text })
  .nullish()
  .transform((named) => named?.name ?? '')
  .catch('');

const addressSchema = z
  .object({ province: place, city: place, town: place, street: place, detail: text, encrypt_detail: text })
  .nullish()
  .catch(null);

const shippedProductSchema = z.object({ sku_order_id: id.nullish().catch(null), product_count: whole.catch(undefined) });
const parcelSchema = z.object({ product_info: list(shippedProductSchema) });

/** The amounts that an order and each of its lines carry alike, in fen. */
const costs = {
  pay_amount: whole,
  shop_cost_amount: whole,
  platform_cost_amount: whole,
  promotion_shop_amount: whole,
  promotion_platform_amount: whole,
  promotion_talent_amount: whole,
};

const lineSchema = z.object({
  order_id: id,
  order_status: whole,
  main_status: whole,
  code: text,
  out_sku_id: text,
  sku_id: text,
  product_name: text,
  item_num: whole.pipe(z.int().min(1)),
  origin_amount: whole,
  sum_amount: whole,
  pay_amount: whole,
  inventory_list: list(z.object({ warehouse_id: text, out_warehouse_id: text })).catch([]),
  after_sale_info: z.object({ after_sale_status: whole, after_sale_type: whole, refund_status: whole }).nullish(),
});
export type DouyinLine = z.infer<typeof lineSchema>;

/** `shop_order_detail` of order.orderDetail, as far as the hub reads it; all else is dropped. */
export const detailSchema = z.object({
  order_id: id,
  order_status: whole,
  main_status: whole,
  create_time: time,
  pay_time: time,
  update_time: time,
  exp_ship_time: time,
  post_amount: whole,
  ...costs,
  encrypt_post_receiver: text,
  encrypt_post_tel: text,
  mask_post_receiver: text,
  mask_post_tel: text,
  post_addr: addressSchema,
  mask_post_addr: addressSchema,
  buyer_words: text,
  seller_words: text,
  logistics_info: list(parcelSchema).catch([]),
  sku_order_list: z.array(lineSchema).min(1).max(LINES_MAX),
});
export type DouyinDetail = z.infer<typeof detailSchema>;
