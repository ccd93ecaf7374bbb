import type { Amounts, Stage } from '../kernel/channel-order.ts';
import { never } from '../kernel/assert.ts';
import type { Routing } from '../routing/schema.ts';
import { settled, unshipped, withoutAllocation } from './order.ts';
import { TIMELINE_ENTRIES_MAX, type HoldCode, type Order, type OrderLine, type Piece, type Receiver, type Shipment } from './schema.ts';

/** Something that happened to an order. The name is what the timeline says; `detail` says why, for people. */
export type OrderEvent = { readonly detail: string } & (
  | { readonly type: 'created'; readonly order: Order }
  | { readonly type: 'paid'; readonly stage: Stage; readonly paidAt?: string; readonly shipBy?: string }
  | { readonly type: 'progressed'; readonly stage: Stage }
  | { readonly type: 'completed' }
  | { readonly type: 'cancelled'; readonly here: boolean }
  | { readonly type: 'held'; readonly code: HoldCode }
  | { readonly type: 'hold_lifted'; readonly code: HoldCode; readonly waived: boolean }
  | { readonly type: 'line_changed'; readonly line: OrderLine }
  | { readonly type: 'line_cancelled'; readonly lineId: string }
  | { readonly type: 'refund_opened'; readonly lineId: string }
  | { readonly type: 'refund_closed'; readonly lineId: string }
  | { readonly type: 'refunded'; readonly lineId: string }
  | { readonly type: 'address_changed'; readonly receiver: Receiver; readonly moved: boolean }
  | { readonly type: 'address_change_too_late'; readonly receiver: Receiver }
  | { readonly type: 'cancelled_too_late' }
  | { readonly type: 'shipped_elsewhere'; readonly lineId: string; readonly quantity: number; readonly shipmentId: string; readonly at: string }
  | { readonly type: 'shipped'; readonly shipment: Shipment }
  | { readonly type: 'allocated'; readonly pieces: readonly Piece[]; readonly waitingFor: readonly string[]; readonly routing: Routing }
  | { readonly type: 'backordered'; readonly waitingFor: readonly string[]; readonly routing: Routing }
  | { readonly type: 'rerouted' }
  | { readonly type: 'facts_changed'; readonly amounts: Amounts; readonly sealed: Readonly<Record<string, string>>; readonly buyerNote?: string; readonly sellerNote?: string }
);

/** When it happened, and who did it: "auto", or the name of a person, key or partner. */
export interface Occasion {
  readonly at: string;
  readonly by: string;
}

/** The order after the events, with derived words, timeline and the next version. Pure. */
export function evolve(order: Order | undefined, events: readonly OrderEvent[], occasion: Occasion): Order {
  let current = order;
  for (const event of events) {
    const next: Order = settled(event.type === 'created' ? event.order : applied(required(current), event));
    current = event.type === 'facts_changed' ? next : withEntry(next, { ...occasion, event: event.type, detail: event.detail });
  }
  return required(current);
}

function required(order: Order | undefined): Order {
  if (order === undefined) throw new TypeError('the first event of an order is `created`');
  return order;
}

function withEntry(order: Order, entry: Order['timeline'][number]): Order {
  const timeline = [...order.timeline, entry];
  // Keep how it began and what is newest; an order that changes for ever must still fit its record.
  return { ...order, timeline: timeline.length > TIMELINE_ENTRIES_MAX ? [...timeline.slice(0, 1), ...timeline.slice(2)] : timeline };
}

function applied(order: Order, event: Exclude<OrderEvent, { type: 'created' }>): Order {
  switch (event.type) {
    case 'paid':
      return { ...order, stage: event.stage, ...(event.paidAt !== undefined && { paidAt: event.paidAt }), ...(event.shipBy !== undefined && { shipBy: event.shipBy }) };
    case 'progressed':
      return { ...order, stage: event.stage };
    case 'completed':
      return { ...order, stage: 'completed' };
    case 'cancelled':
      return event.here ? { ...order, closedHere: true } : { ...order, stage: 'cancelled' };
    case 'held':
      return { ...order, holds: [...order.holds.filter((code) => code !== event.code), event.code] };
    case 'hold_lifted':
      return { ...order, holds: order.holds.filter((code) => code !== event.code), waived: event.waived ? [...order.waived, event.code] : order.waived };
    case 'line_changed':
      return { ...order, lines: upsert(order.lines, event.line), allocations: order.allocations.filter(({ lineId }) => lineId !== event.line.lineId) };
    case 'line_cancelled':
      return { ...order, lines: changed(order.lines, event.lineId, { cancelled: true }) };
    case 'refund_opened':
      return { ...order, lines: changed(order.lines, event.lineId, { refund: 'open' }) };
    case 'refund_closed':
      return { ...order, lines: changed(order.lines, event.lineId, { refund: 'none' }) };
    case 'refunded':
      return { ...order, lines: changed(order.lines, event.lineId, { refund: 'refunded' }) };
    case 'address_changed':
      return { ...(event.moved ? withoutAllocation(order) : order), receiver: event.receiver, waived: order.waived.filter((code) => code !== 'region_unknown') };
    case 'address_change_too_late':
      return { ...order, receiver: event.receiver };
    case 'cancelled_too_late':
      return { ...order, stage: 'cancelled' };
    case 'shipped_elsewhere':
      return shippedElsewhere(order, event);
    case 'shipped':
      return shippedHere(order, event.shipment);
    case 'allocated':
      return { ...withoutAllocation(order), allocations: [...withoutAllocation(order).allocations, ...event.pieces], routing: event.routing, waitingFor: [...event.waitingFor] };
    case 'backordered':
      return { ...withoutAllocation(order), routing: event.routing, waitingFor: [...event.waitingFor] };
    case 'rerouted':
      return withoutAllocation(order);
    case 'facts_changed':
      return withFacts(order, event);
    default:
      return never(event);
  }
}

