import { assert } from '../kernel/assert.ts';
import type { RowDelta } from '../kernel/row-delta.ts';
import type { HoldCode, LineStatus, Order, OrderLine, OrderStatus, OrderView, Piece } from './schema.ts';

/** Pure questions about an order. Status words are derived from the facts here, in one place. */

/** A line that still means goods for the buyer. */
export function isLive(line: OrderLine): boolean {
  return !line.cancelled && line.refund !== 'refunded';
}

/** A live line that may go out: no refund is open on it. */
export function isShippable(line: OrderLine): boolean {
  return isLive(line) && line.refund === 'none';
}

export function unshipped(line: OrderLine): number {
  return Math.max(0, line.quantity - line.shippedQuantity);
}

/** Goods of it are on their way, from here or from elsewhere. */
export function hasLeft(order: Order): boolean {
  return order.shipments.length > 0 || order.lines.some(({ shippedQuantity }) => shippedQuantity > 0);
}

export function allocatedQuantity(order: Order, lineId: string): number {
  return order.allocations.reduce((sum, piece) => (piece.lineId === lineId ? sum + piece.quantity : sum), 0);
}

/** Nothing is going to happen to its goods any more. */
export function isClosed(order: Order): boolean {
  return order.closedHere || order.stage === 'cancelled' || order.stage === 'completed' || order.lines.every((line) => !isLive(line));
}

/** Holds that stop the whole order; an open refund stops just its lines. */
export function orderHolds(order: Order): HoldCode[] {
  return order.holds.filter((code) => code !== 'refund_open');
}

export function isAllocated(order: Order, line: OrderLine): boolean {
  return allocatedQuantity(order, line.lineId) >= unshipped(line);
}

/** Paid, free of holds, and with goods that nobody reserved yet. */
export function needsAllocation(order: Order): boolean {
  if (isClosed(order) || order.stage === 'unpaid' || orderHolds(order).length > 0) return false;
  return order.lines.some((line) => isShippable(line) && unshipped(line) > 0 && !isAllocated(order, line));
}

/** The lines that a routing decides about, with what is still to go out of each. */
export function linesToRoute(order: Order): OrderLine[] {
  return order.lines.filter((line) => isShippable(line) && unshipped(line) > 0).map((line) => ({ ...line, quantity: unshipped(line) }));
}

/** The order without the reservations of lines that are to be routed (anew). Its twin is the `allocated` event. */
export function withoutAllocation(order: Order): Order {
  const routed = new Set(linesToRoute(order).map(({ lineId }) => lineId));
  return { ...order, allocations: order.allocations.filter(({ lineId }) => !routed.has(lineId)) };
}

/** Releases what nobody needs: pieces of closed orders, dead lines, and pieces beyond what is still to ship. */
export function withoutIdlePieces(order: Order): Order {
  if (isClosed(order)) return order.allocations.length === 0 ? order : { ...order, allocations: [] };
  const left = new Map(order.lines.map((line) => [line.lineId, isLive(line) ? unshipped(line) : 0]));
  const allocations = order.allocations.flatMap((piece) => {
    const quantity = Math.min(piece.quantity, left.get(piece.lineId) ?? 0);
    left.set(piece.lineId, (left.get(piece.lineId) ?? 0) - quantity);
    return quantity > 0 ? [{ ...piece, quantity }] : [];
  });
  return { ...order, allocations };
}

/** True when a large change was cut short between its transactions: pieces left over, or goods neither reserved nor waited for. */
export function isUnfinished(order: Order): boolean {
  if (needsAllocation(order) && order.waitingFor.length === 0) return true;
  return withoutIdlePieces(order).allocations.length < order.allocations.length;
}

export function lineStatus(order: Order, line: OrderLine): LineStatus {
  if (line.cancelled) return 'cancelled';
  if (line.refund === 'refunded') return 'refunded';
  if (order.closedHere || order.stage === 'cancelled') return line.shippedQuantity >= line.quantity ? 'shipped' : 'cancelled';
  if (line.refund === 'open') return 'refund_open';
  if (unshipped(line) === 0) return 'shipped';
  if (isAllocated(order, line)) return 'allocated';
  return order.waitingFor.length > 0 ? 'backordered' : 'open';
}

