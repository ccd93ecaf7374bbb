import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MemoryTables } from '../kernel/tables.memory.ts';
import { cursorOf } from '../kernel/page.ts';
import type { Tables } from '../kernel/tables.ts';
import { startLocalTables } from '../platform/testing/local-tables.ts';
import { orderIdOf } from './order-id.ts';
import type { Order } from './schema.ts';
import { OrderStore } from './store.ts';
import { after, allocatedBy, backorderedFor, orderOfDetail, pieceOf } from './testing/sample.ts';

let local: Awaited<ReturnType<typeof startLocalTables>>;
beforeAll(async () => {
  local = await startLocalTables();
});
afterAll(async () => local.stop());

const PAID = orderOfDetail();

function orderNamed(channelOrderId: string, change: Partial<Order> = {}): Order {
  const order = { ...PAID, channelOrderId, ...change };
  return { ...order, orderId: orderIdOf(order), version: 1 };
}

let tenants = 0;

describe.each([
  ['memory', (): Tables => new MemoryTables()],
  ['DynamoDB', () => local.tables],
])('orders in %s', (_name, open) => {
  /** Every test works with a tenant of its own. */
  function opened() {
    const tables = open();
    tenants += 1;
    const tenantId = `t${tenants}`;
    const store = new OrderStore(tables);
    const write = async (before: Order | undefined, next: Order) => tables.transact(store.writes(tenantId, before, next));
    const ids = async (filter: Partial<Parameters<OrderStore['list']>[1]> = {}) => {
      const page = await store.list(tenantId, { limit: 50, ...filter });
      return page.ok ? page.value.items.map(({ channelOrderId }) => channelOrderId) : page.error;
    };
    return { tenantId, store, write, ids };
  }

  test('are found by id, by nobody but their tenant', async () => {
    const { tenantId, store, write } = opened();
    const order = orderNamed('单/1 𠮷', { shopId: '门店.1' });
    expect(await write(undefined, order)).toMatchObject({ ok: true });
    expect(await store.get(tenantId, order.orderId)).toEqual(order);
    expect(await store.get('other', order.orderId)).toBeUndefined();
    for (const id of ['', 'x', 'douyin.s1', `${order.orderId}x`, 'douyin.s1.~zz', 'x'.repeat(3_000)]) expect(await store.get(tenantId, id)).toBeUndefined();
  });

  test('are created once, and changed only from the version that was read', async () => {
    const { write } = opened();
    const first = orderNamed('1');
    await write(undefined, first);
    expect(await write(undefined, first)).toEqual({ ok: false, error: 'order_changed' });
    const next = { ...first, version: 2 };
    expect(await write(first, next)).toMatchObject({ ok: true });
    expect(await write(first, next)).toEqual({ ok: false, error: 'order_changed' });
  });

  test('are listed newest first, page by page, each once', async () => {
    const { tenantId, store, write, ids } = opened();
    const names = Array.from({ length: 23 }, (_, index) => String(index + 100));
    for (const name of names) await write(undefined, orderNamed(name, { createdAt: `2026-11-24T01:00:${name.slice(1)}.000Z`, status: Number(name) % 2 === 0 ? 'held' : 'allocated' }));
    const seen: string[] = [];
    for (let cursor: string | undefined, more = true; more; ) {
      const page = await store.list(tenantId, { limit: 5, cursor });
      if (!page.ok) throw new Error(page.error);
      seen.push(...page.value.items.map(({ channelOrderId }) => channelOrderId));
      cursor = page.value.nextCursor ?? undefined;
      more = cursor !== undefined;
    }
    expect(seen).toEqual(names.toReversed());
    expect(await ids({ status: 'held', limit: 3 })).toEqual(['122', '120', '118']);
    expect(await ids({ status: 'shipped' })).toEqual([]);
  });

  test('are found by channel and channel order id, over shops', async () => {
    const { write, ids } = opened();
    for (const order of [orderNamed('7'), orderNamed('7', { shopId: 's2' }), orderNamed('7', { channel: 'offline' }), orderNamed('8')]) await write(undefined, order);
    expect(await ids({ channelOrderId: '7' })).toHaveLength(3);
    expect(await ids({ channelOrderId: '7', channel: 'douyin' })).toHaveLength(2);
    expect(await ids({ channelOrderId: '7', status: 'cancelled' })).toEqual([]);
    expect(await ids({ channel: 'offline' })).toEqual(['7']);
    expect(await ids({ channelOrderId: '9' })).toEqual([]);
    expect(await ids({ channelOrderId: '7', limit: 2 })).toHaveLength(2);
  });

  test('refuse a cursor that is none, and take one of another list for a place', async () => {
    const { write, ids } = opened();
    await write(undefined, orderNamed('1'));
    expect(await ids({ cursor: '!!' })).toBe('invalid_cursor');
    expect(await ids({ cursor: cursorOf('￿') })).toEqual(['1']);
    expect(await ids({ cursor: cursorOf('!') })).toEqual([]);
  });

  test('move between the lists of statuses as they change', async () => {
    const { write, ids } = opened();
    const first = orderNamed('1');
    await write(undefined, first);
    await write(first, { ...after(first, allocatedBy([pieceOf('a', 2), pieceOf('b', 1)])), version: 2 });
    expect([await ids({ status: 'backordered' }), await ids({ status: 'allocated' })]).toEqual([[], ['1']]);
  });

  test('wait in promise order, and for nothing once they do not', async () => {
    const { tenantId, store, write } = opened();
    const waiting = async (sku: string) => (await store.waiting(tenantId, sku, { limit: 10 })).map(({ orderId }) => orderId);
    const late = { ...after(orderNamed('1', { shipBy: '2026-11-27T00:00:00.000Z' }), backorderedFor('TS', 'S#1')), version: 1 };
    const soon = { ...after(orderNamed('2', { shipBy: '2026-11-25T00:00:00.000Z' }), backorderedFor('TS')), version: 1 };
    const usual = { ...after(orderNamed('3'), backorderedFor('TS')), version: 1 };
    for (const order of [late, soon, usual]) await write(undefined, order);
    expect(await waiting('TS')).toEqual([soon.orderId, usual.orderId, late.orderId]);
    const [first] = await store.waiting(tenantId, 'TS', { limit: 1 });
    expect((await store.waiting(tenantId, 'TS', { limit: 10, after: first?.position ?? '' })).map(({ orderId }) => orderId)).toEqual([usual.orderId, late.orderId]);
    await write(late, { ...after(late, backorderedFor('SH')), version: 2 });
    expect([await waiting('TS'), await waiting('S#1'), await waiting('SH')]).toEqual([[soon.orderId, usual.orderId], [], [late.orderId]]);
    await write(soon, { ...after(soon, { type: 'cancelled', here: true, detail: '' }), version: 2 });
    expect(await waiting('TS')).toEqual([usual.orderId]);
  });
});
