import * as z from 'zod';
import { id, list, text, whole } from '../fen-wire.ts';

/** The most lines read of one order. The hub works off 500; a larger order must still be read, to be held as `oversized`. */
const LINES_MAX = 1_000;

/** Unix seconds; what is no time reads as none. */
const time = whole.catch(undefined);

const addressSchema = z
  .object({
    province_name: text,
    city_name: text,
    county_name: text,
    user_name: text,
    tel_number: text,
    detail_info: text,
  })
  .nullish()
  .catch(null);

const productSchema = z.object({
  product_id: id,
  sku_id: id,
  sku_code: text,
  out_sku_id: text,
  title: text,
  sku_cnt: whole.pipe(z.int().min(1)),
  sale_price: whole,
  real_price: whole,
  estimate_price: whole,
  on_aftersale_sku_cnt: whole,
  finish_aftersale_sku_cnt: whole,
  out_warehouse_id: text,
  delivery_deadline: time,
});
export type WechatProduct = z.infer<typeof productSchema>;

const priceSchema = z.object({
  order_price: whole,
  freight: whole,
  is_change_freight: z.boolean().nullish().catch(null),
  change_freight: whole,
  discounted_price: whole,
  merchant_discounted_price: whole,
});

const parcelSchema = z.object({
  product_infos: list(z.object({ product_id: text, sku_id: text, product_cnt: whole.catch(undefined) })),
});

const deliverySchema = z.object({
  address_info: addressSchema,
  address_under_review: z.unknown().optional(),
  ewaybill_order_code: text,
  delivery_product_info: list(parcelSchema).catch([]),
});

/** `order` of channels/ec/order/get, as far as the hub reads it; all else is dropped. */
export const detailSchema = z.object({
  order_id: id,
  status: whole,
  create_time: time,
  update_time: time,
  order_detail: z.object({
    product_infos: z.array(productSchema).min(1).max(LINES_MAX),
    price_info: priceSchema.nullish(),
    pay_info: z.object({ pay_time: time }).nullish().catch(null),
    delivery_info: deliverySchema.nullish(),
    ext_info: z.object({ customer_notes: text, merchant_notes: text }).nullish().catch(null),
  }),
});
export type WechatDetail = z.infer<typeof detailSchema>;
