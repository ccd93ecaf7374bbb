import { err, ok, refuse, type Refusal, type Result } from '../kernel/result.ts';
import { never } from '../kernel/assert.ts';
import { takePieces, type OrderEvent } from './events.ts';
import { allocatedQuantity, hasLeft, isClosed, isShippable, needsAllocation, orderHolds, unshipped } from './order.ts';
import type { Order, OrderLine, Piece } from './schema.ts';

/** What people, keys and partners may ask of an order. */
export type OrderCommand =
  | { readonly type: 'hold'; readonly reason: string }
  | { readonly type: 'release'; readonly reason: string }
  | { readonly type: 'cancel'; readonly reason: string }
  | { readonly type: 'reroute'; readonly reason: string }
  | {
      readonly type: 'ship';
      readonly shipmentId: string;
      readonly warehouse: string;
      readonly carrier: string;
      readonly trackingNumber: string;
      readonly lines: readonly { readonly lineId: string; readonly quantity: number }[];
      readonly at: string;
      readonly by: string;
    };

/** Holds a person may lift; the platform's own are lifted by the platform. */
const LIFTABLE = ['manual', 'region_unknown'] as const;

/** What follows from a command in this state, or why it may not be. Pure. */
export function decide(order: Order, command: OrderCommand): Result<OrderEvent[]> {
  switch (command.type) {
    case 'hold':
      return hold(order, command.reason);
    case 'release':
      return release(order, command.reason);
    case 'cancel':
      return cancel(order, command.reason);
    case 'reroute':
      return reroute(order, command.reason);
    case 'ship':
      return ship(order, command);
    default:
      return never(command);
  }
}

function hold(order: Order, reason: string): Result<OrderEvent[]> {
  if (isClosed(order)) return refuse('order_closed');
  if (order.status === 'shipped') return refuse('order_already_shipped');
  if (order.holds.includes('manual')) return refuse('order_held', 'It is held by a person already.');
  return ok([{ type: 'held', code: 'manual', detail: reason }]);
}

function release(order: Order, reason: string): Result<OrderEvent[]> {
  if (isClosed(order)) return refuse('order_closed');
  const codes = LIFTABLE.filter((code) => order.holds.includes(code));
  if (codes.length === 0) {
    const others = order.holds.join(', ');
    return refuse('order_not_held', others === '' ? undefined : `The remaining holds (${others}) end when the platform or the buyer ends them.`);
  }
  return ok(codes.map((code) => ({ type: 'hold_lifted' as const, code, waived: code !== 'manual', detail: reason })));
}

function cancel(order: Order, reason: string): Result<OrderEvent[]> {
  if (isClosed(order)) return refuse('order_closed');
  if (hasLeft(order)) return refuse('order_already_shipped');
  return ok([{ type: 'cancelled', here: true, detail: reason }]);
}

function reroute(order: Order, reason: string): Result<OrderEvent[]> {
  if (isClosed(order)) return refuse('order_closed');
  if (orderHolds(order).length > 0) return refuse('order_held');
  if (order.status === 'shipped') return refuse('order_already_shipped');
  if (order.allocations.length === 0 && !needsAllocation(order)) return refuse('order_not_allocated');
  return ok([{ type: 'rerouted', detail: reason }]);
}

type Ship = Extract<OrderCommand, { type: 'ship' }>;

function ship(order: Order, command: Ship): Result<OrderEvent[]> {
  if (isClosed(order)) return refuse('order_closed');
  if (order.stage === 'unpaid') return refuse('order_not_allocated', 'The order is not paid.');
  if (orderHolds(order).length > 0) return refuse('order_held', `Holds: ${order.holds.join(', ')}.`);
  const pieces: Piece[] = [];
  // A parcel of very many rows is written in steps: what of it has been, is not sent again.
  const sent = order.shipments.filter(({ shipmentId }) => shipmentId === command.shipmentId).flatMap((shipment) => shipment.pieces);
  for (const [lineId, wanted] of summed(command.lines)) {
    const quantity = sent.reduce((left, piece) => (piece.lineId === lineId ? left - piece.quantity : left), wanted);
    if (quantity <= 0) continue;
    const taken = shipLine(order, { lineId, quantity, warehouse: command.warehouse });
    if (!taken.ok) return taken;
    pieces.push(...taken.value);
  }
  const { shipmentId, warehouse, carrier, trackingNumber, at, by } = command;
  const goods = pieces.map(({ quantity, sku }) => `${quantity} x ${sku}`).join(', ');
  return ok([
    { type: 'shipped', shipment: { shipmentId, warehouse, carrier, trackingNumber, pieces, at, by }, detail: `${goods} from ${warehouse} by ${carrier} ${trackingNumber}` },
  ]);
}

function summed(lines: Ship['lines']): Map<string, number> {
  const quantities = new Map<string, number>();
  for (const { lineId, quantity } of lines) quantities.set(lineId, quantity + (quantities.get(lineId) ?? 0));
  return quantities;
}

function shipLine(order: Order, wanted: { lineId: string; quantity: number; warehouse: string }): Result<Piece[]> {
  const line = order.lines.find(({ lineId }) => lineId === wanted.lineId);
  if (line === undefined) return err<Refusal>({ code: 'line_not_found', detail: `No line ${wanted.lineId}.` });
  if (!isShippable(line) || unshipped(line) === 0) return refuse('line_not_shippable', lineWords(line));
  if (allocatedQuantity(order, line.lineId) === 0) return refuse('order_not_allocated', `Line ${line.lineId} has nothing allocated.`);
  const pieces = takePieces(order.allocations, wanted);
  const reserved = pieces.reduce((sum, { quantity }) => sum + quantity, 0);
  if (reserved === 0) return refuse('order_not_allocated', `Line ${line.lineId} has nothing allocated in ${wanted.warehouse}.`);
  if (reserved < wanted.quantity) return refuse('quantity_exceeds_allocation', `Line ${line.lineId} has ${reserved} allocated in ${wanted.warehouse}.`);
  return ok(pieces);
}

function lineWords(line: OrderLine): string {
  if (line.cancelled) return `Line ${line.lineId} is cancelled.`;
  if (line.refund === 'refunded') return `Line ${line.lineId} is refunded.`;
  if (line.refund === 'open') return `A refund of line ${line.lineId} is open.`;
  return `Line ${line.lineId} has shipped.`;
}
