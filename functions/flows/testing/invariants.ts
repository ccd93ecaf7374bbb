import { agrees, sumOf } from '../../../shared/stock/movements.ts';
import { isLive, lineStatus, unshipped } from '../../../shared/orders/order.ts';
import { orderOf } from '../../../shared/orders/store.ts';
import type { Order } from '../../../shared/orders/schema.ts';
import type { StockRow } from '../../../shared/stock/schema.ts';
import { TENANT, type MemoryHub } from './memory-hub.ts';

export function ordersOf(hub: MemoryHub): Order[] {
  return hub.tables.all('orders').flatMap((item) => (item.pk.includes('#order#') ? [orderOf(item)] : []));
}

export async function rowsOf(hub: MemoryHub): Promise<StockRow[]> {
  return (await hub.stock.rowsOf(TENANT.tenantId, { limit: 1_000 })).rows;
}

/**
 * Everything that must hold of stock and orders, whatever happened: the sentences that are broken.
 * No row below zero; a row equals its movements; reserved equals what orders hold; no line over-allocated;
 * a closed or backordered order holds nothing; the waiting list equals the orders that wait.
 */
export async function brokenInvariants(hub: MemoryHub): Promise<string[]> {
  const orders = ordersOf(hub);
  const held = new Map<string, number>();
  for (const { warehouse, bucket, sku, quantity } of orders.flatMap(({ allocations }) => allocations)) {
    const key = `${sku}#${warehouse}#${bucket}`;
    held.set(key, (held.get(key) ?? 0) + quantity);
  }
  const broken = orders.flatMap(brokenOfOrder);
  for (const row of await rowsOf(hub)) {
    const name = `${row.sku}#${row.warehouse}#${row.bucket}`;
    const { movements } = await hub.stock.rowMovements(TENANT.tenantId, row, { limit: 100_000 });
    if (Math.min(row.onHand, row.reserved, row.available) < 0) broken.push(`${name} is below zero: ${JSON.stringify(row)}`);
    if (row.available !== row.onHand - row.reserved) broken.push(`${name}: available is not on hand - reserved`);
    if (!agrees(row, sumOf(movements))) broken.push(`${name} is not the sum of its movements`);
    if (row.reserved !== (held.get(name) ?? 0)) broken.push(`${name} reserves ${row.reserved}, its orders hold ${held.get(name) ?? 0}`);
    held.delete(name);
  }
  broken.push(...[...held.keys()].map((name) => `orders hold pieces of ${name}, which has no row`));
  const waits = hub.tables.all('orders').filter(({ pk }) => pk.includes('#wait#')).map(({ pk, sk }) => `${pk.split('#wait#')[1]}|${sk.slice(sk.indexOf('#') + 1)}`);
  const wanted = orders.flatMap(({ orderId, waitingFor }) => waitingFor.map((sku) => `${sku}|${orderId}`));
  if (waits.toSorted().join() !== wanted.toSorted().join()) broken.push(`waiting list ${waits.join()} is not ${wanted.join()}`);
  return broken;
}

function brokenOfOrder(order: Order): string[] {
  const broken: string[] = [];
  for (const line of order.lines) {
    const allocated = order.allocations.reduce((sum, { lineId, quantity }) => (lineId === line.lineId ? sum + quantity : sum), 0);
    if (allocated > unshipped(line)) broken.push(`${order.orderId} line ${line.lineId} holds ${allocated} of ${unshipped(line)}`);
    if (!isLive(line) && allocated > 0) broken.push(`${order.orderId} line ${line.lineId} is ${lineStatus(order, line)} and holds ${allocated}`);
  }
  if (['cancelled', 'completed', 'awaiting_payment'].includes(order.status) && order.allocations.length > 0) broken.push(`${order.orderId} is ${order.status} and holds stock`);
  const refundOpen = new Set(order.lines.filter(({ refund }) => refund === 'open').map(({ lineId }) => lineId));
  if (order.status === 'backordered' && order.allocations.some(({ lineId }) => !refundOpen.has(lineId))) broken.push(`${order.orderId} is backordered and holds stock`);
  if (order.status === 'backordered' && order.waitingFor.length === 0) broken.push(`${order.orderId} is backordered and waits for nothing`);
  return broken;
}
