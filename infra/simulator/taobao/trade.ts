import { yuanText } from '../../../shared/kernel/money.ts';
import { chinaTextFromMs } from '../../../shared/kernel/time.ts';
import { linePaidFen, totalsOf } from '../order.ts';
import type { OrderLine, PlatformOrder, RefundState } from '../order.ts';
import { personalOf } from '../personal.ts';
import { spellingOf } from '../places.ts';
import { wireText } from '../wire.ts';
import type { Wire } from '../wire.ts';

const STATUS = {
  unpaid: 'WAIT_BUYER_PAY',
  paid: 'WAIT_SELLER_SEND_GOODS',
  partly_shipped: 'SELLER_CONSIGNED_PART',
  shipped: 'WAIT_BUYER_CONFIRM_GOODS',
  completed: 'TRADE_FINISHED',
} as const;
const REFUND_STATUS = { none: 'NO_REFUND', open: 'WAIT_SELLER_AGREE', closed: 'CLOSED', refunded: 'SUCCESS' } as const satisfies Record<RefundState, string>;

/** Closed before payment and closed after it are two words; "paid but must not ship" is a third. */
export function tradeStatus(order: PlatformOrder): string {
  if (order.stage === 'cancelled') return order.paidAtMs === undefined ? 'TRADE_CLOSED_BY_TAOBAO' : 'TRADE_CLOSED';
  return order.stage === 'paid' && order.forbidden ? 'PAID_FORBID_CONSIGN' : STATUS[order.stage];
}

export function buyerOf(order: PlatformOrder): { readonly buyer_nick: string; readonly buyer_open_uid: string } {
  return { buyer_nick: `t**${order.orderId.slice(-1)}`, buyer_open_uid: `AASim${order.orderId}` };
}

/** The answer of taobao.trade.fullinfo.get: yuan strings, GMT+8 times, int64 ids as bare numbers. */
export function tradeText(order: PlatformOrder, sellerNick: string, withOaid: boolean): string {
  return wireText({ trade_fullinfo_get_response: { trade: tradeOf(order, sellerNick, withOaid), request_id: `sim${order.orderId}` } });
}

function tradeOf(order: PlatformOrder, sellerNick: string, withOaid: boolean): Wire {
  const totals = totalsOf(order);
  const spelled = spellingOf('taobao', order.place);
  const personal = personalOf(order);
  return {
    tid: BigInt(order.orderId), tid_str: order.orderId, status: tradeStatus(order), type: 'fixed',
    seller_nick: sellerNick, ...buyerOf(order),
    created: chinaTextFromMs(order.createdAtMs), modified: chinaTextFromMs(order.updatedAtMs),
    ...(order.paidAtMs === undefined ? {} : { pay_time: chinaTextFromMs(order.paidAtMs) }),
    ...(order.stage === 'completed' ? { end_time: chinaTextFromMs(order.updatedAtMs) } : {}),
    total_fee: yuanText(totals.goodsFen), discount_fee: yuanText(totals.sellerDiscountFen + totals.platformDiscountFen), adjust_fee: '0.00',
    post_fee: yuanText(totals.freightFen), payment: yuanText(totals.paidFen), received_payment: '0.00',
    num: order.lines.reduce((sum, line) => sum + line.quantity, 0),
    receiver_name: personal.nameMask, receiver_mobile: `*******${personal.phoneMask.slice(-4)}`,
    receiver_state: spelled.province, receiver_city: spelled.city, receiver_district: spelled.district, receiver_town: spelled.town,
    receiver_address: personal.addressMask, receiver_zip: '000000',
    ...(withOaid ? { oaid: personal.sealed } : {}),
    buyer_message: order.buyerNote, seller_memo: '', seller_flag: 0, trade_from: 'WAP,WAP',
    promotion_details: { promotion_detail: promotionsOf(order) },
    orders: { order: order.lines.map((line) => lineOf(order, line)) },
  };
}

/** Who bears a discount shows only in the promotion's name and id: 店铺 is the shop's, 平台 is the platform's. */
function promotionsOf(order: PlatformOrder): Wire[] {
  const { sellerDiscountFen, platformDiscountFen } = totalsOf(order);
  const promotions = [
    { name: '店铺满减', id: 'mjs-1', fen: sellerDiscountFen },
    { name: '平台红包', id: 'hb-1', fen: platformDiscountFen },
  ];
  return promotions
    .filter(({ fen }) => fen > 0)
    .map(({ name, id, fen }) => ({ id: BigInt(order.orderId), promotion_name: name, discount_fee: yuanText(fen), promotion_id: id }));
}

/** `divide_order_fee` is the paid share without freight; `payment` takes the freight in when the trade has one line only. */
function lineOf(order: PlatformOrder, line: OrderLine): Wire {
  const totalFen = line.unitPriceFen * line.quantity;
  const freightFen = order.lines.length === 1 ? order.freightFen : 0;
  const parcel = order.shipments.findLast(({ lines }) => lines.some(({ lineId }) => lineId === line.lineId));
  return {
    oid: BigInt(line.lineId), oid_str: line.lineId, status: lineStatus(order, line), title: line.title,
    num_iid: BigInt(line.productId), sku_id: line.skuId, outer_iid: line.sku.split('-')[0] ?? '', outer_sku_id: line.sku,
    sku_properties_name: '', num: line.quantity, price: yuanText(line.unitPriceFen), total_fee: yuanText(totalFen),
    discount_fee: '0.00', adjust_fee: '0.00', part_mjz_discount: yuanText(totalFen - linePaidFen(line)),
    divide_order_fee: yuanText(linePaidFen(line)), payment: yuanText(totalFen + freightFen),
    refund_status: REFUND_STATUS[line.refund], ...(line.refund === 'none' ? {} : { refund_id: BigInt(line.refundId) }),
    store_code: '', ...(parcel === undefined ? {} : { logistics_company: parcel.company, invoice_no: parcel.trackingNumber, consign_time: chinaTextFromMs(parcel.atMs) }),
  };
}

function lineStatus(order: PlatformOrder, line: OrderLine): string {
  if (order.stage === 'cancelled') return tradeStatus(order);
  if (line.refund === 'refunded') return 'TRADE_CLOSED';
  if (order.stage === 'partly_shipped') return line.shippedQuantity === line.quantity ? STATUS.shipped : STATUS.paid;
  return tradeStatus(order);
}
