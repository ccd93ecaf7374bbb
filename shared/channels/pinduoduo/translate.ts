import * as z from 'zod';
import {
  channelOrderSchema,
  type Amounts,
  type ChannelLine,
  type ChannelOrder,
  type ChannelReceiver,
  type PlatformHold,
  type Stage,
} from '../../kernel/channel-order.ts';
import { fenFromYuan, splitFen } from '../../kernel/money.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import { count, id, present, text, time, yuanBy } from '../yuan-wire.ts';

/** More lines than this are an error of the platform. */
const LINES_MAX = 1_000;

/** How far a double may be from the amount it stands for when the platform summed floats (59.699999999999996). */
const FLOAT_DUST_YUAN = 1e-6;

const CONFIRM = { open: 0, cancelled: 2 } as const;
const GROUP = { succeeded: 1, failed: 2 } as const;
const RISK_NORMAL = 0;
const REFUND_NONE = 1;
const REFUND_DONE = 4;
const ORDER_SHIPPED = 2;
const STAGES: ReadonlyMap<number, Stage> = new Map([
  [1, 'paid'],
  [ORDER_SHIPPED, 'shipped'],
  [3, 'completed'],
]);

const state = z.union([
  z.int(),
  z
    .string()
    .regex(/^-?\d{1,9}$/)
    .transform(Number),
]);

/** Amounts are doubles here, some of them sums of doubles. */
const yuan = yuanBy((value) => fenFromYuan(value) ?? fenFromYuan(dusted(value)));

const itemSchema = z.object({
  goods_id: id.pipe(z.string().min(1)),
  sku_id: id,
  outer_id: text,
  outer_goods_id: text,
  goods_name: text,
  goods_count: count,
  goods_price: yuan.pipe(z.int()),
});
const giftSchema = itemSchema.omit({ goods_price: true });
const depotSchema = z.object({ depot_code: text, ware_sn: text });

const orderSchema = z.object({
  order_sn: id,
  order_status: state,
  confirm_status: state,
  refund_status: state.nullish().transform((value) => value ?? REFUND_NONE),
  group_status: state.nullish().transform((value) => value ?? GROUP.succeeded),
  risk_control_status: state.nullish().transform((value) => value ?? RISK_NORMAL),
  created_time: time.pipe(z.string()),
  pay_time: time,
  updated_at: time,
  last_ship_time: time,
  pay_amount: yuan.pipe(z.int()),
  postage: yuan,
  platform_discount: yuan,
  capital_free_discount: yuan,
  province: text,
  city: text,
  town: text,
  receiver_name: text,
  receiver_phone: text,
  receiver_address: text,
  receiver_name_mask: text,
  receiver_phone_mask: text,
  receiver_address_mask: text,
  buyer_memo: text,
  remark: text,
  item_list: z.array(itemSchema).min(1).max(LINES_MAX),
  gift_list: z
    .array(giftSchema)
    .max(LINES_MAX)
    .nullish()
    .transform((gifts) => gifts ?? []),
  order_depot_info: depotSchema.nullish(),
});
type Order = z.infer<typeof orderSchema>;
type Item = z.infer<typeof itemSchema>;
type LineState = Pick<ChannelLine, 'refund' | 'cancelled' | 'shippedQuantity' | 'channelWarehouse'>;

/** An `order_info` of pdd.order.information.get in the hub's form. */
export function translatePinduoduo(detail: unknown): Result<ChannelOrder, { readonly message: string }> {
  const read = orderSchema.safeParse(detail);
  if (!read.success) return err({ message: z.prettifyError(read.error) });
  const order = read.data;
  const stage = stageOf(order);
  if (stage === undefined) return err({ message: `unknown order status ${order.order_status}` });
  const amounts = amountsOf(order);
  const translated = channelOrderSchema.safeParse({
    channelOrderId: order.order_sn,
    stage,
    holds: stage === 'paid' ? holdsOf(order) : [],
    lines: linesOf(order, stage, amounts),
    amounts,
    receiver: receiverOf(order),
    createdAt: order.created_time,
    ...present({
      paidAt: order.pay_time,
      shipBy: order.last_ship_time,
      updatedAt: order.updated_at,
      buyerNote: order.buyer_memo,
      sellerNote: order.remark,
    }),
  });
  return translated.success ? ok(translated.data) : err({ message: z.prettifyError(translated.error) });
}

/**
 * `order_status` starts at 1 (to be shipped) even while the order is not confirmed, so `confirm_status` is asked first:
 * not confirmed is unpaid without a payment time, and with one a paid order whose group is still open. A failed group
 * is paid back, so it is cancelled, unless the order was confirmed all the same. A confirmed order is not cancelled on
 * Pinduoduo but refunded: done before shipping, that is the same.
 */
