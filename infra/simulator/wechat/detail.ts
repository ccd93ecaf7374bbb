import { linePaidFen, totalsOf } from '../order.ts';
import type { OrderLine, PlatformOrder } from '../order.ts';
import { personalOf } from '../personal.ts';
import { spellingOf } from '../places.ts';
import type { Place } from '../places.ts';
import { wireText } from '../wire.ts';
import type { Wire } from '../wire.ts';

const STATUS = { unpaid: 10, paid: 20, partly_shipped: 21, shipped: 30, completed: 100 } as const;
const SHIP_WITHIN_SECONDS = 48 * 3_600;

/** 250 was never paid, 200 had everything refunded. */
function statusOf(order: PlatformOrder): number {
  if (order.stage === 'cancelled') return order.paidAtMs === undefined ? 250 : 200;
  return STATUS[order.stage];
}

/** The answer of /channels/ec/order/get: fen integers, ids as strings, seconds. */
export function detailText(order: PlatformOrder): string {
  return wireText({ errcode: 0, errmsg: 'ok', order: orderOf(order) });
}

function orderOf(order: PlatformOrder): Wire {
  const openRefunds = order.lines.filter(({ refund }) => refund === 'open' || refund === 'refunded');
  return {
    order_id: order.orderId, openid: openIdOf(order), unionid: '', status: statusOf(order),
    create_time: seconds(order.createdAtMs), update_time: seconds(order.updatedAtMs),
    order_detail: {
      product_infos: order.lines.map(lineOf),
      price_info: pricesOf(order),
      pay_info: {
        prepay_id: '', prepay_time: seconds(order.createdAtMs), pay_time: seconds(order.paidAtMs ?? 0),
        transaction_id: order.paidAtMs === undefined ? '' : `42${order.orderId}`, payment_method: 1,
      },
      delivery_info: deliveryOf(order),
      ext_info: { customer_notes: order.buyerNote, merchant_notes: '' },
      coupon_info: { user_coupon_id: '' },
      settle_info: { predict_commission_fee: 0, commission_fee: 0 },
    },
    aftersale_detail: {
      on_aftersale_order_cnt: order.lines.filter(({ refund }) => refund === 'open').length,
      aftersale_order_list: openRefunds.map(({ refundId }) => ({ aftersale_order_id: refundId })),
    },
  };
}

function lineOf(line: OrderLine): Wire {
  return {
    product_id: line.productId, sku_id: line.skuId, sku_code: line.sku, out_product_id: line.sku.split('-')[0] ?? '', out_sku_id: line.sku,
    title: line.title, thumb_img: '', sku_cnt: line.quantity,
    on_aftersale_sku_cnt: line.refund === 'open' ? line.quantity : 0, finish_aftersale_sku_cnt: line.refund === 'refunded' ? line.quantity : 0,
    sale_price: line.unitPriceFen, market_price: line.unitPriceFen, real_price: linePaidFen(line), estimate_price: linePaidFen(line),
    merchant_discounted_price: line.sellerDiscountFen, finder_discounted_price: line.talentDiscountFen,
    is_discounted: linePaidFen(line) < line.unitPriceFen * line.quantity, is_free_gift: false, out_warehouse_id: '', sku_attrs: [],
  };
}

/** The platform's own share of the discount is never said: it is what merchant and talent leave over. */
function pricesOf(order: PlatformOrder): Wire {
  const totals = totalsOf(order);
  const discountFen = totals.sellerDiscountFen + totals.platformDiscountFen + totals.talentDiscountFen;
  return {
    product_price: totals.goodsFen, order_price: totals.paidFen, freight: totals.freightFen, discounted_price: discountFen,
    is_discounted: discountFen > 0, original_order_price: totals.goodsFen + totals.freightFen, estimate_product_price: totals.paidFen - totals.freightFen,
    merchant_discounted_price: totals.sellerDiscountFen, finder_discounted_price: totals.talentDiscountFen, merchant_receieve_price: totals.paidFen,
  };
}

function deliveryOf(order: PlatformOrder): Wire {
  return {
    address_info: { ...addressOf(order, order.place), postal_code: '', hash_code: personalOf(order).sealed, use_tel_number: 1 },
    delivery_product_info: order.shipments.map((parcel) => ({
      waybill_id: parcel.trackingNumber, delivery_id: parcel.company, delivery_time: seconds(parcel.atMs), deliver_type: 1,
      product_infos: parcel.lines.map(({ lineId, quantity }) => partOf(order, lineId, quantity)),
    })),
    deliver_method: 0, ship_done_time: order.stage === 'shipped' ? seconds(order.updatedAtMs) : 0,
    predict_delivery_time: order.paidAtMs === undefined ? 0 : seconds(order.paidAtMs) + SHIP_WITHIN_SECONDS,
    address_under_review: order.askedPlace === undefined ? null : addressOf(order, order.askedPlace),
    address_apply_time: order.askedPlace === undefined ? 0 : seconds(order.updatedAtMs), ewaybill_order_code: '',
  };
}

function partOf(order: PlatformOrder, lineId: string, quantity: number): Wire {
  const line = order.lines.find((candidate) => candidate.lineId === lineId);
  return { product_id: line?.productId ?? '', sku_id: line?.skuId ?? '', product_cnt: quantity };
}

function addressOf(order: PlatformOrder, place: Place): { [name: string]: Wire } {
  const { province, city, district, town } = spellingOf('wechat', place);
  const { nameMask, phoneMask, addressMask } = personalOf(order);
  return { user_name: nameMask, province_name: province, city_name: city, county_name: district, detail_info: `${town}${addressMask}`, tel_number: phoneMask };
}

export function openIdOf(order: PlatformOrder): string {
  return `oSim${order.orderId.padStart(24, '0')}`;
}

export function seconds(ms: number): number {
  return Math.floor(ms / 1_000);
}
