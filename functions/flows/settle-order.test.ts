import { describe, expect, test } from 'vitest';
import type { Tables, Write } from '../../shared/kernel/tables.ts';
import { err, type Result } from '../../shared/kernel/result.ts';
import type { Warehouse } from '../../shared/tenants/schema.ts';
import { placeOrder } from './change-order.ts';
import type { Hub } from './hub.ts';
import { releaseWaiting } from './release-waiting.ts';
import { bodyOf, byAnn, drained, expectSound, keyed, moved, placed, shipped, stored } from './testing/placed.ts';
import { rowsOf } from './testing/invariants.ts';
import { addStock, DONGGUAN, JIAXING, memoryHub, setUp, TENANT, type MemoryHub } from './testing/memory-hub.ts';

function skus(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `S${index}`);
}

async function stocked(hub: MemoryHub, count: number, warehouses = [JIAXING, DONGGUAN]): Promise<void> {
  await setUp(hub, warehouses, skus(count).flatMap((sku) => warehouses.map(({ code }) => ({ sku, warehouse: code, quantity: 3 }))));
}

/** Puts something between a flow and its tables: what happens before each write, and whether it finds the stock gone. */
function intercept(hub: MemoryHub, at: (count: number) => Promise<'go' | 'gone'>): void {
  let count = 0;
  const transact: Tables['transact'] = hub.tables.transact.bind(hub.tables);
  hub.tables.transact = async <R extends string>(writes: readonly Write<R>[]): Promise<Result<void, R>> => {
    count += 1;
    const row = writes.find(({ key }) => key.sk.startsWith('row#'));
    return (await at(count)) === 'gone' && row?.refusal !== undefined ? err(row.refusal) : transact(writes);
  };
}

class Killed extends Error {}

describe.each([[60], [120], [500]])('an order of %d different SKUs', (count) => {
  const big = bodyOf('big', skus(count).map((sku) => [sku, 1] as const));

  test('is allocated, rerouted and cancelled whole', { timeout: 60_000 }, async () => {
    const hub = memoryHub();
    await stocked(hub, count);
    const order = await placed(hub, big);
    expect([order.status, order.allocations.length]).toEqual(['allocated', count]);
    await expectSound(hub);
    await hub.tables.transact(hub.tenants.warehouseWrites(TENANT.tenantId, { ...JIAXING, active: false }));
    expect(await moved(hub, order.orderId, 'reroute')).toMatchObject({ status: 'allocated', routing: { chosen: { warehouses: ['DG'] } } });
    await expectSound(hub);
    expect(await moved(hub, order.orderId, 'cancel')).toMatchObject({ status: 'cancelled', allocations: [] });
    expect((await rowsOf(hub)).every(({ reserved, onHand }) => reserved === 0 && onHand === 3)).toBe(true);
    await expectSound(hub);
  });

  test('is shipped whole in one call', { timeout: 60_000 }, async () => {
    const hub = memoryHub();
    await stocked(hub, count);
    const { orderId, lines } = await placed(hub, big);
    const done = await shipped(hub, orderId, { warehouse: 'JX', lines: lines.map(({ lineId }) => ({ lineId, quantity: 1 })) });
    expect(done).toMatchObject({ status: 'shipped', allocations: [] });
    expect((await stored(hub, orderId)).shipments.map(({ pieces }) => pieces.length)).toEqual([count]);
    expect((await rowsOf(hub)).filter(({ warehouse }) => warehouse === 'JX').every(({ reserved, onHand }) => reserved === 0 && onHand === 2)).toBe(true);
    await expectSound(hub);
  });
});

