import { expect, test } from 'vitest';
import { JIAXING, memoryHub, setUp, TENANT } from '../flows/testing/memory-hub.ts';
import { handlerOf } from './audit-stock.ts';

test('every tenant is audited, and its waiting orders are tried with the new day’s capacity', async () => {
  const hub = memoryHub();
  await setUp(hub, [JIAXING], [{ sku: 'TS', warehouse: 'JX', quantity: 5 }]);
  await hub.tables.transact([hub.tenants.tenantWrite({ ...TENANT, tenantId: 'tenant0002' })]);
  await hub.tables.transact([{ kind: 'update', key: { table: 'stock', pk: `${TENANT.tenantId}#stock#TS`, sk: 'row#JX#000' }, add: { available: 1 } }]);
  await handlerOf(hub)({}, { getRemainingTimeInMillis: () => 900_000 });
  expect(await hub.stock.row(TENANT.tenantId, { sku: 'TS', warehouse: 'JX', bucket: 0 })).toMatchObject({ available: 5 });
  expect(hub.sent.map(({ message }) => message)).toEqual(['{"tenantId":"tenant0001"}', '{"tenantId":"tenant0002"}']);
});

test('with too little time left it begins no tenant', async () => {
  const hub = memoryHub();
  await setUp(hub, [], []);
  await handlerOf(hub)({}, { getRemainingTimeInMillis: () => 1_000 });
  expect(hub.sent).toEqual([]);
});
