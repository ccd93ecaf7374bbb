import * as z from 'zod';
import { CHANNELS } from '../../shared/kernel/channel-order.ts';
import { ORDER_STATUSES, orderViewSchema, type LineStatus, type OrderStatus, type OrderView } from '../../shared/orders/schema.ts';
import { productSchema, stockLevelSchema } from '../../shared/stock/schema.ts';
import { connectionViewSchema, warehouseSchema } from '../../shared/tenants/schema.ts';

/** A shop's day as the API would answer it, for the console's journey. Times hang on `nowMs`. */

const GOODS = [
  { sku: 'BT-STL-500', title: '保温杯·500ml 云白', unitPriceFen: 8_900 },
  { sku: 'HD-NVY-M', title: '连帽卫衣·藏青·M', unitPriceFen: 15_900 },
  { sku: 'TN-DOM-3', title: '三人帐篷 全自动速开 防暴雨', unitPriceFen: 45_900 },
  { sku: 'TE-LJ-250', title: '龙井茶·250g', unitPriceFen: 16_800 },
  { sku: 'RC-WUC-5', title: '五常大米·5kg', unitPriceFen: 7_990 },
  { sku: 'EP-BT5-1', title: '蓝牙耳机', unitPriceFen: 19_900 },
] as const;

const PLACES = [
  { province: '浙江省', city: '杭州市', district: '余杭区', regionCode: '330110', regionStatus: 'current' },
  { province: '北京市', city: '北京市', district: '朝阳区', regionCode: '110105', regionStatus: 'current' },
  { province: '四川省', city: '成都市', district: '双流区', town: '东升街道', regionCode: '510116', regionStatus: 'renamed' },
  { province: '广东省', city: '东莞市', district: '', regionCode: '441900', regionStatus: 'prefecture' },
] as const;

const LINE_STATUS = {
  awaiting_payment: 'open',
  held: 'open',
  backordered: 'backordered',
  allocated: 'allocated',
  partly_shipped: 'allocated',
  shipped: 'shipped',
  completed: 'shipped',
  cancelled: 'cancelled',
} as const satisfies Record<OrderStatus, LineStatus>;

const DAY_STATUSES: readonly OrderStatus[] = ['allocated', 'allocated', 'shipped', 'held', 'backordered', 'allocated', 'completed', 'partly_shipped', 'cancelled', 'awaiting_payment'];
const MINUTE_MS = 60_000;

const WAREHOUSES = z.array(warehouseSchema).parse([
  { code: 'HZ', name: '杭州仓', province: '浙江省', city: '杭州市', district: '余杭区', priority: 10, active: true, dailyParcelsMax: 3_000, regionCode: '330110', lng: 120.3, lat: 30.42 },
  { code: 'GZ', name: '广州仓', province: '广东省', city: '广州市', district: '白云区', priority: 20, active: true, regionCode: '440111', lng: 113.27, lat: 23.16 },
  { code: 'CD', name: '成都仓', province: '四川省', city: '成都市', district: '双流区', priority: 30, active: true, regionCode: '510116', lng: 103.92, lat: 30.57 },
  { code: 'TJ', name: '天津仓', province: '天津市', city: '天津市', district: '武清区', priority: 40, active: false, regionCode: '120114', lng: 117.04, lat: 39.38 },
]);

export function samples(nowMs: number) {
  const connections = CHANNELS.filter((channel) => channel !== 'offline').map((channel, index) => ({
    connectionId: `con_${channel}`,
    channel,
    shopName: `山野${['旗舰店', '生活馆', '专营店', '小店', '分销'][index] ?? '店'}`,
    shopId: String(4_463_798 + index),
    authorised: channel !== 'wechat',
    webhookUrl: `https://hub.example.cn/webhooks/${channel}/con_${channel}`,
    createdAt: new Date(nowMs - 86_400_000 * 12).toISOString(),
  }));
  return {
    orders: z.array(orderViewSchema).parse(Array.from({ length: 64 }, (_, index) => sampleOrder(index, nowMs))),
    products: z.array(productSchema).parse(GOODS.map(({ sku, title }) => ({ sku, name: title }))),
    stock: z.array(stockLevelSchema).parse(GOODS.flatMap(({ sku }, index) => WAREHOUSES.slice(0, 3).map(({ code }, at) => level(sku, code, index * 3 + at)))),
    warehouses: WAREHOUSES,
    connections: z.array(connectionViewSchema).parse(connections),
  };
}

function level(sku: string, warehouse: string, index: number) {
  const onHand = (index * 37) % 11 === 0 ? 6 : 40 + ((index * 211) % 1_900);
  const reserved = (index * 37) % 11 === 0 ? 6 : (index * 13) % 38;
  return { sku, warehouse, onHand, reserved, available: onHand - reserved };
}

