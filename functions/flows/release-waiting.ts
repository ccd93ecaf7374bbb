import * as z from 'zod';
import { ok, type Result } from '../../shared/kernel/result.ts';
import { isoFromMs } from '../../shared/kernel/time.ts';
import { evolve } from '../../shared/orders/events.ts';
import { needsAllocation } from '../../shared/orders/order.ts';
import type { Order } from '../../shared/orders/schema.ts';
import type { Tenant } from '../../shared/tenants/schema.ts';
import type { Hub } from './hub.ts';
import { decideRouting } from './route-order.ts';
import { settleOrder } from './settle-order.ts';

/** Stock of a SKU came in; or, without a SKU, the warehouses changed, so that any waiting order may fit now. */
export const releaseMessageSchema = z.object({ tenantId: z.string(), sku: z.string().optional() });

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
  const { tenantId, sku } = releaseMessageSchema.parse(JSON.parse(text));
  const tenant = await hub.tenants.tenant(tenantId);
  if (tenant === undefined) return;
  if (sku === undefined) return releaseAll(hub, tenant);
  let after: string | undefined;
  for (let served = 0; served < ORDERS_PER_MESSAGE_MAX; served += PAGE) {
    const waiting = await hub.orders.waiting(tenantId, sku, { limit: PAGE, ...(after !== undefined && { after }) });
    for (const { orderId } of waiting) {
      if ((await tryAgain(hub, tenant, orderId)) === 'stock_gone' && (await isSoldOut(hub, tenantId, sku))) return;
    }
    after = waiting.at(-1)?.position;
    if (waiting.length < PAGE) return;
  }
  await hub.queues.send('releases', text);
}

/** Every backordered order of the tenant, after its warehouses changed. */
async function releaseAll(hub: Hub, tenant: Tenant): Promise<void> {
  for (let cursor: string | undefined, more = true; more; ) {
    const page: Awaited<ReturnType<Hub['orders']['list']>> = await hub.orders.list(tenant.tenantId, { status: 'backordered', limit: PAGE, cursor });
    if (!page.ok) return;
    for (const { orderId } of page.value.items) await tryAgain(hub, tenant, orderId);
    cursor = page.value.nextCursor ?? undefined;
    more = cursor !== undefined;
  }
}

async function isSoldOut(hub: Hub, tenantId: string, sku: string): Promise<boolean> {
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
