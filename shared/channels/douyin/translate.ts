import * as z from 'zod';
import {
  type Amounts,
  type ChannelLine,
  type ChannelOrder,
  type ChannelReceiver,
  channelOrderSchema,
  type Stage,
} from '../../kernel/channel-order.ts';
import { splitFen } from '../../kernel/money.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import { isoFromUnixSeconds } from '../../kernel/time.ts';
import { detailSchema, type DouyinDetail, type DouyinLine } from './detail.ts';

type Malformed = { readonly message: string };
type Refund = ChannelLine['refund'];

const STAGE_OF_STATUS: ReadonlyMap<number | undefined, Stage> = new Map([
  [1, 'unpaid'],
  [103, 'unpaid'], // a deposit is paid, the rest is not
  [105, 'paid'], // paid, and not to be prepared yet: see PENDING
  [2, 'paid'],
  [101, 'partly_shipped'],
  [3, 'shipped'],
  [4, 'cancelled'],
  [5, 'completed'],
]);
/** 105 已支付 is an order under Douyin's own review; only 2 备货中 may be shipped. */
const PENDING = 105;
const CANCELLED = 4;
/** 100 million yuan: what is above is damage, and sums below stay exact. */
const ORDER_FEN_MAX = 10_000_000_000;

/** `main_status` once everything is refunded. `order_status` then says 4, whether or not the goods had left. */
const STAGE_OF_FULL_REFUND: ReadonlyMap<number | undefined, Stage> = new Map([
  [21, 'cancelled'], // before shipping
  [22, 'shipped'],
  [39, 'completed'],
]);

/** What `after_sale_status` means for the line; one that is not listed holds the line until a person has looked. */
const REFUND_OF_AFTER_SALE: ReadonlyMap<number, Refund | 'by_type' | 'by_refund'> = new Map([
  [0, 'none'],
  [6, 'open'], // applied
  [7, 'open'], // goods on the way back
  [8, 'open'], // resend or repair: the seller is to ship
  [11, 'open'], // the buyer has sent the goods back
  [12, 'by_type'], // success
  [13, 'open'], // exchange or resend: on its way to the buyer
  [14, 'open'], // exchange or resend: received; kept open, for the sources do not say that nothing follows
  [27, 'none'], // the seller refused
  [28, 'none'], // failed or withdrawn
  [29, 'none'], // the seller refused the returned goods
  [51, 'by_refund'], // cancelled before shipping
  [53, 'by_refund'], // the reverse trade is over
]);
const ORDER_CANCEL_SUCCEEDED = 51;
/** Exchange, price protection, resend, repair: their success leaves the goods with the buyer. */
const TYPES_KEEPING_GOODS: ReadonlySet<number | undefined> = new Set([3, 6, 7, 8]);
const REFUND_PENDING = 1;
const REFUND_SUCCEEDED = 3;

/** Douyin's order detail in the hub's form. Strips what the hub does not read; never throws. */
export function translate(detail: unknown): Result<ChannelOrder, Malformed> {
  const parsed = detailSchema.safeParse(detail);
  if (!parsed.success) return err({ message: z.prettifyError(parsed.error) });
  const source = parsed.data;
  const stage = stageOf(source);
  if (stage === undefined) return err({ message: `order_status ${source.order_status} is not known` });
  const createdAt = isoFromUnixSeconds(source.create_time ?? source.pay_time ?? 0);
  const lines = linesOf(source, stage);
  const amounts = amountsOf(source, lines);
  if (Math.abs(amounts.goodsFen) > ORDER_FEN_MAX) return err({ message: 'the amounts are out of range' });
  const order = channelOrderSchema.safeParse({
    channelOrderId: source.order_id,
    stage,
    holds: stage === 'paid' && isPending(source) ? ['platform_forbids'] : [],
    lines: withPaid(source, lines, amounts),
    amounts,
    receiver: receiverOf(source),
    createdAt,
    paidAt: isoFromUnixSeconds(source.pay_time ?? 0),
    shipBy: isoFromUnixSeconds(source.exp_ship_time ?? 0),
    updatedAt: isoFromUnixSeconds(source.update_time ?? 0),
    ...(source.buyer_words === '' ? {} : { buyerNote: source.buyer_words }),
    ...(source.seller_words === '' ? {} : { sellerNote: source.seller_words }),
  });
  if (!order.success) return err({ message: z.prettifyError(order.error) });
  if (new Set(lines.map((line) => line.lineId)).size < lines.length) return err({ message: 'two lines share a sub-order id' });
  return ok(order.data);
}

function stageOf(source: DouyinDetail): Stage | undefined {
  const refunded = STAGE_OF_FULL_REFUND.get(source.main_status);
  return refunded ?? STAGE_OF_STATUS.get(source.order_status ?? source.main_status);
}

function isPending(source: DouyinDetail): boolean {
  return source.order_status === PENDING || source.main_status === PENDING;
}

