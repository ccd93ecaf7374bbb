import { linePaidFen, totalsOf } from '../order.ts';
import type { OrderLine, PlatformOrder, RefundState } from '../order.ts';
import { personalOf } from '../personal.ts';
import { spellingOf } from '../places.ts';
import type { Place } from '../places.ts';
import { wireText } from '../wire.ts';
import type { Wire } from '../wire.ts';

const SHIP_WITHIN_SECONDS = 48 * 3_600;
const STATUS = { unpaid: 1, paid: 2, partly_shipped: 101, shipped: 3, completed: 5, cancelled: 4 } as const;
const STATUS_TEXT = { 1: '待支付', 105: '已支付', 2: '备货中', 101: '部分发货', 3: '已发货', 5: '已完成', 4: '已取消' } as const;
const AFTER_SALE = {
  none: { after_sale_status: 0, after_sale_type: 0, refund_status: 0 },
  open: { after_sale_status: 6, after_sale_type: 2, refund_status: 1 },
  closed: { after_sale_status: 28, after_sale_type: 2, refund_status: 4 },
  refunded: { after_sale_status: 12, after_sale_type: 2, refund_status: 3 },
} as const satisfies Record<RefundState, Wire>;

/** `order_status`; 105 is "paid, but not yet to be shipped". */
export function statusOf(order: PlatformOrder): keyof typeof STATUS_TEXT {
  return order.stage === 'paid' && order.forbidden ? 105 : STATUS[order.stage];
}

/** The answer of order.orderDetail: fen integers, 64-bit product ids as bare numbers, names in plain only down to the street. */
export function detailText(order: PlatformOrder, shopName: string): string {
  return wireText({ code: 10000, msg: 'success', sub_code: '', sub_msg: '', log_id: `sim${order.orderId}`, data: { shop_order_detail: { shop_name: shopName, ...detailOf(order) } } });
}

function detailOf(order: PlatformOrder): { [name: string]: Wire } {
  const status = statusOf(order);
  const mainStatus = mainStatusOf(order, status);
  const personal = personalOf(order);
  const address = addressOf(order.place);
  return {
    order_id: order.orderId, shop_id: Number(order.shopId), order_type: 0, b_type: 1, sub_b_type: 1, biz: 2, trade_type: 0,
    order_status: status, order_status_desc: STATUS_TEXT[status], main_status: mainStatus, main_status_desc: STATUS_TEXT[status],
    ...timesOf(order),
    ...amountsOf(order),
    encrypt_post_receiver: `#${personal.sealed}==#1`, encrypt_post_tel: `$${personal.sealed}==$1`,
    mask_post_receiver: personal.nameMask, mask_post_tel: personal.phoneMask,
    post_addr: { ...address, detail: '', encrypt_detail: `##${personal.sealed}==#1` },
    mask_post_addr: { ...address, detail: personal.addressMask },
    buyer_words: order.buyerNote, seller_words: '', seller_remark_stars: 0,
    logistics_info: order.shipments.map((parcel) => ({
      tracking_no: parcel.trackingNumber, company: parcel.company, ship_time: seconds(parcel.atMs),
      product_info: parcel.lines.map(({ lineId, quantity }) => ({ sku_order_id: lineId, product_count: quantity })),
    })),
    sku_order_list: order.lines.map((line) => lineOf(order, line)),
  };
}

function timesOf(order: PlatformOrder): { [name: string]: Wire } {
  const paid = order.paidAtMs === undefined ? 0 : seconds(order.paidAtMs);
  return {
    create_time: seconds(order.createdAtMs), pay_time: paid, pay_type: 1, update_time: seconds(order.updatedAtMs),
    exp_ship_time: paid === 0 ? 0 : paid + SHIP_WITHIN_SECONDS,
    finish_time: order.stage === 'completed' ? seconds(order.updatedAtMs) : 0,
    ship_time: seconds(order.shipments[0]?.atMs ?? 0),
  };
}

function amountsOf(order: PlatformOrder): { [name: string]: Wire } {
  const totals = totalsOf(order);
  return {
    order_amount: totals.goodsFen + totals.freightFen, pay_amount: totals.paidFen, post_amount: totals.freightFen,
    post_insurance_amount: 0, modify_amount: 0, modify_post_amount: 0, promotion_pay_amount: 0,
    ...promotionsOf(totals),
  };
}

interface Discounts {
  readonly sellerDiscountFen: number;
  readonly platformDiscountFen: number;
  readonly talentDiscountFen: number;
}

/** promotion = shop + platform + talent; platform_cost = only_platform + author. */
function promotionsOf({ sellerDiscountFen, platformDiscountFen, talentDiscountFen }: Discounts): { [name: string]: Wire } {
  return {
    promotion_amount: sellerDiscountFen + platformDiscountFen + talentDiscountFen,
    promotion_shop_amount: sellerDiscountFen, promotion_platform_amount: platformDiscountFen, promotion_talent_amount: talentDiscountFen,
    shop_cost_amount: sellerDiscountFen, platform_cost_amount: platformDiscountFen + talentDiscountFen,
    only_platform_cost_amount: platformDiscountFen, author_cost_amount: talentDiscountFen,
  };
}

function lineOf(order: PlatformOrder, line: OrderLine): Wire {
  const status = lineStatusOf(order, line);
  const sumFen = line.unitPriceFen * line.quantity;
  return {
    order_id: line.lineId, parent_order_id: order.orderId, order_status: status, main_status: line.refund === 'refunded' ? 21 : status,
    product_id: BigInt(line.productId), product_id_str: line.productId, sku_id: BigInt(line.skuId), product_name: line.title,
    code: line.sku, out_sku_id: line.sku, out_product_id: line.sku.split('-')[0] ?? '', supplier_id: '', spec: [],
    item_num: line.quantity, origin_amount: line.unitPriceFen, sum_amount: sumFen, order_amount: sumFen, pay_amount: linePaidFen(line),
    ...promotionsOf(line),
    inventory_list: [], after_sale_info: AFTER_SALE[line.refund], given_product_type: 'MASTER', goods_type: 0,
    reduce_stock_type: 1, pre_sale_type: 0, receive_type: 1, ship_time: 0,
  };
}

function lineStatusOf(order: PlatformOrder, line: OrderLine): number {
  if (line.refund === 'refunded' || order.stage === 'cancelled') return STATUS.cancelled;
  if (line.shippedQuantity === 0) return order.stage === 'completed' ? STATUS.completed : order.stage === 'partly_shipped' ? STATUS.paid : statusOf(order);
  if (line.shippedQuantity < line.quantity) return STATUS.partly_shipped;
  return order.stage === 'completed' ? STATUS.completed : STATUS.shipped;
}

/** 21 refunded before shipping, 22 after it, 39 after receipt; without a whole refund, the order's own status. */
function mainStatusOf(order: PlatformOrder, status: number): number {
  if (!order.lines.every((line) => line.refund === 'refunded')) return status;
  if (order.shipments.length === 0) return 21;
  return order.stage === 'completed' ? 39 : 22;
}

/** Region names in Douyin's slots: what others call district it calls town. */
export function addressOf(place: Place): { [name: string]: Wire } {
  const spelled = spellingOf('douyin', place);
  return {
    province: { name: spelled.province, id: `${place.code.slice(0, 2)}0000` },
    city: { name: spelled.city, id: `${place.code.slice(0, 4)}00` },
    town: { name: spelled.district, id: place.code },
    street: { name: spelled.town, id: spelled.town === '' ? '' : `${place.code}001` },
  };
}

export function seconds(ms: number): number {
  return Math.floor(ms / 1_000);
}
