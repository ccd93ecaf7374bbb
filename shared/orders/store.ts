import * as z from 'zod';
import { assert } from '../kernel/assert.ts';
import type { ChannelName } from '../kernel/channel-order.ts';
import { cursorOf, positionOf, type Page } from '../kernel/page.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import type { Item, Key, Tables, Write } from '../kernel/tables.ts';
import { decodeOrder, encodeOrder } from './codec.ts';
import { identityOf, orderIdOf, type OrderIdentity } from './order-id.ts';
import { ORDER_STATUSES, type Order, type OrderStatus } from './schema.ts';
import { PROMISE_AFTER_PAYMENT_MS } from './sync.ts';

/** An order that waits for a SKU, in the order in which waiting orders are to be served. */
export interface Waiting {
  readonly orderId: string;
  readonly position: string;
}

export interface OrderFilter {
  readonly channel?: ChannelName | undefined;
  readonly channelOrderId?: string | undefined;
  readonly status?: OrderStatus | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** Keys read from the index at once while a list looks for orders of one channel. */
const LIST_KEYS_MAX = 200;
/** Shops of one tenant that may hold the same channel order id. */
const SAME_ID_MAX = 200;

/** Orders of one table: found by id without a look-up (the key is the identity), listed by status and creation time. */
export class OrderStore {
  readonly #tables: Tables;

  constructor(tables: Tables) {
    this.#tables = tables;
  }

  /** Undefined for an id that names no order of this tenant, or is no order id at all. */
  async get(tenantId: string, orderId: string): Promise<Order | undefined> {
    const identity = identityOf(orderId);
    const item = identity === undefined ? undefined : await this.#tables.get(keyOfOrder(tenantId, identity));
    return item === undefined ? undefined : orderOf(item);
  }

  /**
   * The writes that turn `before` into `after` (whose version is one higher), with the waiting list kept equal to it.
   * They refuse with `order_changed` when somebody else wrote in between.
   */
  writes(tenantId: string, before: Order | undefined, after: Order): Write<'order_changed'>[] {
    assert(after.version === (before?.version ?? 0) + 1, 'each write of an order raises its version by one');
    const put: Write<'order_changed'> = {
      kind: 'put',
      key: keyOfOrder(tenantId, after),
      attributes: { doc: encodeOrder(after), version: after.version, gsi1pk: `${tenantId}#${after.status}`, gsi1sk: `${after.createdAt}#${after.orderId}` },
      when: before === undefined ? { exists: false } : { equals: { version: before.version } },
      refusal: 'order_changed',
    };
    const was = new Set(before === undefined ? [] : waitKeys(before));
    const is = new Set(waitKeys(after));
    const key = (sk: string, sku: string): Key => ({ table: 'orders', pk: `${tenantId}#wait#${sku}`, sk });
    return [
      put,
      ...[...was].filter((text) => !is.has(text)).map((text): Write<'order_changed'> => ({ kind: 'delete', key: key(...parts(text)) })),
      ...[...is].filter((text) => !was.has(text)).map((text): Write<'order_changed'> => ({ kind: 'put', key: key(...parts(text)), attributes: {} })),
    ];
  }

  /** Orders that wait for the SKU, those promised soonest first. */
  async waiting(tenantId: string, sku: string, page: { after?: string; limit: number }): Promise<Waiting[]> {
    const items = await this.#tables.query({ table: 'orders', pk: `${tenantId}#wait#${sku}`, limit: page.limit, ...(page.after !== undefined && { after: page.after }) });
    return items.map(({ sk }) => ({ orderId: sk.slice(sk.indexOf('#') + 1), position: sk }));
  }

  /** Newest first. `invalid_cursor` when the cursor is not one that a list gave. */
  async list(tenantId: string, filter: OrderFilter): Promise<Result<Page<Order>, 'invalid_cursor'>> {
    const before = filter.cursor === undefined ? undefined : positionOf(filter.cursor);
    if (filter.cursor !== undefined && before === undefined) return err('invalid_cursor');
    const { orders, more } = filter.channelOrderId === undefined ? await this.#listAll(tenantId, filter, before) : await this.#listSameId(tenantId, filter, before);
    const last = orders.at(-1);
    return ok({ items: orders, nextCursor: more && last !== undefined ? cursorOf(`${last.createdAt}#${last.orderId}`) : null });
  }

