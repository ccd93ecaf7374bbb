import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cursorOf } from '../kernel/page.ts';
import { MemoryTables } from '../kernel/tables.memory.ts';
import type { Tables } from '../kernel/tables.ts';
import { startLocalTables } from '../platform/testing/local-tables.ts';
import type { Tenant, Warehouse } from './schema.ts';
import { TenantStore } from './store.ts';

let local: Awaited<ReturnType<typeof startLocalTables>>;
beforeAll(async () => {
  local = await startLocalTables();
});
afterAll(async () => local.stop());

let tenants = 0;
const NOW_MS = Date.parse('2026-11-24T02:00:00.000Z');

describe.each([
  ['memory', (): Tables => new MemoryTables()],
  ['DynamoDB', () => local.tables],
])('tenants in %s', (_name, open) => {
  async function opened() {
    const tables = open();
    tenants += 1;
    const tenant: Tenant = { tenantId: `t${String(tenants).padStart(9, '0')}`, company: '杭州某某', contact: 'c', createdAt: '2026-11-24T02:00:00.000Z', trialEndsAt: '2026-12-09T02:00:00.000Z', setupVersion: 0, allowParts: false };
    const store = new TenantStore(tables);
    await tables.transact([store.tenantWrite(tenant)]);
    return { tables, store, tenant, tenantId: tenant.tenantId };
  }

  test('are what was written, and listed for jobs', async () => {
    const { store, tenant, tenantId } = await opened();
    expect(await store.tenant(tenantId)).toEqual(tenant);
    expect(await store.tenant('none')).toBeUndefined();
    expect(await store.tenantIds({ limit: 1_000 })).toContain(tenantId);
    expect(await store.tenantIds({ limit: 1_000, after: tenantId })).not.toContain(tenantId);
  });

  test('have keys of their own', async () => {
    const { tables, store, tenantId } = await opened();
    const key = { tenantId, keyId: 'k1', hash: 'h', role: 'finance' as const, name: '财务', createdAt: '2026-11-24T02:00:00.000Z' };
    await tables.transact([store.apiKeyWrite(key)]);
    expect([await store.apiKey(tenantId, 'k1'), await store.apiKey(tenantId, 'k2'), await store.apiKey('other', 'k1')]).toEqual([key, undefined, undefined]);
  });

  test('have warehouses, whose every change moves the setup version', async () => {
    const { tables, store, tenantId } = await opened();
    const warehouse: Warehouse = { code: '华东仓', name: 'w', province: '浙江省', city: '嘉兴市', district: '', priority: 1, active: true, dailyParcelsMax: 3, regionCode: '330400', lng: 120.5, lat: -1.25 };
    await tables.transact(store.warehouseWrites(tenantId, warehouse));
    const { dailyParcelsMax: _max, ...unlimited } = warehouse;
    expect(await store.warehouse(tenantId, '华东仓')).toEqual(warehouse);
    await tables.transact(store.warehouseWrites(tenantId, unlimited));
    expect([await store.warehouses(tenantId), (await store.tenant(tenantId))?.setupVersion]).toEqual([[unlimited], 2]);
    expect(await store.warehouse(tenantId, 'none')).toBeUndefined();
  });

  test('have connections, page by page, whatever cursor comes', async () => {
    const { tables, store, tenantId } = await opened();
    const connection = { tenantId, channel: 'douyin' as const, shopName: '店', shopId: '1', authorised: false, createdAt: '2026-11-24T02:00:00.000Z' };
    for (const name of ['a', 'b', 'c']) await tables.transact([store.connectionWrite({ ...connection, connectionId: `${tenantId}-${name}` })]);
    const first = await store.connections(tenantId, { limit: 2 });
    expect(first).toMatchObject({ ok: true, value: { items: [{ connectionId: `${tenantId}-a` }, { connectionId: `${tenantId}-b` }] } });
    const next = await store.connections(tenantId, { limit: 2, cursor: (first.ok && first.value.nextCursor) || '' });
    expect(next).toMatchObject({ ok: true, value: { items: [{ connectionId: `${tenantId}-c` }], nextCursor: null } });
    for (const [position, count] of [['!', 3], ['connection#', 3], ['tenant', 0], ['\u{10FFFF}', 0]] as const) {
      const page = await store.connections(tenantId, { limit: 5, cursor: cursorOf(position) });
      expect([position, page.ok && page.value.items.length]).toEqual([position, count]);
    }
    expect(await store.connections(tenantId, { limit: 5, cursor: '=' })).toEqual({ ok: false, error: 'invalid_cursor' });
  });

  test('keep an answer for its key, once', async () => {
    const { tables, store, tenantId } = await opened();
    const write = store.replayWrite(tenantId, 'use', { digest: 'd', answer: 'a', nowMs: NOW_MS });
    expect(await tables.transact([write])).toMatchObject({ ok: true });
    expect(await tables.transact([write])).toEqual({ ok: false, error: 'replayed' });
    expect([await store.replay(tenantId, 'use'), await store.replay(tenantId, 'other')]).toEqual([{ digest: 'd', answer: 'a' }, undefined]);
  });

  test('count uses up to the most of a window, also side by side', async () => {
    const { store, tenantId } = await opened();
    const use = async (window: string, most: number) => store.countUse({ pk: `${tenantId}#uses`, window, most, nowMs: NOW_MS });
    expect((await Promise.all(Array.from({ length: 12 }, async () => use('1', 5)))).filter(Boolean)).toHaveLength(5);
    expect([await use('1', 5), await use('2', 5), await use('3', 0)]).toEqual([false, true, false]);
  });

  test('count parcels of a day up to the capacity, and give them back', async () => {
    const { tables, store, tenantId } = await opened();
    const parcel = { day: '2026-11-24', code: 'JX', nowMs: NOW_MS };
    const take = async (most: number) => (await tables.transact([store.parcelWrite(tenantId, { ...parcel, most })])).ok;
    expect([await take(0), await take(2), await take(2), await take(2)]).toEqual([false, true, true, false]);
    await tables.transact([store.parcelBackWrite(tenantId, parcel)]);
    expect([await take(2), await store.parcels(tenantId, '2026-11-24', ['DG', 'JX']), await store.parcels(tenantId, '2026-11-25', ['JX']), await store.parcels(tenantId, '2026-11-24', [])]).toEqual([true, [0, 2], [0], []]);
  });
});
