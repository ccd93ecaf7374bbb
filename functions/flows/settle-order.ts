import { err, ok, type Result } from '../../shared/kernel/result.ts';
import type { RowDelta } from '../../shared/kernel/row-delta.ts';
import { chinaDay, isoFromMs, msFromIso } from '../../shared/kernel/time.ts';
import type { Write } from '../../shared/kernel/tables.ts';
import { evolve } from '../../shared/orders/events.ts';
import { isLive, needsAllocation, orderStatus, settled, stockEffect } from '../../shared/orders/order.ts';
import type { Order, Piece } from '../../shared/orders/schema.ts';
import type { Tenant, Warehouse } from '../../shared/tenants/schema.ts';
import { decideRouting, WAITS_FOR_CAPACITY } from './route-order.ts';
import type { Hub } from './hub.ts';

/** Tries of route-and-reserve on fresh stock, before the order goes back to the queue (DESIGN §3.6). */
const RESERVE_TRIES_MAX = 3;
/** Stock rows of one transaction: each is two writes, and the order, its waits, parcels and replay need room too. */
const TRANSACTION_ROWS_MAX = 30;

/** An order on its way from `before` to `after`: decided, not yet routed or written. */
export interface OrderChange {
  readonly tenant: Tenant;
  readonly before: Order | undefined;
  readonly after: Order;
  /** Writes that must happen together with the change, such as the record of an Idempotency-Key. */
  readonly along?: readonly Write<'replayed'>[] | undefined;
  /** The stock changed under every try: store the order as waiting, instead of giving it back to a queue. */
  readonly waitWhenContended: boolean;
}

export type SettleRefusal = 'order_changed' | 'replayed' | 'contended';

/**
 * Routes what needs routing and writes the order, its stock rows, movements and parcels in one transaction.
 * `order_changed`: somebody else wrote the order; read and decide again. `contended`: stock moved under every try.
 */
export async function settleOrder(hub: Hub, change: OrderChange): Promise<Result<Order, SettleRefusal>> {
  const warehouses = await hub.setups.warehouses(change.tenant);
  let { before } = change;
  for (let tries = 1; tries <= RESERVE_TRIES_MAX; tries += 1) {
    const goal = needsAllocation(change.after) ? await routed(hub, change, { before, warehouses }) : change.after;
    const written = await writeOrder(hub, change, { before, goal, warehouses });
    if (written.ok) return settledOrder(hub, change, written.value);
    if (written.error.code === 'order_changed' || written.error.code === 'replayed') return err(written.error.code);
    before = written.error.reached;
  }
  if (!change.waitWhenContended) return err('contended');
  return settleWaiting(hub, change, { before, warehouses });
}

interface Place {
  /** The order as it is stored now: a large change may have come some of its way. */
  readonly before: Order | undefined;
  readonly warehouses: readonly Warehouse[];
}

async function routed(hub: Hub, { tenant, after }: OrderChange, { before, warehouses }: Place): Promise<Order> {
  const nowMs = hub.clock.nowMs();
  const event = await decideRouting(hub, { tenant, before, order: after, warehouses, nowMs });
  return evolve(after, [event], { at: isoFromMs(nowMs), by: 'auto' });
}

/** The order is kept as waiting for its goods, and a release is queued: it is tried again at once, elsewhere. */
async function settleWaiting(hub: Hub, change: OrderChange, place: Place): Promise<Result<Order, SettleRefusal>> {
  const skus = [...new Set(change.after.lines.filter(isLive).map(({ sku }) => sku))].slice(0, 1);
  const waiting = settled({ ...change.after, waitingFor: skus });
  const written = await writeOrder(hub, change, { ...place, goal: waiting });
  if (!written.ok) return err(written.error.code === 'order_changed' || written.error.code === 'replayed' ? written.error.code : 'contended');
  await Promise.all(skus.map(async (sku) => hub.queues.send('releases', JSON.stringify({ tenantId: change.tenant.tenantId, sku }))));
  return settledOrder(hub, change, written.value);
}

/** Tells what follows from the written order: the time it took, and capacity that others may wait for. */
async function settledOrder(hub: Hub, { tenant, before }: OrderChange, order: Order): Promise<Result<Order, never>> {
  reportAllocation(hub, before, order);
  const kept = new Set(order.parcels.map(parcelName));
  if ((before?.parcels ?? []).some((parcel) => !kept.has(parcelName(parcel)))) {
    await hub.queues.send('releases', JSON.stringify({ tenantId: tenant.tenantId, sku: WAITS_FOR_CAPACITY }));
  }
  return ok(order);
}

type WriteRefusal = 'order_changed' | 'replayed' | 'stock_short' | 'warehouse_full';

/**
 * One transaction for all orders but the largest. An order over more rows than one transaction holds is written in
 * steps that each keep order and stock equal, and only the last of which says what was decided: a step that fails
 * leaves the order of before with other reservations, and the next try goes on from there.
 */
async function writeOrder(hub: Hub, change: OrderChange, { goal, ...place }: Place & { readonly goal: Order }): Promise<Result<Order, { code: WriteRefusal; reached: Order | undefined }>> {
  const { warehouses } = place;
  let { before } = place;
  for (;;) {
    const step = stepTowards(before, goal);
    const next = withParcels({ ...step.order, version: (before?.version ?? 0) + 1 }, before, { warehouses, nowMs: hub.clock.nowMs() });
    const done = await hub.tables.transact(writesOf(hub, { change, before, next, warehouses, last: step.last }));
    if (!done.ok) return err({ code: done.error, reached: before });
    if (step.last) return ok(next);
    before = next;
  }
}