/** Notes that the platform no longer shows are gone: kept, they would differ from its detail at every read. */
function withFacts({ buyerNote: _buyer, sellerNote: _seller, ...order }: Order, { amounts, sealed, buyerNote, sellerNote }: Extract<OrderEvent, { type: 'facts_changed' }>): Order {
  return {
    ...order,
    amounts,
    receiver: { ...order.receiver, sealed: { ...sealed } },
    ...(buyerNote !== undefined && { buyerNote }),
    ...(sellerNote !== undefined && { sellerNote }),
  };
}

function upsert(lines: readonly OrderLine[], line: OrderLine): OrderLine[] {
  return lines.some(({ lineId }) => lineId === line.lineId) ? lines.map((each) => (each.lineId === line.lineId ? line : each)) : [...lines, line];
}

function changed(lines: readonly OrderLine[], lineId: string, change: Partial<OrderLine>): OrderLine[] {
  return lines.map((line) => (line.lineId === lineId ? { ...line, ...change } : line));
}

/** The platform knows goods as shipped that we did not ship: they left from where they were reserved, if anywhere. */
function shippedElsewhere(order: Order, event: Extract<OrderEvent, { type: 'shipped_elsewhere' }>): Order {
  const pieces = takePieces(order.allocations, event);
  const line = order.lines.find(({ lineId }) => lineId === event.lineId);
  const lines = changed(order.lines, event.lineId, { shippedQuantity: Math.min(line?.quantity ?? 0, (line?.shippedQuantity ?? 0) + event.quantity) });
  const shipments = [...new Set(pieces.map(({ warehouse }) => warehouse))].map((warehouse) => ({
    shipmentId: `${event.shipmentId}-${warehouse}`,
    warehouse,
    carrier: '',
    trackingNumber: '',
    pieces: pieces.filter((piece) => piece.warehouse === warehouse),
    at: event.at,
    by: 'channel',
  }));
  return { ...order, lines, allocations: minus(order.allocations, pieces), shipments: [...order.shipments, ...shipments] };
}

function shippedHere(order: Order, shipment: Shipment): Order {
  const lines = order.lines.map((line) => {
    const quantity = shipment.pieces.reduce((sum, piece) => (piece.lineId === line.lineId ? sum + piece.quantity : sum), 0);
    return quantity === 0 ? line : { ...line, shippedQuantity: line.quantity - unshipped(line) + quantity };
  });
  const begun = order.shipments.find(({ shipmentId }) => shipmentId === shipment.shipmentId);
  const others = order.shipments.filter((each) => each !== begun);
  const whole = { ...shipment, pieces: [...(begun?.pieces ?? []), ...shipment.pieces] };
  return { ...order, lines, allocations: minus(order.allocations, shipment.pieces), shipments: [...others, whole] };
}

/** Up to `quantity` of a line's reserved pieces, of one warehouse if one is named. */
export function takePieces(pieces: readonly Piece[], wanted: { lineId: string; quantity: number; warehouse?: string }): Piece[] {
  const { lineId, quantity, warehouse } = wanted;
  let left = quantity;
  return pieces.flatMap((piece) => {
    if (piece.lineId !== lineId || left === 0 || (warehouse !== undefined && piece.warehouse !== warehouse)) return [];
    const taken = Math.min(left, piece.quantity);
    left -= taken;
    return [{ ...piece, quantity: taken }];
  });
}

function minus(pieces: readonly Piece[], taken: readonly Piece[]): Piece[] {
  return pieces.flatMap((piece) => {
    const gone = taken.reduce(
      (sum, each) => (each.lineId === piece.lineId && each.warehouse === piece.warehouse && each.bucket === piece.bucket ? sum + each.quantity : sum),
      0,
    );
    return piece.quantity > gone ? [{ ...piece, quantity: piece.quantity - gone }] : [];
  });
}