export function orderStatus(order: Order): OrderStatus {
  if (order.stage === 'completed' && !order.closedHere) return 'completed';
  if (isClosed(order)) return 'cancelled';
  if (order.stage === 'unpaid') return 'awaiting_payment';
  const live = order.lines.filter(isLive);
  if (live.every((line) => unshipped(line) === 0)) return 'shipped';
  if (orderHolds(order).length > 0) return 'held';
  if (live.some((line) => line.shippedQuantity > 0)) return 'partly_shipped';
  if (live.every((line) => line.refund === 'open')) return 'held';
  return needsAllocation(order) ? 'backordered' : 'allocated';
}

/** Puts the derived words in: `refund_open` among the holds, idle pieces released, status. */
export function settled(order: Order): Order {
  const refundOpen = !isClosed(order) && order.lines.some((line) => isLive(line) && line.refund === 'open');
  const holds: HoldCode[] = [...orderHolds(order), ...(refundOpen ? (['refund_open'] as const) : [])];
  const kept = withoutIdlePieces({ ...order, holds });
  const waits = needsAllocation(kept);
  const whole = { ...kept, waitingFor: waits ? kept.waitingFor : [] };
  return { ...whole, status: orderStatus(whole) };
}

/**
 * What a change of an order means for stock: the difference of what it reserves and of what has left for it.
 * Reserving, releasing and shipping all come from here, so nothing can be freed twice, or never.
 * The same SKU on two lines is summed. Rows that do not change are left out.
 */
export function stockEffect(before: Order | undefined, after: Order): RowDelta[] {
  const rows = new Map<string, RowDelta>();
  const count = (pieces: readonly Piece[], onHand: number, reserved: number): void => {
    for (const { sku, warehouse, bucket, quantity } of pieces) {
      const key = JSON.stringify([sku, warehouse, bucket]);
      const row = rows.get(key) ?? { sku, warehouse, bucket, onHandDelta: 0, reservedDelta: 0 };
      rows.set(key, { ...row, onHandDelta: row.onHandDelta + onHand * quantity, reservedDelta: row.reservedDelta + reserved * quantity });
    }
  };
  count(before?.allocations ?? [], 0, -1);
  count(after.allocations, 0, 1);
  for (const { pieces } of before?.shipments ?? []) count(pieces, 1, 0);
  for (const { pieces } of after.shipments) count(pieces, -1, 0);
  return [...rows.values()].filter(({ onHandDelta, reservedDelta }) => onHandDelta !== 0 || reservedDelta !== 0);
}

/** Pieces of a plan per warehouse, as the API shows them. */
function byWarehouse(pieces: readonly Piece[]): { warehouse: string; lines: { lineId: string; sku: string; quantity: number }[] }[] {
  const warehouses = new Map<string, Map<string, { lineId: string; sku: string; quantity: number }>>();
  for (const { warehouse, lineId, sku, quantity } of pieces) {
    const lines = warehouses.get(warehouse) ?? new Map<string, { lineId: string; sku: string; quantity: number }>();
    lines.set(lineId, { lineId, sku, quantity: quantity + (lines.get(lineId)?.quantity ?? 0) });
    warehouses.set(warehouse, lines);
  }
  return [...warehouses].map(([warehouse, lines]) => ({ warehouse, lines: [...lines.values()] }));
}

/** The order as the API shows it. Sealed personal data stays inside. */
export function viewOf(order: Order): OrderView {
  const { sealed: _sealed, ...receiver } = order.receiver;
  assert(order.version > 0, 'a stored order has a version');
  return {
    orderId: order.orderId,
    channel: order.channel,
    shopId: order.shopId,
    channelOrderId: order.channelOrderId,
    status: order.status,
    holds: order.holds,
    lines: order.lines.map((line) => ({
      lineId: line.lineId,
      sku: line.sku,
      title: line.title,
      quantity: line.quantity,
      unitPriceFen: line.unitPriceFen,
      paidFen: line.paidFen,
      status: lineStatus(order, line),
      shippedQuantity: line.shippedQuantity,
    })),
    amounts: order.amounts,
    receiver,
    allocations: byWarehouse(order.allocations),
    routing: order.routing,
    shipments: order.shipments.map(({ pieces, ...shipment }) => ({ ...shipment, lines: byWarehouse(pieces).flatMap(({ lines }) => lines) })),
    timeline: order.timeline,
    waitingFor: order.waitingFor,
    ...(order.buyerNote !== undefined && { buyerNote: order.buyerNote }),
    ...(order.sellerNote !== undefined && { sellerNote: order.sellerNote }),
    createdAt: order.createdAt,
    ...(order.paidAt !== undefined && { paidAt: order.paidAt }),
    ...(order.shipBy !== undefined && { shipBy: order.shipBy }),
    version: order.version,
  };
}
