import type { ChannelLine, ChannelOrder, Stage } from '../kernel/channel-order.ts';
import type { OrderEvent } from './events.ts';
import { hasLeft, isClosed, isLive } from './order.ts';
import { ORDER_LINES_MAX, type HoldCode, type Order, type OrderLine, type Receiver } from './schema.ts';

/** What the hub adds to the platform's detail: where the receiver is, and which order it is. */
export interface SyncFacts {
  readonly identity: Pick<Order, 'orderId' | 'channel' | 'shopId' | 'channelOrderId'> & { readonly connectionId?: string };
  readonly region: { readonly regionCode: string; readonly regionStatus: string; readonly routable: boolean };
  readonly at: string;
}

/** Stages only go forward; a detail that goes back comes from a replica that lags. */
const RANK: Readonly<Record<Stage, number>> = { unpaid: 0, paid: 1, partly_shipped: 2, shipped: 3, completed: 4, cancelled: 5 };

/** True when a push promised a stage that the detail does not show yet: the platform's replicas lag. */
export function lagsBehind(detail: ChannelOrder, promised: readonly Stage[]): boolean {
  return promised.some((stage) => RANK[detail.stage] < RANK[stage]);
}

/** The least time between payment and the promise, when the platform gives no ship-by time (DESIGN §8). */
export const PROMISE_AFTER_PAYMENT_MS = 48 * 3_600_000;

/** True when the detail was read from a replica older than what we already hold: it must not be acted on. */
export function isStale(order: Order, detail: ChannelOrder): boolean {
  if (RANK[detail.stage] < RANK[order.stage]) return true;
  return order.channelUpdatedAt !== undefined && detail.updatedAt !== undefined && detail.updatedAt < order.channelUpdatedAt;
}

/**
 * What happened, found by comparing the newest detail with what we hold. Empty when nothing did, so that
 * repeated and reordered pushes change nothing. Pure.
 */
export function eventsOfDetail(order: Order | undefined, detail: ChannelOrder, facts: SyncFacts): OrderEvent[] {
  if (order === undefined) return eventsOfNew(detail, facts);
  if (isStale(order, detail)) return [];
  if (order.closedHere) return endEvents(order, detail);
  return [
    ...paymentEvents(order, detail),
    ...lineEvents(order, detail),
    ...holdEvents(order, detail, facts),
    ...addressEvents(order, detail, facts),
    ...shippingEvents(order, detail, facts),
    ...endEvents(order, detail),
    ...quietEvents(order, detail),
  ];
}

function eventsOfNew(detail: ChannelOrder, facts: SyncFacts): OrderEvent[] {
  const created = newOrder(detail, facts);
  const first: OrderEvent = { type: 'created', order: created, detail: `${created.lines.length} line(s) from ${facts.identity.channel} ${detail.channelOrderId}` };
  return [first, ...eventsOfDetail(created, detail, facts)];
}

/** The order as it would have been before anything happened to it; the detail's events then follow. */
function newOrder(detail: ChannelOrder, { identity, region, at }: SyncFacts): Order {
  return {
    ...identity,
    stage: 'unpaid',
    closedHere: false,
    status: 'awaiting_payment',
    holds: [],
    waived: [],
    lines: detail.lines.map((line) => ({ ...line, refund: 'none', cancelled: false, shippedQuantity: 0 })),
    amounts: detail.amounts,
    receiver: receiverOf(detail, region),
    allocations: [],
    waitingFor: [],
    parcels: [],
    routing: null,
    shipments: [],
    timeline: [],
    seen: [],
    ...(detail.buyerNote !== undefined && { buyerNote: detail.buyerNote }),
    ...(detail.sellerNote !== undefined && { sellerNote: detail.sellerNote }),
    createdAt: detail.createdAt || at,
    version: 0,
  };
}

function receiverOf({ receiver }: ChannelOrder, region: SyncFacts['region']): Receiver {
  return { ...receiver, regionCode: region.regionCode, regionStatus: region.regionStatus };
}