function linesOf(source: DouyinDetail, stage: Stage): ChannelLine[] {
  const inParcels = piecesInParcels(source);
  return source.sku_order_list.map((line) => {
    const fullRefund = STAGE_OF_FULL_REFUND.get(source.main_status) ?? STAGE_OF_FULL_REFUND.get(line.main_status);
    const refund = fullRefund === undefined ? refundOf(line) : 'refunded';
    const lineStage = fullRefund ?? (isCancelled(line) ? 'cancelled' : (STAGE_OF_STATUS.get(line.order_status) ?? stage));
    const allLeft = hasLeft(lineStage) || (hasLeft(stage) && refund !== 'refunded' && lineStage !== 'cancelled');
    const warehouse = warehouseOf(line);
    return {
      lineId: line.order_id,
      sku: line.code || line.out_sku_id || line.sku_id,
      title: line.product_name,
      quantity: line.item_num,
      unitPriceFen: line.origin_amount ?? Math.floor((line.sum_amount ?? 0) / line.item_num),
      paidFen: line.pay_amount ?? 0,
      refund,
      cancelled: !allLeft && (lineStage === 'cancelled' || stage === 'cancelled'),
      shippedQuantity: allLeft ? line.item_num : Math.min(line.item_num, inParcels.get(line.order_id) ?? 0),
      ...(warehouse === '' ? {} : { channelWarehouse: warehouse }),
    };
  });
}

function hasLeft(stage: Stage): boolean {
  return stage === 'shipped' || stage === 'completed';
}

function isCancelled(line: DouyinLine): boolean {
  return line.order_status === CANCELLED || line.after_sale_info?.after_sale_status === ORDER_CANCEL_SUCCEEDED;
}

function refundOf(line: DouyinLine): Refund {
  const info = line.after_sale_info;
  const meaning = REFUND_OF_AFTER_SALE.get(info?.after_sale_status ?? 0) ?? 'open';
  if (meaning === 'by_type') return TYPES_KEEPING_GOODS.has(info?.after_sale_type) ? 'none' : 'refunded';
  if (meaning !== 'by_refund') return meaning;
  if (info?.refund_status === REFUND_SUCCEEDED) return 'refunded';
  return info?.refund_status === REFUND_PENDING ? 'open' : 'none';
}

/** Pieces per sub order that are in parcels, for lines whose own status does not yet say "shipped". */
function piecesInParcels(source: DouyinDetail): ReadonlyMap<string, number> {
  const shipped = new Map<string, number>();
  for (const product of source.logistics_info.flatMap((parcel) => parcel.product_info)) {
    const { sku_order_id: lineId, product_count: count = 0 } = product;
    if (typeof lineId === 'string') shipped.set(lineId, (shipped.get(lineId) ?? 0) + Math.max(0, count));
  }
  return shipped;
}

function warehouseOf(line: DouyinLine): string {
  return line.inventory_list.map((entry) => entry.out_warehouse_id || entry.warehouse_id).find((name) => name !== '') ?? '';
}

function amountsOf(source: DouyinDetail, lines: readonly ChannelLine[]): Amounts {
  const goodsFen = lines.reduce((total, line) => total + line.unitPriceFen * line.quantity, 0);
  const freightFen = source.post_amount ?? 0;
  // Who bears a discount counts, not who gave it out; platform_cost_amount already holds the talent's share.
  const sellerShareFen = source.shop_cost_amount ?? source.promotion_shop_amount ?? 0;
  const platformDiscountFen =
    source.platform_cost_amount ?? (source.promotion_platform_amount ?? 0) + (source.promotion_talent_amount ?? 0);
  const computedFen = goodsFen + freightFen - sellerShareFen - platformDiscountFen;
  // An order that nobody has paid may tell 0 for what is paid; a paid one may truly cost nothing.
  const told = (source.pay_time ?? 0) === 0 && source.pay_amount === 0 ? undefined : source.pay_amount;
  const paidFen = told ?? computedFen;
  // What was paid is certain. The seller bears what the parts do not explain: a changed price or freight.
  return { goodsFen, freightFen, sellerDiscountFen: sellerShareFen + computedFen - paidFen, platformDiscountFen, paidFen };
}

/** Lines with what was paid for each: told by Douyin, or else split by value. */
function withPaid(source: DouyinDetail, lines: readonly ChannelLine[], amounts: Amounts): readonly ChannelLine[] {
  if (source.sku_order_list.every((line) => line.pay_amount !== undefined)) return lines;
  const weights = lines.map((line) => Math.max(0, line.unitPriceFen * line.quantity));
  const shares = splitFen(Math.max(0, amounts.paidFen - amounts.freightFen), weights);
  return lines.map((line, index) => ({ ...line, paidFen: shares[index] ?? 0 }));
}

/** Douyin's `town` is the county and its `street` the town. The plain address detail is always empty. */
function receiverOf(source: DouyinDetail): ChannelReceiver {
  const address = source.post_addr;
  const town = address?.street ?? '';
  return {
    province: address?.province ?? '',
    city: address?.city ?? '',
    district: address?.town ?? '',
    ...(town === '' ? {} : { town }),
    sealed: filled({
      name: source.encrypt_post_receiver,
      phone: source.encrypt_post_tel,
      detail: address?.encrypt_detail ?? '',
    }),
    masked: filled({
      name: source.mask_post_receiver,
      phone: source.mask_post_tel,
      detail: source.mask_post_addr?.detail ?? '',
    }),
  };
}

function filled(fields: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''));
}