  async #listSameId(tenantId: string, filter: OrderFilter, before: string | undefined): Promise<{ orders: Order[]; more: boolean }> {
    const items = await this.#tables.query({
      table: 'orders',
      pk: `${tenantId}#order#${filter.channelOrderId ?? ''}`,
      limit: SAME_ID_MAX,
      ...(filter.channel !== undefined && { prefix: `${filter.channel}#` }),
    });
    const orders = items
      .map(orderOf)
      .filter((order) => filter.status === undefined || order.status === filter.status)
      .filter((order) => before === undefined || positionOfOrder(order) < before)
      .toSorted((a, b) => (positionOfOrder(a) < positionOfOrder(b) ? 1 : -1));
    return { orders: orders.slice(0, filter.limit), more: orders.length > filter.limit };
  }

  async #listAll(tenantId: string, filter: OrderFilter, from: string | undefined): Promise<{ orders: Order[]; more: boolean }> {
    const orders: Order[] = [];
    let before = from;
    for (;;) {
      const keys = await this.#newestKeys(tenantId, filter.status, before);
      const ofChannel = keys.filter(({ sk }) => filter.channel === undefined || sk.startsWith(`${filter.channel}#`));
      const wanted = ofChannel.slice(0, filter.limit + 1 - orders.length);
      const found = await this.#tables.getMany(wanted.map(({ pk, sk }) => ({ table: 'orders', pk, sk })));
      // The index lags behind the table: an order that moved on in between is shown in its new state, or not at all.
      orders.push(...found.flatMap((item) => (item === undefined ? [] : [orderOf(item)])).filter((order) => filter.status === undefined || order.status === filter.status));
      if (orders.length > filter.limit) return { orders: orders.slice(0, filter.limit), more: true };
      const isAllLooked = wanted.length === ofChannel.length;
      if (isAllLooked && keys.length < LIST_KEYS_MAX) return { orders, more: false };
      before = (isAllLooked ? keys : wanted).at(-1)?.position;
    }
  }

  /** Keys of the newest orders over one status or all of them, merged. */
  async #newestKeys(tenantId: string, status: OrderStatus | undefined, before: string | undefined): Promise<{ pk: string; sk: string; position: string }[]> {
    const statuses = status === undefined ? ORDER_STATUSES : [status];
    const lists = await Promise.all(
      statuses.map((each) =>
        this.#tables.query({ table: 'orders', index: 'gsi1', pk: `${tenantId}#${each}`, descending: true, limit: LIST_KEYS_MAX, ...(before !== undefined && { before }) }),
      ),
    );
    const keys = lists.flat().map(({ pk, sk, gsi1sk }) => ({ pk, sk, position: typeof gsi1sk === 'string' ? gsi1sk : '' }));
    // An order that changes its status while the lists are read may be in two of them.
    return [...new Map(keys.map((key) => [key.position, key])).values()]
      .toSorted((a, b) => (a.position < b.position ? 1 : -1))
      .slice(0, LIST_KEYS_MAX);
  }
}

/** The record of an order, by what identifies it. */
export function keyOfOrder(tenantId: string, { channel, shopId, channelOrderId }: OrderIdentity): Key {
  return { table: 'orders', pk: `${tenantId}#order#${channelOrderId}`, sk: `${channel}#${shopId}` };
}

/** The order in a stored record. */
export function orderOf(item: Item): Order {
  const { doc } = item;
  assert(doc instanceof Uint8Array, `an order record without its bytes: ${item.pk}`);
  return decodeOrder(doc);
}

function positionOfOrder(order: Order): string {
  return `${order.createdAt}#${orderIdOf(order)}`;
}

/** When the order is promised: the platform's ship-by time, else 48 h after payment (DESIGN §8). */
export function promiseOf(order: Order): string {
  if (order.shipBy !== undefined) return order.shipBy;
  return new Date(Date.parse(order.paidAt ?? order.createdAt) + PROMISE_AFTER_PAYMENT_MS).toISOString();
}

function waitKeys(order: Order): string[] {
  return order.waitingFor.map((sku) => JSON.stringify([`${promiseOf(order)}#${order.orderId}`, sku]));
}

function parts(text: string): [string, string] {
  return z.tuple([z.string(), z.string()]).parse(JSON.parse(text));
}
