import { newId } from '../../shared/kernel/ids.ts';
import type { RowName } from '../../shared/kernel/row-delta.ts';
import { isoFromMs } from '../../shared/kernel/time.ts';
import { agrees, sumOf, type RowSum } from '../../shared/stock/movements.ts';
import type { StockRow } from '../../shared/stock/schema.ts';
import type { Hub } from './hub.ts';

const PAGE = 200;
const MOVEMENT_ID_CHARACTERS = 12;
/** Looks at a row that keeps changing while its movements are read; it is looked at again in the next audit. */
const LOOKS_MAX = 5;

export interface AuditReport {
  readonly rows: number;
  readonly repaired: number;
  /** Rows that changed during every look. */
  readonly unsettled: number;
}

/** Proves that every stock row of a tenant equals the sum of its movements; a row that does not is set to it, with a record. */
export async function auditTenant(hub: Hub, tenantId: string): Promise<AuditReport> {
  const report = { rows: 0, repaired: 0, unsettled: 0 };
  for (let after: string | undefined, more = true; more; ) {
    const { rows, position } = await hub.stock.rowsOf(tenantId, { limit: PAGE, ...(after !== undefined && { after }) });
    for (const row of rows) {
      const outcome = await auditRow(hub, tenantId, row);
      report.rows += 1;
      if (outcome !== 'right') report[outcome] += 1;
    }
    after = position;
    more = position !== undefined;
  }
  return report;
}

async function auditRow(hub: Hub, tenantId: string, name: RowName): Promise<'right' | 'repaired' | 'unsettled'> {
  for (let look = 1; look <= LOOKS_MAX; look += 1) {
    const before = await hub.stock.row(tenantId, name);
    const sum = await sumMovements(hub, tenantId, name);
    if (before === undefined || agrees(before, sum)) return 'right';
    const after = await hub.stock.row(tenantId, name);
    // Only a row that stood still while its movements were read can be said to differ from them.
    if (after === undefined || !agrees(before, after)) continue;
    // Movements are read page by page: a reservation and its release in between could be half seen, and leave no trace.
    if (!agrees({ ...before, ...(await sumMovements(hub, tenantId, name)) }, sum)) continue;
    if (await repair(hub, tenantId, { row: after, sum })) return 'repaired';
  }
  return 'unsettled';
}

async function sumMovements(hub: Hub, tenantId: string, row: RowName): Promise<RowSum> {
  let sum = sumOf([]);
  for (let after: string | undefined, more = true; more; ) {
    const { movements, position } = await hub.stock.rowMovements(tenantId, row, { limit: PAGE, ...(after !== undefined && { after }) });
    sum = sumOf(movements, sum);
    after = position;
    more = position !== undefined;
  }
  return sum;
}

async function repair(hub: Hub, tenantId: string, { row, sum }: { row: StockRow; sum: RowSum }): Promise<boolean> {
  const words = (of: RowSum): string => `${of.onHand}/${of.reserved}/${of.available}`;
  const reason = `audit: the row said ${words(row)} (on hand/reserved/available), its movements ${words(sum)}`;
  const cause = { movementId: `audit-${newId(hub.random, MOVEMENT_ID_CHARACTERS)}`, at: isoFromMs(hub.clock.nowMs()), reason };
  const done = await hub.tables.transact(hub.stock.repairWrites(tenantId, row, { sum, cause }));
  if (!done.ok) return false;
  hub.log.metric('StockMismatch', 1);
  hub.log.error('stock row repaired', { tenantId, sku: row.sku, warehouse: row.warehouse, bucket: row.bucket, reason });
  return true;
}
