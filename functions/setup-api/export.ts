import { ok, type Result } from '../../shared/kernel/result.ts';
import { assert } from '../../shared/kernel/assert.ts';
import { newId } from '../../shared/kernel/ids.ts';
import { isoFromMs } from '../../shared/kernel/time.ts';
import { viewOf } from '../../shared/orders/order.ts';
import type { Hub } from '../flows/hub.ts';
import { RawAnswer } from '../flows/serve.ts';

const PAGE = 200;
/** Lambda answers at most 6 MB; a larger export becomes a file. */
const INLINE_BYTES_MAX = 4 * 1024 * 1024;
const LINK_SECONDS = 3_600;
const FILE_ID_CHARACTERS = 16;
const NDJSON = 'application/x-ndjson';

/** Everything the tenant owns, one JSON object a line with its `type`; secrets stay where they are. */
export async function exportTenant(hub: Hub, tenantId: string): Promise<Result<RawAnswer>> {
  const lines: string[] = [];
  for await (const record of recordsOf(hub, tenantId)) lines.push(`${JSON.stringify(record)}\n`);
  const content = lines.join('');
  if (Buffer.byteLength(content) <= INLINE_BYTES_MAX) return ok(new RawAnswer({ statusCode: 200, headers: { 'content-type': NDJSON, 'cache-control': 'no-store' }, body: content }));
  const name = `exports/${tenantId}/${isoFromMs(hub.clock.nowMs()).replaceAll(':', '-')}-${newId(hub.random, FILE_ID_CHARACTERS)}.ndjson`;
  await hub.files.put(name, content, NDJSON);
  const location = await hub.files.linkTo(name, LINK_SECONDS);
  return ok(new RawAnswer({ statusCode: 303, headers: { location, 'cache-control': 'no-store' }, body: '' }));
}

async function* recordsOf(hub: Hub, tenantId: string): AsyncGenerator<Record<string, unknown>> {
  yield { type: 'tenant', ...(await hub.tenants.tenant(tenantId)) };
  for (const warehouse of await hub.tenants.warehouses(tenantId)) yield { type: 'warehouse', ...warehouse };
  yield* paged('connection', (cursor) => hub.tenants.connections(tenantId, { limit: PAGE, cursor }));
  yield* paged('product', (cursor) => hub.stock.products(tenantId, { limit: PAGE, cursor }));
  for (let after: string | undefined, more = true; more; ) {
    const { rows, position } = await hub.stock.rowsOf(tenantId, { limit: PAGE, ...(after !== undefined && { after }) });
    for (const row of rows) {
      yield { type: 'stock', ...row };
      yield* movementsOf(hub, tenantId, row);
    }
    after = position;
    more = position !== undefined;
  }
  yield* paged('order', (cursor) => hub.orders.list(tenantId, { limit: PAGE, cursor }), viewOf);
}

async function* movementsOf(hub: Hub, tenantId: string, row: { sku: string; warehouse: string; bucket: number }): AsyncGenerator<Record<string, unknown>> {
  for (let after: string | undefined, more = true; more; ) {
    const { movements, position } = await hub.stock.rowMovements(tenantId, row, { limit: PAGE, ...(after !== undefined && { after }) });
    for (const movement of movements) yield { type: 'movement', ...movement };
    after = position;
    more = position !== undefined;
  }
}

async function* paged<T extends object>(
  type: string,
  read: (cursor: string | undefined) => Promise<Result<{ items: readonly T[]; nextCursor: string | null }, string>>,
  shown: (item: T) => object = (item) => item,
): AsyncGenerator<Record<string, unknown>> {
  for (let cursor: string | undefined, more = true; more; ) {
    const page = await read(cursor);
    assert(page.ok, 'a cursor of ours is valid');
    for (const item of page.value.items) yield { type, ...shown(item) };
    cursor = page.value.nextCursor ?? undefined;
    more = cursor !== undefined;
  }
}
