import * as z from 'zod';
import {
  type Amounts,
  type ChannelLine,
  type ChannelOrder,
  type ChannelReceiver,
  channelOrderSchema,
  type PlatformHold,
  type Stage,
} from '../../kernel/channel-order.ts';
import { splitFen } from '../../kernel/money.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import { isoFromUnixSeconds } from '../../kernel/time.ts';
import { detailSchema, type WechatDetail, type WechatProduct } from './detail.ts';

type Malformed = { readonly message: string };

/** What a status means for the hub; 12 and 13 are paid and wait for somebody else than the seller. */
const MEANING_OF_STATUS: ReadonlyMap<number | undefined, { readonly stage: Stage; readonly hold?: PlatformHold }> = new Map([
  [10, { stage: 'unpaid' }],
  [12, { stage: 'paid', hold: 'platform_forbids' }], // a gift that is not accepted yet, so it has no address
  [13, { stage: 'paid', hold: 'group_open' }], // bought together, the group is not complete
  [20, { stage: 'paid' }],
  [21, { stage: 'partly_shipped' }],
  [30, { stage: 'shipped' }],
  [100, { stage: 'completed' }],
  [190, { stage: 'cancelled' }],
  [200, { stage: 'cancelled' }],
  [250, { stage: 'cancelled' }],
]);

/** 100 million yuan: what is above is damage, and sums below stay exact. */
const ORDER_FEN_MAX = 10_000_000_000;
/** 2001-09-09. A deadline before it is not a moment but a span, whose start is not told. */
const DEADLINE_SECONDS_MIN = 1_000_000_000;

/** WeChat's order detail in the hub's form. Strips what the hub does not read; never throws. */
export function translate(detail: unknown): Result<ChannelOrder, Malformed> {
  const parsed = detailSchema.safeParse(detail);
  if (!parsed.success) return err({ message: z.prettifyError(parsed.error) });
  const source = parsed.data;
  const meaning = MEANING_OF_STATUS.get(source.status);
  if (meaning === undefined) return err({ message: `status ${source.status} is not known` });
  const { pay_info: payment, delivery_info: delivery, ext_info: notes } = source.order_detail;
  const lines = linesOf(source, meaning.stage);
  const amounts = amountsOf(source, lines);
  if (Math.abs(amounts.goodsFen) > ORDER_FEN_MAX) return err({ message: 'the amounts are out of range' });
  const underReview = Boolean(delivery?.address_under_review);
  const order = channelOrderSchema.safeParse({
    channelOrderId: source.order_id,
    stage: meaning.stage,
    holds: [...(meaning.hold === undefined ? [] : [meaning.hold]), ...(underReview ? ['address_under_review'] : [])],
    lines: withPaid(source, lines, amounts),
    amounts,
    receiver: receiverOf(source),
    createdAt: isoFromUnixSeconds(source.create_time ?? payment?.pay_time ?? 0),
    paidAt: isoFromUnixSeconds(payment?.pay_time ?? 0),
    shipBy: shipBy(source),
    updatedAt: isoFromUnixSeconds(source.update_time ?? 0),
    ...(notes?.customer_notes ? { buyerNote: notes.customer_notes } : {}),
    ...(notes?.merchant_notes ? { sellerNote: notes.merchant_notes } : {}),
  });
  return order.success ? ok(order.data) : err({ message: z.prettifyError(order.error) });
}

function linesOf(source: WechatDetail, stage: Stage): ChannelLine[] {
  const products = source.order_detail.product_infos;
  const inParcels = piecesInParcels(source);
  const seen = new Map<string, number>();
  return products.map((product) => {
    const pair = pairOf(product);
    const ordinal = (seen.get(pair) ?? 0) + 1;
    seen.set(pair, ordinal);
    const refund = refundOf(product);
    const packed = Math.min(product.sku_cnt, inParcels.get(pair) ?? 0);
    inParcels.set(pair, (inParcels.get(pair) ?? 0) - packed);
    const allLeft = (stage === 'shipped' || stage === 'completed') && refund !== 'refunded';
    return {
      // WeChat has no sub-order id. The pair is unique but for the rare order that lists it twice, always in one order.
      lineId: ordinal === 1 ? pair : `${pair}-${ordinal}`,
      sku: product.sku_code || product.out_sku_id || product.sku_id,
      title: product.title,
      quantity: product.sku_cnt,
      unitPriceFen: product.sale_price ?? 0,
      paidFen: product.real_price ?? product.estimate_price ?? 0,
      refund,
      // Goods that had left before the order was given up came back as a refund, not as a cancellation.
      cancelled: stage === 'cancelled' && packed === 0,
      shippedQuantity: allLeft ? product.sku_cnt : packed,
      ...(product.out_warehouse_id === '' ? {} : { channelWarehouse: product.out_warehouse_id }),
    };
  });
}

