import { assert } from '../../shared/kernel/assert.ts';
import { err, ok, refuse, type Result } from '../../shared/kernel/result.ts';
import { isoFromMs } from '../../shared/kernel/time.ts';
import { decide, type OrderCommand } from '../../shared/orders/decide.ts';
import { evolve } from '../../shared/orders/events.ts';
import { orderIdOf } from '../../shared/orders/order-id.ts';
import { DEFAULT_SHOP_ID, detailOfPlaced, type PlaceOrder } from '../../shared/orders/place.ts';
import type { Order } from '../../shared/orders/schema.ts';
import { eventsOfDetail } from '../../shared/orders/sync.ts';
import type { Tenant } from '../../shared/tenants/schema.ts';
import { BusyError } from '../../shared/kernel/tables.ts';
import type { Hub } from './hub.ts';
import { regionFacts } from './region-facts.ts';
import { replayed, replayWrites, type Replayable } from './replays.ts';
import { settleOrder } from './settle-order.ts';

/** Rounds of read, decide, write when others write the same order in between. */
const CHANGE_TRIES_MAX = 8;

interface By {
  readonly tenantId: string;
  readonly by: string;
  readonly replayable: Replayable | undefined;
}

/** Takes in an offline or partner order: routed and reserved before it returns, backordered when there is no stock. */
export async function placeOrder(hub: Hub, placed: PlaceOrder, { tenantId, by, replayable }: By): Promise<Result<Order>> {
  const before = await replayed(hub, replayable);
  if (before !== undefined) return before.ok ? currentOrder(hub, tenantId, before.value) : before;
  const at = isoFromMs(hub.clock.nowMs());
  const detail = detailOfPlaced(placed, at);
  if (!detail.ok) return detail;
  const identity = { channel: placed.channel, shopId: placed.shopId ?? DEFAULT_SHOP_ID, channelOrderId: placed.channelOrderId };
  const orderId = orderIdOf(identity);
  if ((await hub.orders.get(tenantId, orderId)) !== undefined) return existing(hub, replayable, tenantId);
  const events = eventsOfDetail(undefined, detail.value, { identity: { ...identity, orderId }, region: regionFacts(detail.value.receiver), at });
  const after = evolve(undefined, events, { at, by });
  const tenant = await freshTenant(hub, tenantId);
  const settledOrder = await settleOrder(hub, { tenant, before: undefined, after, along: replayWrites(hub, replayable, orderId), waitWhenContended: true });
  if (settledOrder.ok) return settledOrder;
  if (settledOrder.error === 'contended') throw new BusyError('placing an order');
  return existing(hub, replayable, tenantId);
}

/** Somebody placed it meanwhile: the same request, whose answer is repeated, or another one. */
async function existing(hub: Hub, replayable: Replayable | undefined, tenantId: string): Promise<Result<Order>> {
  const before = await replayed(hub, replayable);
  if (before === undefined) return refuse('order_exists');
  return before.ok ? currentOrder(hub, tenantId, before.value) : before;
}

async function currentOrder(hub: Hub, tenantId: string, orderId: string): Promise<Result<Order>> {
  const order = await hub.orders.get(tenantId, orderId);
  assert(order !== undefined, `a replay names an order that is not there: ${orderId}`);
  return ok(order);
}

/** Applies a person's or partner's command to an order; routes what it sets free, in the same transaction. */
export async function changeOrder(hub: Hub, change: { orderId: string; command: OrderCommand }, { tenantId, by, replayable }: By): Promise<Result<Order>> {
  for (let tries = 1; tries <= CHANGE_TRIES_MAX; tries += 1) {
    const repeated = await replayed(hub, replayable);
    if (repeated !== undefined) return repeated.ok ? currentOrder(hub, tenantId, change.orderId) : repeated;
    const [order, tenant] = await Promise.all([hub.orders.get(tenantId, change.orderId), freshTenant(hub, tenantId)]);
    if (order === undefined) return refuse('order_not_found');
    const events = decide(order, change.command);
    if (!events.ok) return events;
    const after = evolve(order, events.value, { at: isoFromMs(hub.clock.nowMs()), by });
    const along = replayWrites(hub, replayable, change.orderId);
    const done = await settleOrder(hub, { tenant, before: order, after, along, waitWhenContended: true });
    if (done.ok) return done;
    if (done.error === 'contended') throw new BusyError('changing an order');
  }
  return err({ code: 'busy' });
}

async function freshTenant(hub: Hub, tenantId: string): Promise<Tenant> {
  const tenant = await hub.tenants.tenant(tenantId);
  assert(tenant !== undefined, `the tenant of a caller is gone: ${tenantId}`);
  return tenant;
}