describe('a large change that is cut short', () => {
  const big = bodyOf('big', skus(120).map((sku) => [sku, 1] as const));

  test.each([[1], [2], [3], [4], [5]])('when placing fails at write %d, the same request goes on', async (failAt) => {
    const hub = memoryHub();
    await stocked(hub, 120);
    intercept(hub, async (count) => (count === failAt ? Promise.reject(new Killed()) : 'go'));
    await placeOrder(hub, big, byAnn(keyed('k'))).catch(() => undefined);
    const again = await placeOrder(hub, big, byAnn(keyed('k')));
    expect(again.ok).toBe(true);
    // An order that was cut short is finished by the nightly release, if not by its own request.
    await releaseWaiting(hub, JSON.stringify({ tenantId: TENANT.tenantId }));
    expect((await stored(hub, 'offline.default.big')).status).toBe('allocated');
    await expectSound(hub);
  });

  test.each([[1], [2], [4]])('when cancelling fails at write %d, it can be cancelled again', async (failAt) => {
    const hub = memoryHub();
    await stocked(hub, 120);
    const { orderId } = await placed(hub, big);
    intercept(hub, async (count) => (count === failAt ? Promise.reject(new Killed()) : 'go'));
    await expect(moved(hub, orderId, 'cancel')).rejects.toThrow(Killed);
    expect(await moved(hub, orderId, 'cancel')).toMatchObject({ status: 'cancelled', allocations: [] });
    expect((await rowsOf(hub)).every(({ reserved }) => reserved === 0)).toBe(true);
    await expectSound(hub);
  });

  test('when stock moves between its writes, it is routed anew from where it is', async () => {
    const hub = memoryHub();
    await stocked(hub, 120);
    intercept(hub, async (count) => {
      if (count === 3) await addStock(hub, { sku: 'S98', warehouse: 'JX', quantity: -3 });
      return 'go';
    });
    const order = await placed(hub, big);
    expect(order.status).toBe('allocated');
    expect(order.allocations.find(({ sku }) => sku === 'S98')?.warehouse).toBe('DG');
    await expectSound(hub);
  });

  test('when somebody holds it between the writes of a parcel, the parcel is refused or whole', async () => {
    const hub = memoryHub();
    await stocked(hub, 120);
    const { orderId, lines } = await placed(hub, big);
    let isHolding = false;
    intercept(hub, async (count) => {
      if (count === 2 && !isHolding) {
        isHolding = true;
        await moved(hub, orderId, 'hold');
      }
      return 'go';
    });
    expect(await shipped(hub, orderId, { warehouse: 'JX', lines: lines.map(({ lineId }) => ({ lineId, quantity: 1 })) })).toBe('order_held');
    await expectSound(hub);
    await moved(hub, orderId, 'release');
    expect(await shipped(hub, orderId, { warehouse: 'JX', lines: lines.map(({ lineId }) => ({ lineId, quantity: 1 })) })).toMatchObject({ status: 'shipped' });
    expect((await stored(hub, orderId)).shipments).toHaveLength(1);
    await expectSound(hub);
  });
});

describe('contention', () => {
  test('under every try leaves a placed order waiting, with a release queued', async () => {
    const hub = memoryHub();
    await setUp(hub, [JIAXING], [{ sku: 'TS', warehouse: 'JX', quantity: 5 }]);
    intercept(hub, async () => 'gone');
    const order = await placed(hub, bodyOf('1', [['TS', 2]]));
    expect([order.status, order.waitingFor, order.allocations]).toEqual(['backordered', ['TS'], []]);
    expect(hub.sent).toEqual([{ queue: 'releases', message: JSON.stringify({ tenantId: TENANT.tenantId, sku: 'TS' }) }]);
    await expectSound(hub);
  });

  test.each([[64], [8]])('of %d buyers for the last 10 pieces gives each piece to one of them', async (inFlight) => {
    const hub = memoryHub();
    await setUp(hub, [JIAXING, DONGGUAN], [{ sku: 'TS', warehouse: 'JX', quantity: 6 }, { sku: 'TS', warehouse: 'DG', quantity: 4 }]);
    const waiting = Array.from({ length: 64 }, (_, index) => String(index));
    const buyer = async (): Promise<void> => {
      for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) await placed(hub, bodyOf(id, [['TS', 1]]));
    };
    await Promise.all(Array.from({ length: inFlight }, buyer));
    await drained(hub);
    const statuses = Map.groupBy(await Promise.all(Array.from({ length: 64 }, async (_, index) => (await stored(hub, `offline.default.${index}`)).status)), (status) => status);
    expect([statuses.get('allocated')?.length, statuses.get('backordered')?.length]).toEqual([10, 54]);
    await expectSound(hub);
  });
});

