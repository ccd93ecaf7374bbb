import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cursorOf } from '../kernel/page.ts';
import type { RowDelta } from '../kernel/row-delta.ts';
import { MemoryTables } from '../kernel/tables.memory.ts';
import type { Tables } from '../kernel/tables.ts';
import { startLocalTables } from '../platform/testing/local-tables.ts';
import { agrees, sumOf } from './movements.ts';
import { StockStore } from './store.ts';

let local: Awaited<ReturnType<typeof startLocalTables>>;
beforeAll(async () => {
  local = await startLocalTables();
});
afterAll(async () => local.stop());

let tenants = 0;

describe.each([
  ['memory', (): Tables => new MemoryTables()],
  ['DynamoDB', () => local.tables],
])('stock in %s', (_name, open) => {
  /** Every test works with a tenant of its own; causes are numbered, a second apart. */
  function opened() {
    const tables = open();
    tenants += 1;
    const tenantId = `t${tenants}`;
    const store = new StockStore(tables);
    let causes = 0;
    const change = async (...deltas: (Partial<RowDelta> & { sku?: string })[]) => {
      causes += 1;
      const cause = { movementId: `m${causes}`, at: new Date(Date.UTC(2026, 10, 24, 2, 0, causes)).toISOString(), reason: 'test' };
      return tables.transact(store.writes(tenantId, deltas.map((delta) => ({ sku: 'TS', warehouse: 'JX', bucket: 0, onHandDelta: 0, reservedDelta: 0, ...delta })), cause));
    };
    const movements = async (filter: object = {}) => {
      const page = await store.movements(tenantId, { limit: 50, ...filter });
      return page.ok ? page.value : page.error;
    };
    const levels = async (filter: object = {}) => {
      const page = await store.levels(tenantId, { limit: 50, ...filter });
      return page.ok ? page.value.items : page.error;
    };
    return { tables, tenantId, store, change, movements, levels };
  }

  test('changes with its movement, and sums to it', async () => {
    const { store, tenantId, change, levels } = opened();
    await change({ onHandDelta: 10 });
    await change({ reservedDelta: 4 });
    await change({ onHandDelta: -3, reservedDelta: -3 });
    await change({ reservedDelta: -1 });
    const row = await store.row(tenantId, { sku: 'TS', warehouse: 'JX', bucket: 0 });
    expect(row).toEqual({ sku: 'TS', warehouse: 'JX', bucket: 0, onHand: 7, reserved: 0, available: 7 });
    const { movements } = await store.rowMovements(tenantId, { sku: 'TS', warehouse: 'JX', bucket: 0 }, { limit: 10 });
    expect(movements.map(({ kind, delta }) => [kind, delta])).toEqual([['adjust', 10], ['reserve', -4], ['ship', 0], ['release', 1]]);
    expect(row !== undefined && agrees(row, sumOf(movements))).toBe(true);
    expect(await levels({ sku: 'TS' })).toEqual([{ sku: 'TS', warehouse: 'JX', onHand: 7, reserved: 0, available: 7 }]);
  });

  test.each([
    ['reserve more than is available', { reservedDelta: 7 }],
    ['remove what is reserved', { onHandDelta: -7 }],
    ['release more than is reserved', { reservedDelta: -5 }],
    ['ship more than is reserved', { onHandDelta: -5, reservedDelta: -5 }],
    ['take of a row that is not there', { sku: 'none', reservedDelta: 1 }],
  ])('does not %s', async (_case, delta) => {
    const { change, levels, movements } = opened();
    await change({ onHandDelta: 10 });
    await change({ reservedDelta: 4 });
    expect(await change(delta)).toEqual({ ok: false, error: 'stock_short' });
    expect(await levels()).toEqual([{ sku: 'TS', warehouse: 'JX', onHand: 10, reserved: 4, available: 6 }]);
    expect(await movements()).toMatchObject({ items: [{ kind: 'reserve' }, { kind: 'adjust' }] });
  });

  test('takes from all rows of a change or from none', async () => {
    const { change, levels } = opened();
    await change({ onHandDelta: 5 });
    await change({ sku: 'SH', onHandDelta: 1 });
    expect(await change({ reservedDelta: 3 }, { sku: 'SH', reservedDelta: 2 })).toEqual({ ok: false, error: 'stock_short' });
    expect(await levels()).toMatchObject([{ sku: 'SH', reserved: 0 }, { sku: 'TS', reserved: 0 }]);
  });

  test('sums buckets, and finds every row of a SKU at once', async () => {
    const { store, tenantId, change, levels } = opened();
    await store.sku(tenantId, 'TS');
    await change({ onHandDelta: 5 }, { bucket: 1, onHandDelta: 6 }, { bucket: 12, onHandDelta: 7 }, { warehouse: 'DG', onHandDelta: 1 });
    expect(await levels({ sku: 'TS' })).toEqual([
      { sku: 'TS', warehouse: 'DG', onHand: 1, reserved: 0, available: 1 },
      { sku: 'TS', warehouse: 'JX', onHand: 18, reserved: 0, available: 18 },
    ]);
    expect(await levels({ sku: 'TS', warehouse: 'DG' })).toHaveLength(1);
    expect((await store.sku(tenantId, 'TS')).rows.map(({ bucket }) => bucket)).toEqual([0, 0, 1, 12]);
  });

  test('is listed by warehouse and SKU, page by page', async () => {
    const { store, tenantId, change } = opened();
    for (const warehouse of ['JX', 'DG', '华东仓']) await change(...['A', 'B', 'C#1'].map((sku) => ({ sku, warehouse, onHandDelta: 1 })));
    const seen: string[] = [];
    for (let cursor: string | undefined, more = true; more; ) {
      const page = await store.levels(tenantId, { limit: 2, cursor });
      if (!page.ok) throw new Error(page.error);
      seen.push(...page.value.items.map(({ warehouse, sku }) => `${warehouse} ${sku}`));
      cursor = page.value.nextCursor ?? undefined;
      more = cursor !== undefined;
    }
    expect(seen).toEqual(['DG A', 'DG B', 'DG C#1', 'JX A', 'JX B', 'JX C#1', '华东仓 A', '华东仓 B', '华东仓 C#1']);
    const one = await store.levels(tenantId, { limit: 2, warehouse: '华东仓' });
    expect(one).toMatchObject({ ok: true, value: { items: [{ sku: 'A' }, { sku: 'B' }] } });
  });

  test('lists movements of all rows merged, newest first, none lost between pages and each with its own id', async () => {
    const { change, movements } = opened();
    await change({ onHandDelta: 5 }, { sku: 'SH', onHandDelta: 5 }, { sku: 'SH', warehouse: 'DG', onHandDelta: 5 });
    await change({ reservedDelta: 1 }, { sku: 'SH', reservedDelta: 2 });
    const seen: { movementId: string; at: string }[] = [];
    for (let cursor: string | undefined, more = true; more; ) {
      const page = await movements({ limit: 2, cursor });
      if (typeof page === 'string') throw new Error(page);
      seen.push(...page.items);
      cursor = page.nextCursor ?? undefined;
      more = cursor !== undefined;
    }
    expect(seen.map(({ at }) => at.slice(17, 19))).toEqual(['02', '02', '01', '01', '01']);
    expect(new Set(seen.map(({ movementId }) => movementId)).size).toBe(5);
    expect(await movements({ warehouse: 'DG' })).toMatchObject({ items: [{ sku: 'SH', warehouse: 'DG' }] });
    expect(await movements({ sku: 'TS', warehouse: 'DG' })).toEqual({ items: [], nextCursor: null });
  });

  test('finds the movements of a warehouse beyond the first rows of a large tenant, and asks for a SKU when there are too many', async () => {
    const { change, movements } = opened();
    for (let from = 0; from < 240; from += 40) await change(...Array.from({ length: 40 }, (_, index) => ({ sku: `S${from + index}`, onHandDelta: 1 })));
    await change({ warehouse: 'ZZ', onHandDelta: 1 });
    expect(await movements()).toBe('sku_needed');
    expect(await movements({ warehouse: 'ZZ' })).toMatchObject({ items: [{ warehouse: 'ZZ' }], nextCursor: null });
  });

  test('takes a cursor of another list for a place, and refuses one that is none', async () => {
    const { change, levels, movements, store, tenantId } = opened();
    await change({ onHandDelta: 1 });
    for (const position of ['!', '~', '\u{10FFFF}', 'JX', 'JX#']) {
      expect(Array.isArray(await levels({ cursor: cursorOf(position), warehouse: 'JX' }))).toBe(true);
      expect(await movements({ cursor: cursorOf(position) })).toMatchObject({ nextCursor: null });
    }
    expect([await levels({ cursor: 'a' }), await movements({ cursor: 'a' }), await store.products(tenantId, { limit: 1, cursor: 'a' })]).toEqual(['invalid_cursor', 'invalid_cursor', { ok: false, error: 'invalid_cursor' }]);
  });

  test('keeps products, replaced as a whole, listed by SKU', async () => {
    const { tables, store, tenantId } = opened();
    await tables.transact([store.productWrite(tenantId, { sku: 'B', name: 'b', safetyStock: 3 })]);
    await tables.transact([store.productWrite(tenantId, { sku: '短袖#1', name: '短袖', weightGrams: 200 })]);
    await tables.transact([store.productWrite(tenantId, { sku: 'B', name: 'b2', barcode: undefined })]);
    expect((await store.sku(tenantId, 'B')).product).toEqual({ sku: 'B', name: 'b2' });
    const page = await store.products(tenantId, { limit: 1 });
    expect(page).toMatchObject({ ok: true, value: { items: [{ sku: 'B' }] } });
    const next = await store.products(tenantId, { limit: 1, cursor: (page.ok && page.value.nextCursor) || '' });
    expect(next).toEqual({ ok: true, value: { items: [{ sku: '短袖#1', name: '短袖', weightGrams: 200 }], nextCursor: null } });
  });

  test('is repaired to what its movements say, once, unless it changed meanwhile', async () => {
    const { tables, store, tenantId, change } = opened();
    await change({ onHandDelta: 5 });
    const name = { sku: 'TS', warehouse: 'JX', bucket: 0 };
    const row = await store.row(tenantId, name);
    if (row === undefined) throw new Error('no row');
    const repair = { sum: { onHand: 4, reserved: 0, available: 4 }, cause: { movementId: 'audit', at: '2026-11-25T00:00:00.000Z', reason: 'audit' } };
    expect(await tables.transact(store.repairWrites(tenantId, row, repair))).toMatchObject({ ok: true });
    expect(await tables.transact(store.repairWrites(tenantId, row, repair))).toEqual({ ok: false, error: 'row_changed' });
    expect(await store.row(tenantId, name)).toMatchObject({ onHand: 4, available: 4 });
    expect((await store.rowMovements(tenantId, name, { limit: 10 })).movements.at(-1)).toMatchObject({ kind: 'correct', delta: 0 });
  });
});
