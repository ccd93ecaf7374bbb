import { beforeEach, describe, expect, test } from 'vitest';
import type { Tables } from '../../shared/kernel/tables.ts';
import { adjustStock } from './adjust-stock.ts';
import { auditTenant } from './audit-stock.ts';
import { bodyOf, byAnn, expectSound, keyed, moved, placed } from './testing/placed.ts';
import { rowsOf } from './testing/invariants.ts';
import { addStock, JIAXING, memoryHub, setUp, TENANT, type MemoryHub } from './testing/memory-hub.ts';

let hub: MemoryHub;
beforeEach(async () => {
  hub = memoryHub();
  await setUp(hub, [JIAXING], [{ sku: 'TS', warehouse: 'JX', quantity: 10 }]);
});

const TAKE = { warehouse: 'JX', sku: 'TS', delta: -4, reason: '盘亏' };
const ROW = { table: 'stock', pk: `${TENANT.tenantId}#stock#TS`, sk: 'row#JX#000' } as const;

describe('an adjustment', () => {
  test('is a movement, with who and why', async () => {
    expect(await adjustStock(hub, { ...TAKE, delta: 5 }, byAnn())).toMatchObject({ ok: true, value: { kind: 'adjust', delta: 5, onHandDelta: 5, reservedDelta: 0, reason: '盘亏', by: 'Ann' } });
    expect(await rowsOf(hub)).toMatchObject([{ onHand: 15, available: 15 }]);
    await expectSound(hub);
  });

  test('never takes what is reserved', async () => {
    await placed(hub, bodyOf('1', [['TS', 7]]));
    expect(await adjustStock(hub, TAKE, byAnn())).toMatchObject({ ok: false, error: { code: 'stock_short' } });
    expect(await adjustStock(hub, { ...TAKE, delta: -3 }, byAnn())).toMatchObject({ ok: true });
    expect(await rowsOf(hub)).toMatchObject([{ onHand: 7, reserved: 7, available: 0 }]);
    await expectSound(hub);
  });

  test.each([[{ warehouse: 'XX' }, 'warehouse_not_found'], [{ sku: 'NONE' }, 'stock_short'], [{ delta: -11 }, 'stock_short']])('with %j: %s', async (change, code) => {
    expect(await adjustStock(hub, { ...TAKE, ...change }, byAnn())).toMatchObject({ ok: false, error: { code } });
    await expectSound(hub);
  });

  test('eight times at once with one key takes once, and everyone gets its movement', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, async () => adjustStock(hub, { ...TAKE, delta: -10 }, byAnn(keyed('k')))));
    expect(new Set(answers.map((answer) => (answer.ok ? answer.value.movementId : answer.error.code))).size).toBe(1);
    expect(answers[0]?.ok).toBe(true);
    expect(await adjustStock(hub, TAKE, byAnn(keyed('k', 'other')))).toMatchObject({ ok: false, error: { code: 'idempotency_conflict' } });
    expect(await rowsOf(hub)).toMatchObject([{ onHand: 0 }]);
  });
});

describe('the audit', () => {
  test('finds everything right, and writes nothing', async () => {
    await placed(hub, bodyOf('1', [['TS', 7]]));
    const before = JSON.stringify(hub.tables.all('stock'));
    expect(await auditTenant(hub, TENANT.tenantId)).toEqual({ rows: 1, repaired: 0, unsettled: 0 });
    expect(JSON.stringify(hub.tables.all('stock'))).toBe(before);
  });

  test('repairs a row that drifted, with a record and a metric', async () => {
    await placed(hub, bodyOf('1', [['TS', 7]]));
    await hub.tables.transact([{ kind: 'update', key: ROW, add: { available: 2, onHand: 2 } }]);
    expect(await auditTenant(hub, TENANT.tenantId)).toEqual({ rows: 1, repaired: 1, unsettled: 0 });
    expect(await rowsOf(hub)).toMatchObject([{ onHand: 10, reserved: 7, available: 3 }]);
    expect(hub.metrics.map(({ name }) => name)).toContain('StockMismatch');
    expect(await auditTenant(hub, TENANT.tenantId)).toMatchObject({ repaired: 0 });
    await expectSound(hub);
  });

  test('does not take a reservation that came and went while it read for a drift', async () => {
    for (let count = 0; count < 250; count += 1) await addStock(hub, { sku: 'TS', warehouse: 'JX', quantity: 1 });
    const query: Tables['query'] = hub.tables.query.bind(hub.tables);
    let reads = 0;
    hub.tables.query = async (range) => {
      const items = await query(range);
      if (!range.pk.includes('#move#')) return items;
      reads += 1;
      // The page is read; then the order comes and goes, and only the later page would show a part of it.
      if (reads === 1) await placed(hub, bodyOf('1', [['TS', 5]]));
      if (reads === 2) await moved(hub, 'offline.default.1', 'cancel');
      return items;
    };
    expect(await auditTenant(hub, TENANT.tenantId)).toMatchObject({ repaired: 0 });
    hub.tables.query = query;
    await expectSound(hub);
  });
});
