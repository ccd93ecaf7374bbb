import { splitFen } from '../../shared/kernel/money.ts';
import { chinaTextFromMs } from '../../shared/kernel/time.ts';
import type { PlatformChannel } from '../../shared/kernel/channel-order.ts';
import { platformIds } from './goods.ts';
import type { Goods } from './goods.ts';
import type { OrderLine, PlatformOrder } from './order.ts';
import { PLACES } from './places.ts';
import type { Place } from './places.ts';
import type { Random } from './random.ts';

/** One thing in a basket. */
export interface BasketItem {
  readonly goods: Goods;
  readonly quantity: number;
}

/** What may be set of a new order; the rest is chosen by chance. */
export interface OrderWish {
  readonly basket?: readonly BasketItem[];
  readonly place?: Place;
  readonly discounts?: boolean;
}

/** What an order is made from. `serial` counts the orders of one world, `salt` keeps worlds of the same moment apart. */
export interface OrderSeed {
  readonly channel: PlatformChannel;
  readonly shopId: string;
  readonly goods: readonly Goods[];
  readonly random: Random;
  readonly serial: number;
  readonly salt: number;
  readonly nowMs: number;
  readonly wish?: OrderWish;
}

const LINES_PER_ORDER_MAX = 4;
const NOTES = ['', '', '', '请尽快发货', '周末不收货', '麻烦放驿站'];
const FREIGHT_FEN = [0, 0, 0, 600, 1000];

/** A new, unpaid order. Pure: equal seeds give equal orders. */
export function makeOrder(seed: OrderSeed): PlatformOrder {
  const { channel, random, nowMs } = seed;
  const ids = idsFor(seed);
  const basket = seed.wish?.basket ?? randomBasket(seed);
  const withDiscounts = seed.wish?.discounts ?? random.chance(0.6);
  return {
    channel,
    shopId: seed.shopId,
    orderId: ids.orderId,
    stage: 'unpaid',
    lines: linesFor(seed, basket, { ids: ids.lineIds, withDiscounts }),
    place: seed.wish?.place ?? random.pick(PLACES),
    addressVersion: 1,
    riskReview: false,
    groupOpen: false,
    forbidden: false,
    freightFen: random.pick(FREIGHT_FEN),
    buyerNote: random.pick(NOTES),
    shipments: [],
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
  };
}

/** Mostly one line, as measured on the platforms; Pinduoduo sells one thing per order. Never the same thing twice on WeChat, which has no line ids. */
function randomBasket({ channel, random, goods }: OrderSeed): BasketItem[] {
  const lineCount = channel === 'pinduoduo' || random.chance(0.62) ? 1 : random.integer(2, LINES_PER_ORDER_MAX);
  const basket: BasketItem[] = [];
  for (let line = 0; line < lineCount; line += 1) {
    const item = { goods: random.pick(goods), quantity: random.chance(0.8) ? 1 : random.integer(2, 3) };
    const repeated = basket.some((earlier) => earlier.goods.sku === item.goods.sku);
    if (channel !== 'wechat' || !repeated) basket.push(item);
  }
  return basket;
}

function linesFor(seed: OrderSeed, basket: readonly BasketItem[], how: { ids: (line: number) => string; withDiscounts: boolean }): OrderLine[] {
  const values = basket.map(({ goods, quantity }) => goods.unitPriceFen * quantity);
  const total = values.reduce((sum, value) => sum + value, 0);
  const part = (percentMax: number): number[] => splitFen(how.withDiscounts ? Math.floor((total * seed.random.integer(0, percentMax)) / 100) : 0, values);
  const [seller, platform] = [part(10), part(6)];
  const hasTalents = seed.channel === 'douyin' || seed.channel === 'wechat';
  const talent = hasTalents ? part(2) : values.map(() => 0);
  return basket.map(({ goods, quantity }, index) => ({
    lineId: how.ids(index),
    ...platformIds(seed.channel, goods),
    sku: goods.sku,
    title: goods.title,
    quantity,
    unitPriceFen: goods.unitPriceFen,
    sellerDiscountFen: seller[index] ?? 0,
    platformDiscountFen: platform[index] ?? 0,
    talentDiscountFen: talent[index] ?? 0,
    refund: 'none',
    refundId: refundId(seed, index),
    shippedQuantity: 0,
  }));
}

/** Every id is above 2^53 and odd, so a double can never hold it: a reader that loses digits is caught at once. */
const ID_BASE = { douyin: 5_000_000_000_000_000_000n, taobao: 2_200_000_000_000_000_000n, wechat: 1_900_000_000_000_000_000n };
const ID_SALT_STEP = 100_000_000_000n;
const PDD_DIGITS = 10n ** 15n;

function idsFor(seed: OrderSeed): { orderId: string; lineIds: (line: number) => string } {
  const moment = BigInt(seed.nowMs) * 1_000_000n + BigInt(seed.serial) * 100n;
  if (seed.channel === 'pinduoduo') {
    const number = (BigInt(seed.nowMs) * 1_000n + BigInt(seed.serial) + BigInt(seed.salt) * ID_SALT_STEP) % PDD_DIGITS;
    const orderId = `${chinaTextFromMs(seed.nowMs).slice(2, 10).replaceAll('-', '')}-${String(number).padStart(15, '0')}`;
    return { orderId, lineIds: (line) => `${orderId}#${line + 1}` };
  }
  const id = ID_BASE[seed.channel] + moment + BigInt(seed.salt) * ID_SALT_STEP + 1n;
  return { orderId: String(id), lineIds: (line) => String(id + BigInt(line + 1) * 2n) };
}

/** Unlike the others, Pinduoduo's refund ids are small. */
function refundId(seed: OrderSeed, line: number): string {
  if (seed.channel === 'pinduoduo') return String((seed.nowMs % 1_000_000_000) * 10_000 + seed.serial * 10 + line + 1);
  return String(7_100_000_000_000_000_001n + BigInt(seed.nowMs) * 1_000n + BigInt(seed.serial) * 100n + BigInt(line) * 2n);
}
