import { assert } from '../kernel/assert.ts';
import type { RowDelta } from '../kernel/row-delta.ts';
import type { Movement, StockRow } from './schema.ts';

/** What a change of a row is called, when its cause does not say. */
export function kindOf({ onHandDelta, reservedDelta }: RowDelta): Movement['kind'] {
  if (onHandDelta < 0 && reservedDelta < 0) return 'ship';
  if (reservedDelta > 0) return 'reserve';
  if (reservedDelta < 0) return 'release';
  return 'adjust';
}

export type RowSum = Pick<StockRow, 'onHand' | 'reserved' | 'available'>;

/** What the movements of a row add up to, on top of what earlier ones did. */
export function sumOf(movements: readonly Movement[], start: RowSum = { onHand: 0, reserved: 0, available: 0 }): RowSum {
  return movements.reduce(
    (sum, { onHandDelta, reservedDelta, delta }) => ({ onHand: sum.onHand + onHandDelta, reserved: sum.reserved + reservedDelta, available: sum.available + delta }),
    start,
  );
}

/** Whether a row is what its movements say. */
export function agrees(row: StockRow, sum: RowSum): boolean {
  return row.onHand === sum.onHand && row.reserved === sum.reserved && row.available === sum.available;
}

/**
 * Spreads what is taken of a SKU in a warehouse over its buckets, the fullest first, so that the last piece of
 * any bucket stays sellable. The rows must hold enough: the caller has routed by their sum.
 */
export function takeFromBuckets(rows: readonly StockRow[], quantity: number): { bucket: number; quantity: number }[] {
  let left = quantity;
  const taken = rows
    .toSorted((a, b) => b.available - a.available || a.bucket - b.bucket)
    .flatMap(({ bucket, available }) => {
      const part = Math.min(left, Math.max(0, available));
      left -= part;
      return part > 0 ? [{ bucket, quantity: part }] : [];
    });
  assert(left === 0, `${left} of ${quantity} pieces are in no bucket`);
  return taken;
}
