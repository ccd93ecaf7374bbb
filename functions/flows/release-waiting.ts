import * as z from 'zod';
import { ok, type Result } from '../../shared/kernel/result.ts';
import { isoFromMs } from '../../shared/kernel/time.ts';
import { evolve } from '../../shared/orders/events.ts';
import { needsAllocation } from '../../shared/orders/order.ts';
import type { Order } from '../../shared/orders/schema.ts';
import { promiseOf } from '../../shared/orders/store.ts';
import type { Tenant } from '../../shared/tenants/schema.ts';
import type { Hub } from './hub.ts';
import { decideRouting, WAITS_FOR_CAPACITY } from './route-order.ts';
import { settleOrder } from './settle-order.ts';

/**
 * Stock of a SKU came in; or, without a SKU, the warehouses changed, so that any waiting order may fit now.
 * `after` is the place in the waiting list where the message before this one stopped.
 */
export const releaseMessageSchema = z.object({ tenantId: z.string(), sku: z.string().optional(), after: z.string().optional() });

/** Waiting orders that one message serves; more go on with the next message. */
const ORDERS_PER_MESSAGE_MAX = 200;
const PAGE = 50;
/** Rounds when others write the same order in between. */
const CHANGE_TRIES_MAX = 3;

/**
 * Serves waiting orders in promise order: by ship-by time, else paid time + 48 h (DESIGN §8). An order that still
 * lacks something keeps its place and does not hold up those behind it.
 */
export async function releaseWaiting(hub: Hub, text: string): Promise<void> {
  const { tenantId, sku, after: from } = releaseMessageSchema.parse(JSON.parse(text));
  const tenant = await hub.tenants.tenant(tenantId);
  if (tenant === undefined) return;
  const after = await (sku === undefined ? releaseAny(hub, tenant, from) : releaseSku(hub, tenant, { sku, from }));
  if (after !== undefined) await hub.queues.send('releases', JSON.stringify({ tenantId, sku, after }));
}

/** Serves those who wait for the SKU; gives the place to go on from when there are more than one message serves. */
async function releaseSku(hub: Hub, tenant: Tenant, { sku, from }: { sku: string; from: string | undefined }): Promise<string | undefined> {
  let after = from;
  for (let served = 0; served < ORDERS_PER_MESSAGE_MAX; served += PAGE) {
    const waiting = await hub.orders.waiting(tenant.tenantId, sku, { limit: PAGE, ...(after !== undefined && { after }) });
    for (const { orderId } of waiting) {
      if ((await tryAgain(hub, tenant, orderId)) === 'stock_gone' && (await isSoldOut(hub, tenant.tenantId, sku))) return undefined;
    }
    after = waiting.at(-1)?.position;
    if (waiting.length < PAGE) return undefined;
  }
  return after;
}

/** Any backordered order of the tenant, after its warehouses changed. */
async function releaseAny(hub: Hub, tenant: Tenant, from: string | undefined): Promise<string | undefined> {
  const page = await hub.orders.list(tenant.tenantId, { status: 'backordered', limit: ORDERS_PER_MESSAGE_MAX, cursor: from });
  if (!page.ok) return undefined;
  const inTurn = page.value.items.toSorted((a, b) => (promiseOf(a) < promiseOf(b) ? -1 : 1));
  for (const { orderId } of inTurn) await tryAgain(hub, tenant, orderId);
  return page.value.nextCursor ?? undefined;
}

async function isSoldOut(hub: Hub, tenantId: string, sku: string): Promise<boolean> {
  if (sku === WAITS_FOR_CAPACITY) return false;
  return (await hub.stock.sku(tenantId, sku)).rows.every(({ available }) => available <= 0);
}

/** Routes a waiting order once more. An order that waits for the same as before is left untouched. */
async function tryAgain(hub: Hub, tenant: Tenant, orderId: string): Promise<'allocated' | 'stock_gone'> {
  for (let tries = 1; tries <= CHANGE_TRIES_MAX; tries += 1) {
    const order = await hub.orders.get(tenant.tenantId, orderId);
    if (order === undefined || !needsAllocation(order)) return 'allocated';
    const done = await routeAgain(hub, tenant, order);
    if (done.ok) return done.value.status === 'backordered' ? 'stock_gone' : 'allocated';
  }
  return 'stock_gone';
}

async function routeAgain(hub: Hub, tenant: Tenant, order: Order): Promise<Result<Order, string>> {
  const nowMs = hub.clock.nowMs();
  const warehouses = await hub.setups.warehouses(tenant);
  const event = await decideRouting(hub, { tenant, before: order, order, warehouses, nowMs });
  const isSame = event.type === 'backordered' && event.waitingFor.join('\n') === order.waitingFor.join('\n');
  if (isSame) return ok(order);
  const after = event.type === 'backordered' ? evolve(order, [event], { at: isoFromMs(nowMs), by: 'auto' }) : order;
  return settleOrder(hub, { tenant, before: order, after, waitWhenContended: false });
}
