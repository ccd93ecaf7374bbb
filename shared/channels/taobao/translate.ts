import * as z from 'zod';
import {
  channelOrderSchema,
  type Amounts,
  type ChannelLine,
  type ChannelOrder,
  type ChannelReceiver,
  type Stage,
} from '../../kernel/channel-order.ts';
import { splitFen } from '../../kernel/money.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import { count, id, present, text, time, yuan } from '../yuan-wire.ts';

/** More lines than this are an error of the platform. */
const LINES_MAX = 1_000;

const STAGES: ReadonlyMap<string, Stage> = new Map([
  ['TRADE_NO_CREATE_PAY', 'unpaid'],
  ['WAIT_BUYER_PAY', 'unpaid'],
  ['PAY_PENDING', 'unpaid'],
  ['WAIT_SELLER_SEND_GOODS', 'paid'],
  ['PAID_FORBID_CONSIGN', 'paid'],
  ['SELLER_CONSIGNED_PART', 'partly_shipped'],
  ['WAIT_BUYER_CONFIRM_GOODS', 'shipped'],
  ['TRADE_BUYER_SIGNED', 'shipped'],
  ['TRADE_FINISHED', 'completed'],
  ['TRADE_CLOSED', 'cancelled'],
  ['TRADE_CLOSED_BY_TAOBAO', 'cancelled'],
]);

/** Refunds that are over without money going back. Any other than these and SUCCESS is still open. */
const NO_REFUND: ReadonlySet<string> = new Set(['', 'NO_REFUND', 'CLOSED']);

/**
 * TOP does not say who pays for a promotion; these are the ones known to be the platform's, by the beginning of their
 * name or id. All else counts as the seller's, which is right for shop coupons and 跨店满减 (the seller bears it).
 */
const PLATFORM_PROMOTIONS = { names: ['平台', '天猫', '淘宝', '红包', '现金红包', '超级红包'], ids: ['hb-'] } as const;

const orderSchema = z.object({
  oid: id,
  oid_str: id,
  status: text,
  title: text,
  num_iid: id,
  sku_id: id,
  outer_iid: text,
  outer_sku_id: text,
  num: count,
  price: yuan.pipe(z.int()),
  divide_order_fee: yuan,
  refund_status: text,
  store_code: text,
  invoice_no: text,
  consign_time: text,
});
const ordersSchema = z.array(orderSchema).max(LINES_MAX);
const promotionSchema = z.object({ promotion_name: text, promotion_id: id, discount_fee: yuan });

const tradeSchema = z.object({
  tid: id,
  tid_str: id,
  status: z.string(),
  payment: yuan.pipe(z.int()),
  post_fee: yuan,
  created: time.pipe(z.string()),
  pay_time: time,
  modified: time,
  receiver_state: text,
  receiver_city: text,
  receiver_district: text,
  receiver_town: text,
  receiver_name: text,
  receiver_mobile: text,
  receiver_phone: text,
  receiver_address: text,
  oaid: text,
  buyer_message: text,
  seller_memo: text,
  // A list is wrapped in an object naming its element, unless the call was made with `simplify`.
  orders: z.union([z.object({ order: ordersSchema }).transform((orders) => orders.order), ordersSchema]),
  promotion_details: z
    .union([
      z
        .object({ promotion_detail: z.array(promotionSchema).nullish() })
        .transform((details) => details.promotion_detail),
      z.array(promotionSchema),
    ])
    .nullish()
    .transform((details) => details ?? []),
});
type Trade = z.infer<typeof tradeSchema>;
type Order = z.infer<typeof orderSchema>;

/** A `trade` of taobao.trade.fullinfo.get in the hub's form. */
export function translateTaobao(detail: unknown): Result<ChannelOrder, { readonly message: string }> {
  const read = tradeSchema.safeParse(detail);
  if (!read.success) return err({ message: z.prettifyError(read.error) });
  const trade = read.data;
  const stage = STAGES.get(trade.status);
  if (stage === undefined) return err({ message: `unknown trade status ${trade.status}` });
  const amounts = amountsOf(trade);
  const order = channelOrderSchema.safeParse({
    channelOrderId: trade.tid_str || trade.tid,
    stage,
    holds: trade.status === 'PAID_FORBID_CONSIGN' ? ['platform_forbids'] : [],
    lines: linesOf(trade, amounts),
    amounts,
    receiver: receiverOf(trade),
    createdAt: trade.created,
    ...present({
      paidAt: trade.pay_time,
      updatedAt: trade.modified,
      buyerNote: trade.buyer_message,
      sellerNote: trade.seller_memo,
    }),
  });
  return order.success ? ok(order.data) : err({ message: z.prettifyError(order.error) });
}