function paymentEvents(order: Order, detail: ChannelOrder): OrderEvent[] {
  if (order.stage !== 'unpaid' || detail.stage === 'unpaid' || (detail.stage === 'cancelled' && detail.paidAt === undefined)) return [];
  const stage = detail.stage === 'cancelled' || detail.stage === 'completed' ? 'paid' : detail.stage;
  return [
    {
      type: 'paid',
      stage,
      ...(detail.paidAt !== undefined && { paidAt: detail.paidAt }),
      ...(detail.shipBy !== undefined && { shipBy: detail.shipBy }),
      detail: detail.shipBy === undefined ? 'paid' : `paid; to be shipped by ${detail.shipBy}`,
    },
  ];
}

function lineEvents(order: Order, detail: ChannelOrder): OrderEvent[] {
  return detail.lines.flatMap((line) => {
    const held = order.lines.find(({ lineId }) => lineId === line.lineId);
    if (held === undefined) return [{ type: 'line_changed' as const, line: { ...line, shippedQuantity: 0 }, detail: `line ${line.lineId} added: ${line.quantity} x ${line.sku}` }];
    return [...lineFactEvents(held, line), ...refundEvents(held, line)];
  });
}

function lineFactEvents(held: OrderLine, line: ChannelLine): OrderEvent[] {
  if (!isLive(held) || held.shippedQuantity > 0 || (held.quantity === line.quantity && held.sku === line.sku)) return [];
  const next = { ...line, refund: held.refund, cancelled: held.cancelled, shippedQuantity: 0 };
  return [{ type: 'line_changed', line: next, detail: `line ${line.lineId}: ${held.quantity} x ${held.sku} became ${line.quantity} x ${line.sku}` }];
}

function refundEvents(held: OrderLine, line: ChannelLine): OrderEvent[] {
  const { lineId, sku } = line;
  if (held.refund === 'refunded' || held.cancelled) return [];
  if (line.refund === 'refunded') return [{ type: 'refunded', lineId, detail: `line ${lineId} (${sku}) was refunded` }];
  if (line.cancelled) return [{ type: 'line_cancelled', lineId, detail: `line ${lineId} (${sku}) was cancelled` }];
  if (held.refund === 'none' && line.refund === 'open') return [{ type: 'refund_opened', lineId, detail: `the buyer asked to refund line ${lineId} (${sku})` }];
  if (held.refund === 'open' && line.refund === 'none') return [{ type: 'refund_closed', lineId, detail: `the refund of line ${lineId} (${sku}) was withdrawn or refused` }];
  return [];
}

const HOLD_WORDS: Readonly<Record<HoldCode, string>> = {
  risk_review: 'the platform reviews the order for risk',
  group_open: 'the buying group is not complete yet',
  address_under_review: 'a change of address is under review',
  platform_forbids: 'the platform does not let it ship yet',
  refund_open: 'a refund is open',
  region_unknown: 'the place cannot be told from the address',
  oversized: `the order has more than ${ORDER_LINES_MAX} lines`,
  manual: 'held by a person',
};

function holdEvents(order: Order, detail: ChannelOrder, facts: SyncFacts): OrderEvent[] {
  const wanted = new Set<HoldCode>(detail.holds);
  // A person waived the hold for the address of then, not for another one.
  const waived = order.waived.includes('region_unknown') && addressEvents(order, detail, facts).length === 0;
  if (!facts.region.routable && !waived) wanted.add('region_unknown');
  if (detail.lines.length > ORDER_LINES_MAX) wanted.add('oversized');
  const placed = [...wanted].filter((code) => !order.holds.includes(code));
  // A hold by a person is lifted by a person; an open refund is a matter of its line.
  const lifted = order.holds.filter((code) => !wanted.has(code) && code !== 'manual' && code !== 'refund_open');
  return [
    ...placed.map((code) => ({ type: 'held' as const, code, detail: HOLD_WORDS[code] })),
    ...lifted.map((code) => ({ type: 'hold_lifted' as const, code, waived: false, detail: `no longer: ${HOLD_WORDS[code]}` })),
  ];
}