function stageOf(order: Order): Stage | undefined {
  if (order.confirm_status === CONFIRM.cancelled) return 'cancelled';
  if (order.confirm_status === CONFIRM.open && order.group_status === GROUP.failed) return 'cancelled';
  if (order.confirm_status === CONFIRM.open) return order.pay_time === undefined ? 'unpaid' : 'paid';
  const stage = STAGES.get(order.order_status);
  return stage === 'paid' && order.refund_status === REFUND_DONE ? 'cancelled' : stage;
}

/** Whatever is not plainly cleared is held: a hold can be lifted, a parcel cannot be called back. */
function holdsOf(order: Order): PlatformHold[] {
  const holds: PlatformHold[] = [];
  if (order.risk_control_status !== RISK_NORMAL) holds.push('risk_review');
  if (order.confirm_status === CONFIRM.open || order.group_status !== GROUP.succeeded) holds.push('group_open');
  return holds;
}

/**
 * pay_amount = goods - discounts + postage + service fee, where goods are the item lines. The platform's share is
 * platform_discount + capital_free_discount; the seller's is the rest (less a service fee), so the sum always holds.
 */
function amountsOf(order: Order): Amounts {
  const goodsFen = order.item_list.map(valueFen).reduce((total, fen) => total + fen, 0);
  const freightFen = order.postage ?? 0;
  const platformDiscountFen = (order.platform_discount ?? 0) + (order.capital_free_discount ?? 0);
  const sellerDiscountFen = goodsFen + freightFen - platformDiscountFen - order.pay_amount;
  return { goodsFen, freightFen, sellerDiscountFen, platformDiscountFen, paidFen: order.pay_amount };
}

/** The platform gives no amount per line: what was paid for goods is split by value. Gifts are lines without a price. */
function linesOf(order: Order, stage: Stage, amounts: Amounts): ChannelLine[] {
  const shares = splitFen(amounts.paidFen - amounts.freightFen, order.item_list.map(valueFen));
  const ids = lineIds([...order.item_list, ...order.gift_list]);
  const gifts = order.gift_list.map((gift) => ({ ...gift, goods_price: 0 }));
  return [...order.item_list, ...gifts].map((item, index) => ({
    lineId: ids[index] ?? '',
    sku: item.outer_id || item.outer_goods_id || item.sku_id,
    title: item.goods_name,
    quantity: item.goods_count,
    unitPriceFen: item.goods_price,
    paidFen: shares[index] ?? 0,
    ...stateOf(order, stage, item.goods_count),
  }));
}

/** There are no sub orders: refund, cancellation, shipping and the platform's warehouse are the whole order's. */
function stateOf(order: Order, stage: Stage, quantity: number): LineState {
  const refund = refundOf(order.refund_status);
  const shippedQuantity = order.order_status >= ORDER_SHIPPED ? quantity : 0;
  const warehouse = order.order_depot_info?.depot_code || order.order_depot_info?.ware_sn;
  const facts = { refund, cancelled: stage === 'cancelled' && refund !== 'refunded', shippedQuantity };
  return warehouse ? { ...facts, channelWarehouse: warehouse } : facts;
}

/** 1 is no refund or a closed one, 2 and 3 one under way; a state we do not know is taken as open. */
function refundOf(status: number): ChannelLine['refund'] {
  if (status === REFUND_DONE) return 'refunded';
  return status === 0 || status === REFUND_NONE ? 'none' : 'open';
}

/** goods and SKU name a line; the same pair again gets its ordinal. The platform keeps the order of its lists. */
function lineIds(items: readonly Omit<Item, 'goods_price'>[]): string[] {
  const seen = new Map<string, number>();
  return items.map((item) => {
    const pair = `${item.goods_id}-${item.sku_id}`;
    const ordinal = (seen.get(pair) ?? 0) + 1;
    seen.set(pair, ordinal);
    return ordinal === 1 ? pair : `${pair}-${ordinal}`;
  });
}

/** `town` is the county. The sealed fields are empty while the order is under review and after it has shipped. */
function receiverOf(order: Order): ChannelReceiver {
  return {
    province: order.province,
    city: order.city,
    district: order.town,
    sealed: present({ name: order.receiver_name, phone: order.receiver_phone, detail: order.receiver_address }),
    masked: present({
      name: order.receiver_name_mask,
      phone: order.receiver_phone_mask,
      detail: order.receiver_address_mask,
    }),
  };
}

function valueFen(item: Item): number {
  return item.goods_price * item.goods_count;
}

/** The amount a dusty double stands for; other text unchanged. */
function dusted(value: string | number): string {
  const amount = Number(value);
  const fixed = amount.toFixed(2);
  return Math.abs(amount - Number(fixed)) < FLOAT_DUST_YUAN ? fixed : String(value);
}