describe('the daily capacity of a warehouse', () => {
  const limited: Warehouse = { ...JIAXING, dailyParcelsMax: 3 };
  const parcels = async (hub: Hub) => (await hub.tenants.parcels(TENANT.tenantId, '2026-11-24', ['JX']))[0];
  const opened = async (warehouses: readonly Warehouse[] = [limited]) => {
    const hub = memoryHub();
    await setUp(hub, warehouses, warehouses.map(({ code }) => ({ sku: 'TS', warehouse: code, quantity: 100 })));
    return hub;
  };

  test('is honoured by orders placed at once; the others wait for it', async () => {
    const hub = await opened();
    const orders = await Promise.all(Array.from({ length: 12 }, async (_, index) => placed(hub, bodyOf(String(index), [['TS', 1]]))));
    await drained(hub);
    expect(await parcels(hub)).toBe(3);
    const now = await Promise.all(orders.map(async ({ orderId }) => stored(hub, orderId)));
    expect(now.filter(({ status }) => status === 'allocated')).toHaveLength(3);
    await expectSound(hub);
  });

  test('sends what is too much to another warehouse', async () => {
    const hub = await opened([limited, DONGGUAN]);
    const chosen: (string | undefined)[] = [];
    for (const id of ['1', '2', '3', '4']) chosen.push((await placed(hub, bodyOf(id, [['TS', 1]]))).allocations[0]?.warehouse);
    expect(chosen).toEqual(['JX', 'JX', 'JX', 'DG']);
  });

  test('is given back by a cancelled order, to one that waits for it', async () => {
    const hub = await opened();
    for (const id of ['1', '2', '3']) await placed(hub, bodyOf(id, [['TS', 1]]));
    expect(await placed(hub, bodyOf('4', [['TS', 1]]))).toMatchObject({ status: 'backordered', waitingFor: ['~capacity'] });
    await moved(hub, 'offline.default.2', 'cancel');
    await drained(hub);
    expect([(await stored(hub, 'offline.default.4')).status, await parcels(hub)]).toEqual(['allocated', 3]);
    await expectSound(hub);
  });

  test('begins anew with the day in China', async () => {
    const hub = await opened();
    for (const id of ['1', '2', '3', '4']) await placed(hub, bodyOf(id, [['TS', 1]]));
    hub.advance(15 * 3_600_000);
    await releaseWaiting(hub, JSON.stringify({ tenantId: TENANT.tenantId }));
    expect((await stored(hub, 'offline.default.4')).status).toBe('allocated');
    await expectSound(hub);
  });

  test('set afterwards, or lowered, leaves the orders it has alone', async () => {
    const hub = await opened([JIAXING]);
    const { orderId } = await placed(hub, bodyOf('1', [['TS', 2]]));
    await hub.tables.transact(hub.tenants.warehouseWrites(TENANT.tenantId, { ...JIAXING, dailyParcelsMax: 0 }));
    expect(await moved(hub, orderId, 'hold')).toMatchObject({ status: 'held' });
    expect(await moved(hub, orderId, 'release')).toMatchObject({ status: 'allocated' });
    expect(await shipped(hub, orderId, { warehouse: 'JX', lines: [{ lineId: '1', quantity: 2 }] })).toMatchObject({ status: 'shipped' });
    await expectSound(hub);
  });

  test('counts an order once, whatever happens to it', async () => {
    const hub = await opened();
    const { orderId } = await placed(hub, bodyOf('1', [['TS', 2]]));
    await moved(hub, orderId, 'reroute');
    await shipped(hub, orderId, { warehouse: 'JX', lines: [{ lineId: '1', quantity: 1 }] });
    await moved(hub, orderId, 'reroute');
    await shipped(hub, orderId, { warehouse: 'JX', shipmentId: 'p2', lines: [{ lineId: '1', quantity: 1 }] });
    expect(await parcels(hub)).toBe(1);
  });
});
