import { beforeEach, describe, expect, test } from 'vitest';
import { releaseWaiting } from './release-waiting.ts';
import { bodyOf, drained, expectSound, moved, placed, stored } from './testing/placed.ts';
import { addStock, JIAXING, memoryHub, setUp, TENANT, type MemoryHub } from './testing/memory-hub.ts';

let hub: MemoryHub;
beforeEach(async () => {
  hub = memoryHub();
  await setUp(hub, [JIAXING], []);
});

async function receive(quantity: number, sku = 'TS'): Promise<void> {
  await addStock(hub, { sku, warehouse: 'JX', quantity });
  await releaseWaiting(hub, JSON.stringify({ tenantId: TENANT.tenantId, sku }));
  await drained(hub);
}

async function statuses(...ids: string[]): Promise<string[]> {
  return Promise.all(ids.map(async (id) => (await stored(hub, `offline.default.${id}`)).status));
}

describe('stock that comes in', () => {
  test('goes to orders by their promise, not by their age', async () => {
    await placed(hub, bodyOf('late', [['TS', 1]], { shipBy: '2026-11-27T00:00:00Z' }));
    await placed(hub, bodyOf('paid-late', [['TS', 1]], { paidAt: '2026-11-23T02:00:00Z' }));
    await placed(hub, bodyOf('soon', [['TS', 1]], { shipBy: '2026-11-24T20:00:00+08:00' }));
    await receive(1);
    expect(await statuses('late', 'paid-late', 'soon')).toEqual(['backordered', 'backordered', 'allocated']);
    await receive(1);
    expect(await statuses('late', 'paid-late', 'soon')).toEqual(['backordered', 'allocated', 'allocated']);
    await expectSound(hub);
  });

  test('passes over an order that still lacks something, which keeps its place', async () => {
    await placed(hub, bodyOf('big', [['TS', 5]], { shipBy: '2026-11-24T10:00:00Z' }));
    await placed(hub, bodyOf('two', [['TS', 1], ['SH', 1]], { shipBy: '2026-11-24T11:00:00Z' }));
    await placed(hub, bodyOf('small', [['TS', 1]]));
    await receive(2);
    expect(await statuses('big', 'two', 'small')).toEqual(['backordered', 'backordered', 'allocated']);
    await receive(1, 'SH');
    await receive(5);
    expect(await statuses('big', 'two')).toEqual(['allocated', 'allocated']);
    await expectSound(hub);
  });

  test('is not given to an order that was cancelled or held meanwhile', async () => {
    for (const id of ['1', '2', '3']) await placed(hub, bodyOf(id, [['TS', 1]]));
    await moved(hub, 'offline.default.1', 'cancel');
    await moved(hub, 'offline.default.2', 'hold');
    await receive(3);
    expect(await statuses('1', '2', '3')).toEqual(['cancelled', 'held', 'allocated']);
    await expectSound(hub);
  });

  test('is given once, by messages that are worked off side by side and twice', async () => {
    for (let id = 0; id < 12; id += 1) await placed(hub, bodyOf(String(id), [['TS', 1]]));
    await addStock(hub, { sku: 'TS', warehouse: 'JX', quantity: 7 });
    const message = JSON.stringify({ tenantId: TENANT.tenantId, sku: 'TS' });
    await Promise.all([1, 2, 3].map(async () => releaseWaiting(hub, message)));
    await releaseWaiting(hub, message);
    expect((await statuses(...Array.from({ length: 12 }, (_, id) => String(id)))).filter((status) => status === 'allocated')).toHaveLength(7);
    await expectSound(hub);
  });

  test('reaches more orders than one message serves', { timeout: 30_000 }, async () => {
    for (let id = 0; id < 230; id += 1) await placed(hub, bodyOf(String(id), [['TS', 1]]));
    await receive(230);
    expect(new Set(await statuses(...Array.from({ length: 230 }, (_, id) => String(id))))).toEqual(new Set(['allocated']));
    await expectSound(hub);
  });

  test('by cancelling goes to those who wait', async () => {
    await addStock(hub, { sku: 'TS', warehouse: 'JX', quantity: 3 });
    await placed(hub, bodyOf('1', [['TS', 3]]));
    await placed(hub, bodyOf('2', [['TS', 2]]));
    await moved(hub, 'offline.default.1', 'cancel');
    await receive(1);
    expect(await statuses('1', '2')).toEqual(['cancelled', 'allocated']);
    await expectSound(hub);
  });
});

test('a warehouse that is opened again takes the orders that wait, soonest promised first', async () => {
  await hub.tables.transact(hub.tenants.warehouseWrites(TENANT.tenantId, { ...JIAXING, active: false }));
  await addStock(hub, { sku: 'TS', warehouse: 'JX', quantity: 1 });
  await placed(hub, bodyOf('soon', [['TS', 1]], { shipBy: '2026-11-24T10:00:00Z' }));
  await placed(hub, bodyOf('late', [['TS', 1]]));
  await hub.tables.transact(hub.tenants.warehouseWrites(TENANT.tenantId, JIAXING));
  await releaseWaiting(hub, JSON.stringify({ tenantId: TENANT.tenantId }));
  expect(await statuses('soon', 'late')).toEqual(['allocated', 'backordered']);
  await expectSound(hub);
});

test.each([['{}'], ['null'], ['x'], ['{"tenantId":1}']])('the message %j is a fault, for the dead letters', async (text) => {
  await expect(releaseWaiting(hub, text)).rejects.toThrow();
});

test('a tenant that is gone has nothing to release', async () => {
  await expect(releaseWaiting(hub, JSON.stringify({ tenantId: 'gone', sku: 'TS' }))).resolves.toBeUndefined();
});
