import { chinaTextFromMs } from '../../../shared/kernel/time.ts';
import { totalsOf } from '../order.ts';
import type { PlatformOrder } from '../order.ts';
import { personalOf } from '../personal.ts';
import { spellingOf } from '../places.ts';
import { wireText } from '../wire.ts';
import type { Wire } from '../wire.ts';

const SHIP_WITHIN_MS = 48 * 3_600_000;
/** 1 to be shipped, 2 shipped, 3 signed for. An order is never "partly" shipped here. */
const STATUS = { unpaid: 1, paid: 1, partly_shipped: 2, shipped: 2, completed: 3, cancelled: 1 } as const;

/** The answer of pdd.order.information.get: amounts are JSON floats in yuan. */
export function detailText(order: PlatformOrder): string {
  return wireText({ order_info_get_response: { order_info: infoOf(order), request_id: `sim${order.orderId}` } });
}

function infoOf(order: PlatformOrder): Wire {
  const spelled = spellingOf('pinduoduo', order.place);
  const refunded = order.lines.every(({ refund }) => refund === 'refunded');
  const parcel = order.shipments.at(-1);
  return {
    order_sn: order.orderId, order_status: STATUS[order.stage], refund_status: refundStatus(order), after_sales_status: refunded ? 10 : 0,
    confirm_status: confirmStatus(order), group_status: confirmStatus(order), risk_control_status: order.riskReview ? 1 : 0, trade_type: 0,
    ...timesOf(order),
    ...amountsOf(order),
    country: '中国', country_id: 1, province: spelled.province, province_id: Number(order.place.code.slice(0, 2)),
    city: spelled.city, city_id: Number(order.place.code.slice(0, 4)), town: spelled.district, town_id: Number(order.place.code),
    ...receiverOf(order, spelled),
    buyer_memo: order.buyerNote, remark: '', tracking_number: parcel?.trackingNumber ?? '', logistics_id: Number(parcel?.company ?? 0),
    item_list: order.lines.map((line) => ({
      goods_id: BigInt(line.productId), goods_name: line.title, sku_id: BigInt(line.skuId), outer_goods_id: line.sku.split('-')[0] ?? '',
      outer_id: line.sku, goods_spec: '', goods_count: line.quantity, goods_price: yuan(line.unitPriceFen), goods_img: '',
    })),
    gift_list: [], order_tag_list: [{ name: 'no_trace_delivery', value: 0 }],
    order_depot_info: { depot_code: '', depot_id: '', depot_name: '', depot_type: 0, ware_id: '', ware_name: '', ware_sn: '', ware_type: 0, ware_sub_info_list: [] },
    stock_out_handle_status: -1,
  };
}

/** 0 the group is still open (or nobody has paid), 1 done, 2 cancelled. */
function confirmStatus(order: PlatformOrder): number {
  if (order.stage === 'cancelled' && (order.paidAtMs === undefined || order.groupOpen)) return 2;
  return order.stage === 'unpaid' || order.groupOpen ? 0 : 1;
}

/** 1 none or closed, 2 asked for, 4 done: of the whole order. */
function refundStatus(order: PlatformOrder): number {
  if (order.lines.some(({ refund }) => refund === 'open')) return 2;
  return order.lines.every(({ refund }) => refund === 'refunded') ? 4 : 1;
}

function timesOf(order: PlatformOrder): { [name: string]: Wire } {
  const { paidAtMs } = order;
  const paid = paidAtMs === undefined ? '' : chinaTextFromMs(paidAtMs);
  return {
    created_time: chinaTextFromMs(order.createdAtMs), pay_time: paid, confirm_time: order.groupOpen ? '' : paid,
    updated_at: chinaTextFromMs(order.updatedAtMs), last_ship_time: paidAtMs === undefined ? '' : chinaTextFromMs(paidAtMs + SHIP_WITHIN_MS),
    shipping_time: order.shipments[0] === undefined ? '' : chinaTextFromMs(order.shipments[0].atMs),
    receive_time: order.stage === 'completed' ? chinaTextFromMs(order.updatedAtMs) : null,
  };
}

/** pay = goods - discount + postage. */
function amountsOf(order: PlatformOrder): { [name: string]: Wire } {
  const totals = totalsOf(order);
  return {
    goods_amount: yuan(totals.goodsFen), discount_amount: yuan(totals.sellerDiscountFen + totals.platformDiscountFen),
    platform_discount: yuan(totals.platformDiscountFen), seller_discount: yuan(totals.sellerDiscountFen), capital_free_discount: 0,
    postage: yuan(totals.freightFen), pay_amount: yuan(totals.paidFen), pay_type: 'WEIXIN',
  };
}

/** Ciphertext is given only while the order waits for shipping and is not under review; else the fields are empty. */
function receiverOf(order: PlatformOrder, spelled: { readonly province: string; readonly city: string; readonly district: string }): { [name: string]: Wire } {
  const open = order.stage === 'paid' && !order.riskReview;
  const { nameMask, phoneMask, addressMask, sealed } = personalOf(order);
  const shown = (text: string): string => (open ? text : '');
  return {
    receiver_name: shown(`~${sealed}Name==~`), receiver_name_mask: shown(nameMask),
    receiver_phone: shown(`$${sealed}$Phone$1$$`), receiver_phone_mask: shown(phoneMask),
    receiver_address: shown(`~${sealed}Addr==~`), receiver_address_mask: shown(addressMask),
    address: shown(`~${sealed}Addr==~`), address_mask: shown(`${spelled.province}${spelled.city}${spelled.district}${addressMask}`),
  };
}

/** The double nearest to the amount, which prints with its two decimals: what Pinduoduo's JSON holds. */
function yuan(fen: number): number {
  return fen / 100;
}