function sampleOrder(index: number, nowMs: number): OrderView {
  const channel = CHANNELS[index % CHANNELS.length] ?? 'offline';
  const status = DAY_STATUSES[index % DAY_STATUSES.length] ?? ORDER_STATUSES[0];
  const placedMs = nowMs - index * 23 * MINUTE_MS - 4 * MINUTE_MS;
  const at = (minutes: number): string => new Date(placedMs + minutes * MINUTE_MS).toISOString();
  const goods = GOODS.filter((_, place) => place === index % GOODS.length || (index % 4 === 0 && place === (index + 2) % GOODS.length));
  const lines = goods.map(({ sku, title, unitPriceFen }, place) => ({
    lineId: `${69_213_401_778_001n + BigInt(index * 10 + place)}`,
    sku,
    title,
    quantity: 1 + (index % 3),
    unitPriceFen,
    paidFen: unitPriceFen * (1 + (index % 3)) - 500,
    status: LINE_STATUS[status],
    shippedQuantity: LINE_STATUS[status] === 'shipped' ? 1 + (index % 3) : 0,
  }));
  const moved = lines.map(({ lineId, sku, quantity }) => ({ lineId, sku, quantity }));
  const goodsFen = lines.reduce((sum, { unitPriceFen, quantity }) => sum + unitPriceFen * quantity, 0);
  const unpaid = status === 'awaiting_payment';
  return {
    orderId: `${channel}.${4_463_798 + (index % 5)}.${6_921_340_177_801_234_000n + BigInt(index)}`,
    channel,
    shopId: channel === 'offline' ? 'default' : String(4_463_798 + (index % 6 === 5 ? 4 : index % 6)),
    channelOrderId: `${6_921_340_177_801_234_000n + BigInt(index)}`,
    status,
    holds: status === 'held' ? ['risk_review'] : [],
    lines,
    amounts: { goodsFen, freightFen: 0, sellerDiscountFen: 300 * lines.length, platformDiscountFen: 200 * lines.length, paidFen: goodsFen - 500 * lines.length },
    receiver: { ...(PLACES[index % PLACES.length] ?? PLACES[0]), masked: { name: '张*', phone: '138****0188' } },
    allocations: status === 'allocated' || status === 'partly_shipped' ? [{ warehouse: 'HZ', lines: moved }] : [],
    routing: unpaid || status === 'held' ? null : routingOf(status),
    shipments: status === 'shipped' || status === 'completed' ? [{ shipmentId: `shp_${index}`, warehouse: 'HZ', carrier: 'SF', trackingNumber: `SF14${88_213_904_771 + index}`, lines: moved, at: at(95), by: '仓库 李工' }] : [],
    timeline: timelineOf(status, at),
    waitingFor: status === 'backordered' ? lines.map(({ sku }) => sku) : [],
    ...(index % 7 === 0 && { buyerNote: '请发顺丰,周末在家收货' }),
    createdAt: at(0),
    ...(!unpaid && { paidAt: at(1), shipBy: at(index % 9 === 5 ? 20 : 48 * 60) }),
    version: 3,
  };
}

function routingOf(status: OrderStatus): OrderView['routing'] {
  const chosen = { warehouses: ['HZ'], costFen: 842, distanceKm: 176, why: 'Ships whole: 8.42 yuan (freight 5.80, handling 2.00, distance 0.62), 176 km. 3.08 yuan cheaper than GZ.' };
  const losers = [
    { warehouses: ['GZ'], costFen: 1_150, distanceKm: 1_052, why: '3.08 yuan dearer, 876 km further.' },
    { warehouses: ['HZ', 'CD'], costFen: 1_790, distanceKm: 1_690, why: '9.48 yuan dearer, 1514 km further; needs 2 parcels.' },
    { warehouses: ['CD'], costFen: 1_264, distanceKm: 1_514, why: 'Short of TN-DOM-3 (has 1 of 2).' },
  ];
  return { chosen: status === 'backordered' ? null : chosen, alternatives: losers, versions: { regions: '2026-10', tariff: 'sample-1', rules: '1' } };
}

function timelineOf(status: OrderStatus, at: (minutes: number) => string): OrderView['timeline'] {
  const entries = [
    { at: at(0), event: 'created', by: 'auto', detail: '1 line(s) from douyin 6921340177801234000' },
    { at: at(1), event: 'paid', by: 'auto', detail: `paid; to be shipped by ${at(2880)}` },
    { at: at(1), event: status === 'backordered' ? 'backordered' : 'allocated', by: 'auto', detail: 'Ships whole: 8.42 yuan (freight 5.80, handling 2.00, distance 0.62), 176 km.' },
    { at: at(95), event: 'shipped', by: '仓库 李工', detail: '1 x BT-STL-500 from HZ by SF SF1488213904771' },
  ];
  if (status === 'awaiting_payment') return entries.slice(0, 1);
  if (status === 'held') return [...entries.slice(0, 2), { at: at(2), event: 'held', by: 'auto', detail: 'risk_review' }];
  if (status === 'cancelled') return [...entries.slice(0, 3), { at: at(30), event: 'cancelled', by: '客服 王芳', detail: '买家拍错' }];
  return status === 'shipped' || status === 'completed' ? entries : entries.slice(0, 3);
}