function pairOf(product: { readonly product_id: string; readonly sku_id: string }): string {
  return `${product.product_id}-${product.sku_id}`;
}

/** Refunds are told as pieces per line: a line is refunded once all its pieces are. */
function refundOf(product: WechatProduct): ChannelLine['refund'] {
  if ((product.finish_aftersale_sku_cnt ?? 0) >= product.sku_cnt) return 'refunded';
  return (product.on_aftersale_sku_cnt ?? 0) > 0 ? 'open' : 'none';
}

function piecesInParcels(source: WechatDetail): Map<string, number> {
  const pieces = new Map<string, number>();
  const parcels = source.order_detail.delivery_info?.delivery_product_info ?? [];
  for (const product of parcels.flatMap((parcel) => parcel.product_infos)) {
    const pair = pairOf(product);
    pieces.set(pair, (pieces.get(pair) ?? 0) + Math.max(0, product.product_cnt ?? 0));
  }
  return pieces;
}

function amountsOf(source: WechatDetail, lines: readonly ChannelLine[]): Amounts {
  const price = source.order_detail.price_info;
  const goodsFen = lines.reduce((total, line) => total + line.unitPriceFen * line.quantity, 0);
  const freightFen = (price?.is_change_freight === true ? price.change_freight : undefined) ?? price?.freight ?? 0;
  const discountFen = price?.discounted_price ?? price?.merchant_discounted_price ?? 0;
  const sellerShareFen = price?.merchant_discounted_price ?? discountFen;
  // What the seller does not bear is borne by the platform or a talent, and a talent counts as platform.
  const platformDiscountFen = discountFen - sellerShareFen;
  const computedFen = goodsFen + freightFen - discountFen;
  // An order that nobody has paid may tell 0 for what is paid; a paid one may truly cost nothing.
  const isPaid = (source.order_detail.pay_info?.pay_time ?? 0) > 0;
  const told = !isPaid && price?.order_price === 0 ? undefined : price?.order_price;
  const paidFen = told ?? computedFen;
  // What was paid is certain. The seller bears what the parts do not explain: a lowered price, points of his members.
  return { goodsFen, freightFen, sellerDiscountFen: sellerShareFen + computedFen - paidFen, platformDiscountFen, paidFen };
}

/** Lines with what was paid for each: told by WeChat, or else split by value. */
function withPaid(source: WechatDetail, lines: readonly ChannelLine[], amounts: Amounts): readonly ChannelLine[] {
  const told = source.order_detail.product_infos.every((product) => (product.real_price ?? product.estimate_price) !== undefined);
  if (told) return lines;
  const weights = lines.map((line) => Math.max(0, line.unitPriceFen * line.quantity));
  const shares = splitFen(Math.max(0, amounts.paidFen - amounts.freightFen), weights);
  return lines.map((line, index) => ({ ...line, paidFen: shares[index] ?? 0 }));
}

function shipBy(source: WechatDetail): string | undefined {
  const deadlines = source.order_detail.product_infos.map((product) => product.delivery_deadline ?? 0);
  const moments = deadlines.filter((seconds) => seconds >= DEADLINE_SECONDS_MIN);
  return moments.length === 0 ? undefined : isoFromUnixSeconds(Math.min(...moments));
}

/** Region names are plain; name, phone and detail are masked, and what is not masked is not kept. */
function receiverOf(source: WechatDetail): ChannelReceiver {
  const delivery = source.order_detail.delivery_info;
  const address = delivery?.address_info;
  const masked = { name: address?.user_name ?? '', phone: address?.tel_number ?? '', detail: address?.detail_info ?? '' };
  const code = delivery?.ewaybill_order_code ?? '';
  return {
    province: address?.province_name ?? '',
    city: address?.city_name ?? '',
    district: address?.county_name ?? '',
    sealed: code === '' ? {} : { ewaybillOrderCode: code },
    masked: Object.fromEntries(Object.entries(masked).filter(([, value]) => value.includes('*'))),
  };
}