/** Ciphertext may differ at every read, so only plain names and the platform's mask tell that an address is another. */
function addressEvents(order: Order, detail: ChannelOrder, { region }: SyncFacts): OrderEvent[] {
  const receiver = receiverOf(detail, region);
  const moved = receiver.regionCode !== order.receiver.regionCode;
  if (!moved && placeText(receiver) === placeText(order.receiver)) return [];
  const text = `from ${placeText(order.receiver)} to ${placeText(receiver)}`;
  if (hasLeft(order)) {
    return [{ type: 'address_change_too_late', receiver, detail: `${text}, but goods have left: intercept the parcel or refuse the change` }];
  }
  return [{ type: 'address_changed', receiver, moved, detail: moved ? `${text}: to be routed again` : text }];
}

function placeText({ province, city, district, town, masked }: Receiver): string {
  return [province, city, district, town ?? '', masked['detail'] ?? ''].filter((part) => part !== '').join(' ');
}

function shippingEvents(order: Order, detail: ChannelOrder, { at }: SyncFacts): OrderEvent[] {
  const all = detail.stage === 'shipped' || detail.stage === 'completed';
  const lines = detail.lines.flatMap((line) => {
    const held = order.lines.find(({ lineId }) => lineId === line.lineId);
    const live = !line.cancelled && line.refund !== 'refunded';
    const quantity = (all && live ? line.quantity : line.shippedQuantity) - (held?.shippedQuantity ?? 0);
    if (quantity <= 0) return [];
    return [{ type: 'shipped_elsewhere' as const, lineId: line.lineId, quantity, shipmentId: `channel-${order.shipments.length}-${line.lineId}`, at, detail: `${quantity} x ${line.sku} left, as ${order.channel} says` }];
  });
  const forward = RANK[detail.stage] > RANK[order.stage] && (detail.stage === 'shipped' || detail.stage === 'partly_shipped') && order.stage !== 'unpaid';
  return forward ? [...lines, { type: 'progressed', stage: detail.stage, detail: `${order.channel} says ${detail.stage}` }] : lines;
}

function endEvents(order: Order, detail: ChannelOrder): OrderEvent[] {
  if (detail.stage === 'completed' && order.stage !== 'completed') return [{ type: 'completed', detail: `${order.channel} closed the deal` }];
  if (detail.stage !== 'cancelled' || order.stage === 'cancelled') return [];
  if (hasLeft(order) || detail.lines.some(({ shippedQuantity }) => shippedQuantity > 0)) return [{ type: 'cancelled_too_late', detail: `cancelled on ${order.channel} after goods left: intercept or take back the parcel` }];
  return [{ type: 'cancelled', here: false, detail: `cancelled on ${order.channel}` }];
}

const AMOUNTS = ['goodsFen', 'freightFen', 'sellerDiscountFen', 'platformDiscountFen', 'paidFen'] as const;

/** Money and notes that changed (a price was adjusted, a memo written) are taken over only when the detail is newer. */
function quietEvents(order: Order, detail: ChannelOrder): OrderEvent[] {
  if (isClosed(order)) return [];
  const newer = order.channelUpdatedAt === undefined || (detail.updatedAt !== undefined && detail.updatedAt > order.channelUpdatedAt);
  const money = AMOUNTS.some((name) => order.amounts[name] !== detail.amounts[name]);
  const notes = (detail.buyerNote ?? '') !== (order.buyerNote ?? '') || (detail.sellerNote ?? '') !== (order.sellerNote ?? '');
  const sealed = newer && Object.entries(detail.receiver.sealed).some(([name, text]) => order.receiver.sealed[name] !== text);
  if (!money && !notes && !sealed) return [];
  return [
    {
      type: 'facts_changed',
      amounts: detail.amounts,
      sealed: detail.receiver.sealed,
      ...(detail.buyerNote !== undefined && { buyerNote: detail.buyerNote }),
      ...(detail.sellerNote !== undefined && { sellerNote: detail.sellerNote }),
      detail: '',
    },
  ];
}
