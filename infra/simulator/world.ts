import { assert } from '../../shared/kernel/assert.ts';
import { ok } from '../../shared/kernel/result.ts';
import type { Result } from '../../shared/kernel/result.ts';
import type { PlatformChannel } from '../../shared/kernel/channel-order.ts';
import type { Happening } from './events.ts';
import { makeOrder } from './generate.ts';
import type { OrderWish } from './generate.ts';
import { GOODS } from './goods.ts';
import type { Goods } from './goods.ts';
import { applyMove } from './moves.ts';
import type { MoveRefusal } from './moves.ts';
import type { Move, PlatformOrder, PushEvent } from './order.ts';
import { randomFrom } from './random.ts';
import type { Random } from './random.ts';
import { makeShop, tokenOf } from './shop.ts';
import type { Shop } from './shop.ts';

const SALT_MAX = 999_999;
/** A run that was killed has numbered events after its last save; numbers used twice would make new events look old. */
const SEQUENCE_GAP = 10_000;

interface Held {
  readonly current: PlatformOrder;
  /** The order before its last move, for answers from a replica that lags. */
  readonly previous: PlatformOrder;
}

/** Everything a world must remember to answer for its orders after a restart. */
export interface WorldSnapshot {
  readonly serial: number;
  readonly sequence: number;
  readonly shops: readonly Shop[];
  readonly orders: readonly PlatformOrder[];
}

/**
 * The platforms' own state: shops and their orders. The API server answers from it, pushes are built from it,
 * and accepted shipments come back into it. Time comes in; chance comes from the seed.
 */
export class World {
  readonly random: Random;
  readonly goods: readonly Goods[];
  readonly #salt: number;
  readonly #shops = new Map<string, Shop>();
  readonly #shopsByToken = new Map<string, Shop>();
  readonly #orders = new Map<string, Held>();
  #serial = 0;
  #sequence = 0;

  constructor(options: { readonly seed: number; readonly goods?: readonly Goods[] }) {
    this.random = randomFrom(options.seed);
    this.goods = options.goods ?? GOODS;
    this.#salt = this.random.integer(0, SALT_MAX);
  }

  /** A new storefront with made-up credentials. */
  openShop(channel: PlatformChannel): Shop {
    return this.putShop(makeShop(channel, this.random));
  }

  /** Adds a shop, or replaces it: its webhook address becomes known only when the hub has opened the connection. */
  putShop(shop: Shop): Shop {
    this.#shops.set(`${shop.channel}/${shop.shopId}`, shop);
    const token = shop.channel === 'wechat' ? shop.credentials.appId : tokenOf(shop);
    if (token !== undefined) this.#shopsByToken.set(`${shop.channel}/${token}`, shop);
    return shop;
  }

  shops(): Shop[] {
    return [...this.#shops.values()];
  }

  shopOf(order: PlatformOrder): Shop {
    const shop = this.#shops.get(`${order.channel}/${order.shopId}`);
    assert(shop !== undefined, `the order's shop ${order.shopId} is not in this world`);
    return shop;
  }

  /** The shop whose API token this is; for WeChat, whose app id. */
  shopByToken(channel: PlatformChannel, token: string): Shop | undefined {
    return this.#shopsByToken.get(`${channel}/${token}`);
  }

  /** A new unpaid order in a shop. */
  create(shop: Shop, nowMs: number, wish?: OrderWish): PlatformOrder {
    this.#serial += 1;
    const { random, goods } = this;
    const seed = { channel: shop.channel, shopId: shop.shopId, goods, random, serial: this.#serial, salt: this.#salt, nowMs };
    const order = makeOrder(wish === undefined ? seed : { ...seed, wish });
    this.#orders.set(keyOf(order), { current: order, previous: order });
    return order;
  }

  /** An event of an order, numbered; what its platform pushes about it is built from this. `order` is the order just after it. */
  happening(order: PlatformOrder, event: PushEvent): Happening {
    this.#sequence += 1;
    return { shop: this.shopOf(order), order, event, sequence: this.#sequence };
  }

  /** Lets a move happen to an order, or gives the platform's refusal. */
  move(order: PlatformOrder, move: Move, nowMs: number): Result<PlatformOrder, MoveRefusal> {
    const held = this.#orders.get(keyOf(order));
    assert(held !== undefined, `order ${order.orderId} is not in this world`);
    const moved = applyMove(held.current, move, nowMs);
    if (!moved.ok) return moved;
    this.#orders.set(keyOf(order), { current: moved.value, previous: held.current });
    return ok(moved.value);
  }

  /** The order as it is now, or as a lagging replica still sees it. Only its own shop may ask. */
  order(shop: Pick<Shop, 'channel' | 'shopId'>, orderId: string, options?: { readonly stale: boolean }): PlatformOrder | undefined {
    const held = this.#orders.get(`${shop.channel}/${orderId}`);
    const order = options?.stale === true ? held?.previous : held?.current;
    return order?.shopId === shop.shopId ? order : undefined;
  }

  orders(): PlatformOrder[] {
    return [...this.#orders.values()].map(({ current }) => current);
  }

  /** Drops all but the newest orders. */
  forgetBut(ordersMax: number): void {
    const surplus = this.#orders.size - ordersMax;
    if (surplus <= 0) return;
    for (const key of [...this.#orders.keys()].slice(0, surplus)) this.#orders.delete(key);
  }

  /** The shops and the newest orders, as plain data. */
  snapshot(ordersMax: number): WorldSnapshot {
    return { serial: this.#serial, sequence: this.#sequence, shops: this.shops(), orders: this.orders().slice(-ordersMax) };
  }

  restore(snapshot: WorldSnapshot): void {
    this.#serial = Math.max(this.#serial, snapshot.serial);
    this.#sequence = Math.max(this.#sequence, snapshot.sequence + SEQUENCE_GAP);
    for (const shop of snapshot.shops) this.putShop(shop);
    for (const order of snapshot.orders) this.#orders.set(keyOf(order), { current: order, previous: order });
  }
}

function keyOf(order: PlatformOrder): string {
  return `${order.channel}/${order.orderId}`;
}
