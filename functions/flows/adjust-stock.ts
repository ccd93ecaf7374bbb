import { newId } from '../../shared/kernel/ids.ts';
import { ok, refuse, type Result } from '../../shared/kernel/result.ts';
import { isoFromMs } from '../../shared/kernel/time.ts';
import { movementSchema, type AdjustmentBody, type Movement } from '../../shared/stock/schema.ts';
import type { Hub } from './hub.ts';
import { replayed, replayWrites, type Replayable } from './replays.ts';

const MOVEMENT_ID_CHARACTERS = 12;

/**
 * Adds pieces to a warehouse or takes them away. Takes come from the fullest bucket that has enough; what is reserved
 * is never taken. An increase releases waiting orders: `on-change` sees the movement and queues it.
 */
export async function adjustStock(hub: Hub, body: AdjustmentBody, { tenantId, by, replayable }: { tenantId: string; by: string; replayable: Replayable | undefined }): Promise<Result<Movement>> {
  const before = await replayed(hub, replayable);
  if (before !== undefined) return before.ok ? ok(movementSchema.parse(JSON.parse(before.value))) : before;
  const { warehouse, sku, delta } = body;
  if ((await hub.tenants.warehouse(tenantId, warehouse)) === undefined) return refuse('warehouse_not_found', `There is no warehouse ${warehouse}.`);
  const bucket = delta > 0 ? 0 : await fullestBucket(hub, tenantId, body);
  const at = isoFromMs(hub.clock.nowMs());
  const movement: Movement = {
    movementId: `adjust-${newId(hub.random, MOVEMENT_ID_CHARACTERS)}`,
    sku,
    warehouse,
    kind: 'adjust',
    delta,
    onHandDelta: delta,
    reservedDelta: 0,
    reason: body.reason,
    by,
    at,
  };
  const row = { sku, warehouse, bucket, onHandDelta: delta, reservedDelta: 0 };
  const done = await hub.tables.transact([...hub.stock.writes(tenantId, [row], movement), ...replayWrites(hub, replayable, JSON.stringify(movement))]);
  if (done.ok) return ok(movement);
  // The same request may have come twice at once: what the first one took is why the second one finds too little.
  const repeated = await replayed(hub, replayable);
  if (repeated === undefined) return refuse('stock_short', `Less than ${-delta} of ${sku} is available in ${warehouse}.`);
  return repeated.ok ? ok(movementSchema.parse(JSON.parse(repeated.value))) : repeated;
}

async function fullestBucket(hub: Hub, tenantId: string, { sku, warehouse }: AdjustmentBody): Promise<number> {
  const { rows } = await hub.stock.sku(tenantId, sku);
  const [fullest] = rows.filter((row) => row.warehouse === warehouse).toSorted((a, b) => b.available - a.available);
  return fullest?.bucket ?? 0;
}