/**
 * The furthest order on the way that one transaction can reach; the goal itself except for very large orders.
 * In between it is what it was, with other pieces reserved and sent.
 */
function stepTowards(before: Order | undefined, after: Order): { order: Order; last: boolean } {
  const deltas = stockEffect(before, after);
  if (deltas.length <= TRANSACTION_ROWS_MAX) return { order: after, last: true };
  const rows = new Set(deltas.slice(0, TRANSACTION_ROWS_MAX).map(rowName));
  const allocations = [...(before?.allocations ?? []).filter((piece) => !rows.has(rowName(piece))), ...after.allocations.filter((piece) => rows.has(rowName(piece)))];
  const sent = new Set((before?.shipments ?? []).flatMap(({ shipmentId, pieces }) => pieces.map((piece) => shipmentId + rowName(piece))));
  const isSent = (shipmentId: string, piece: Piece): boolean => rows.has(rowName(piece)) || sent.has(shipmentId + rowName(piece));
  const shipments = after.shipments.map((shipment) => ({ ...shipment, pieces: shipment.pieces.filter((piece) => isSent(shipment.shipmentId, piece)) }));
  const base = before ?? after;
  const lines = base.lines.map((line) => ({ ...line, shippedQuantity: line.shippedQuantity - quantityOf(base, line.lineId) + quantityOf({ shipments }, line.lineId) }));
  const order = { ...base, allocations, lines, shipments: shipments.filter(({ pieces }) => pieces.length > 0), seen: before?.seen ?? [] };
  const waits = before !== undefined && needsAllocation(order);
  return { order: { ...order, waitingFor: waits ? before.waitingFor : [], status: orderStatus(order) }, last: false };
}

/** How much of a line is in parcels. */
function quantityOf({ shipments }: Pick<Order, 'shipments'>, lineId: string): number {
  return shipments.flatMap(({ pieces }) => pieces).reduce((sum, piece) => (piece.lineId === lineId ? sum + piece.quantity : sum), 0);
}

function rowName({ sku, warehouse, bucket }: Pick<Piece, 'sku' | 'warehouse' | 'bucket'>): string {
  return JSON.stringify([sku, warehouse, bucket]);
}

interface Step {
  readonly change: OrderChange;
  readonly before: Order | undefined;
  readonly next: Order;
  readonly warehouses: readonly Warehouse[];
  readonly last: boolean;
}

function writesOf(hub: Hub, { change, before, next, warehouses, last }: Step): Write<WriteRefusal>[] {
  const { tenantId } = change.tenant;
  const nowMs = hub.clock.nowMs();
  const newest = next.timeline.at(-1);
  const deltas: RowDelta[] = stockEffect(before, next);
  const cause = { movementId: `${next.orderId}@${next.version}`, at: isoFromMs(nowMs), reason: newest?.event ?? 'order', orderId: next.orderId };
  const capacity = new Map(warehouses.flatMap(({ code, dailyParcelsMax }) => (dailyParcelsMax === undefined ? [] : [[code, dailyParcelsMax] as const])));
  const counted = new Set((before?.parcels ?? []).map(parcelName));
  const kept = new Set(next.parcels.map(parcelName));
  return [
    ...hub.orders.writes(tenantId, before, next),
    ...hub.stock.writes(tenantId, deltas, cause),
    ...next.parcels
      .filter((parcel) => !counted.has(parcelName(parcel)))
      .map(({ warehouse, day }) => hub.tenants.parcelWrite(tenantId, { day, code: warehouse, most: capacity.get(warehouse) ?? 0, nowMs })),
    ...(before?.parcels ?? []).filter((parcel) => !kept.has(parcelName(parcel))).map(({ warehouse, day }) => hub.tenants.parcelBackWrite(tenantId, { day, code: warehouse, nowMs })),
    // A new order exists from its first step on, and so does the record of the request that brought it.
    ...((change.before === undefined ? before === undefined : last) ? (change.along ?? []) : []),
  ];
}

function parcelName({ warehouse, day }: { warehouse: string; day: string }): string {
  return `${day}#${warehouse}`;
}

/**
 * Each warehouse with a daily capacity counts one parcel per order that it ships or is to ship, from the moment it is
 * chosen: a capacity that is set or lowered afterwards does not touch the orders it has.
 */
function withParcels(order: Order, before: Order | undefined, { warehouses, nowMs }: { warehouses: readonly Warehouse[]; nowMs: number }): Order {
  const limited = new Set(warehouses.filter(({ dailyParcelsMax }) => dailyParcelsMax !== undefined).map(({ code }) => code));
  const used = warehousesOf(order);
  const old = (before?.parcels ?? []).filter(({ warehouse }) => used.has(warehouse));
  const known = before === undefined ? new Set<string>() : warehousesOf(before);
  const fresh = [...used].filter((warehouse) => limited.has(warehouse) && !known.has(warehouse));
  return { ...order, parcels: [...old, ...fresh.map((warehouse) => ({ warehouse, day: chinaDay(nowMs) }))] };
}

function warehousesOf({ allocations, shipments }: Order): Set<string> {
  return new Set([...allocations, ...shipments].map(({ warehouse }) => warehouse));
}

/** How long the buyer's payment waited for its goods: an alarm watches it. Holds and shortages are not our delay. */
function reportAllocation(hub: Hub, before: Order | undefined, after: Order): void {
  if (after.status !== 'allocated' || (before !== undefined && before.status !== 'awaiting_payment')) return;
  hub.log.metric('OrderToAllocationMs', Math.max(0, hub.clock.nowMs() - msFromIso(after.paidAt ?? after.createdAt)));
}