/**
 * `payment` is what the buyer pays. The platform's share is what `PLATFORM_PROMOTIONS` recognises, but never more than
 * the whole reduction; the seller's is the rest (negative when the seller raised the price), so the sum always holds.
 */
function amountsOf(trade: Trade): Amounts {
  const goodsFen = sum(trade.orders.map(valueFen));
  const freightFen = trade.post_fee ?? 0;
  const reductionFen = goodsFen + freightFen - trade.payment;
  const recognisedFen = sum(
    trade.promotion_details.filter(isPlatforms).map((promotion) => promotion.discount_fee ?? 0),
  );
  const platformDiscountFen = Math.max(0, Math.min(recognisedFen, reductionFen));
  const sellerDiscountFen = reductionFen - platformDiscountFen;
  return { goodsFen, freightFen, sellerDiscountFen, platformDiscountFen, paidFen: trade.payment };
}

function isPlatforms(promotion: z.infer<typeof promotionSchema>): boolean {
  return (
    PLATFORM_PROMOTIONS.names.some((name) => promotion.promotion_name.startsWith(name)) ||
    PLATFORM_PROMOTIONS.ids.some((prefix) => promotion.promotion_id.startsWith(prefix))
  );
}

/**
 * A line's paid amount is `divide_order_fee`, the payment as the platform splits it. Lines without one (before the
 * payment it is missing) share what is left of the goods' payment by value, the last of them taking the remainder;
 * `order.payment` will not do, since it includes freight in a trade of one order and not in others.
 */
function linesOf(trade: Trade, amounts: Amounts): ChannelLine[] {
  const open = trade.orders.filter((order) => order.divide_order_fee === undefined);
  const leftFen = amounts.paidFen - amounts.freightFen - sum(trade.orders.map((order) => order.divide_order_fee ?? 0));
  const shares = open.length === 0 ? [] : splitFen(Math.max(0, leftFen), open.map(valueFen));
  return trade.orders.map((order) => lineOf(order, order.divide_order_fee ?? shares[open.indexOf(order)] ?? 0));
}

function lineOf(order: Order, paidFen: number): ChannelLine {
  const refund = refundOf(order.refund_status);
  const line = {
    lineId: order.oid_str || order.oid,
    // The seller's own code is on the SKU; a product without SKUs has it on the item; with neither, the platform's id
    // at least tells the products apart.
    sku: order.outer_sku_id || order.outer_iid || order.sku_id || order.num_iid,
    title: order.title,
    quantity: order.num,
    unitPriceFen: order.price,
    paidFen,
    refund,
    cancelled: STAGES.get(order.status) === 'cancelled' && refund !== 'refunded',
    shippedQuantity: isShipped(order) ? order.num : 0,
  };
  return order.store_code === '' ? line : { ...line, channelWarehouse: order.store_code };
}

/** A refund state we do not know is taken as open: a hold can be lifted, a parcel cannot be called back. */
function refundOf(status: string): ChannelLine['refund'] {
  if (status === 'SUCCESS') return 'refunded';
  return NO_REFUND.has(status) ? 'none' : 'open';
}

/** A sub order ships whole. One closed after shipping keeps its parcel's number, and its goods are out all the same. */
function isShipped(order: Order): boolean {
  const stage = STAGES.get(order.status);
  if (stage === 'shipped' || stage === 'completed') return true;
  return stage === 'cancelled' && (order.invoice_no !== '' || order.consign_time !== '');
}

/** The city stays empty for county-level cities right under a province (济源): the district names them. */
function receiverOf(trade: Trade): ChannelReceiver {
  const { receiver_state: province, receiver_city: city, receiver_district: district, receiver_town: town } = trade;
  return {
    province,
    city,
    district,
    ...present({ town }),
    sealed: present({ oaid: trade.oaid }),
    masked: masked({
      name: trade.receiver_name,
      phone: trade.receiver_mobile || trade.receiver_phone,
      detail: trade.receiver_address,
    }),
  };
}

/** TOP masks with asterisks, except for apps allowed to see all: personal data in plain is not taken in. */
function masked(fields: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value.includes('*')));
}

function valueFen(order: Order): number {
  return order.price * order.num;
}

function sum(amountsFen: readonly number[]): number {
  return amountsFen.reduce((total, amountFen) => total + amountFen, 0);
}
