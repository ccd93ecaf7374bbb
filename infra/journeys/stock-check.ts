import { expect } from 'vitest';
import * as z from 'zod';
import { movementSchema, type Movement } from '../../shared/stock/schema.ts';
import type { HubClient, HubOrder, StockRow } from '../simulator/hub-client.ts';

const PAGE_ITEMS = '200';
const movementPage = z.object({ items: z.array(movementSchema), nextCursor: z.string().nullable() });

/** Every movement of a filter, newest first. */
export async function movementsOf(client: HubClient, filter: Readonly<Record<string, string>> = {}): Promise<Movement[]> {
  const movements: Movement[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const query = new URLSearchParams({ limit: PAGE_ITEMS, ...filter, ...(cursor !== '' && { cursor }) });
    const page: z.infer<typeof movementPage> = movementPage.parse(await client.call('GET', `/v1/stock/movements?${query.toString()}`));
    movements.push(...page.items);
    cursor = page.nextCursor;
  }
  return movements;
}

export async function ordersOf(client: HubClient, filter: Readonly<Record<string, string>> = {}): Promise<HubOrder[]> {
  const orders: HubOrder[] = [];
  for await (const order of client.allOrders(filter)) orders.push(order);
  return orders;
}

/**
 * What must hold of a tenant's stock at any quiet moment, as its API shows it: no number below zero, every number the
 * sum of its movements, and what is reserved is what the orders have allocated.
 */
export async function expectStockAgrees(client: HubClient): Promise<{ readonly rows: StockRow[]; readonly orders: HubOrder[] }> {
  const [rows, movements, orders] = await Promise.all([client.stock(), movementsOf(client), ordersOf(client)]);
  const pieces = orders.flatMap(({ allocations }) => allocations.flatMap(({ warehouse, lines }) => lines.map(({ sku, quantity }) => ({ sku, warehouse, quantity }))));
  const expected = rows.map(({ sku, warehouse }) => {
    const own = movements.filter((movement) => movement.sku === sku && movement.warehouse === warehouse);
    const reserved = sum(pieces.filter((piece) => piece.sku === sku && piece.warehouse === warehouse).map(({ quantity }) => quantity));
    expect(sum(own.map(({ reservedDelta }) => reservedDelta)), `movements of reserved ${sku} in ${warehouse}`).toBe(reserved);
    const onHand = sum(own.map(({ onHandDelta }) => onHandDelta));
    const available = sum(own.map(({ delta }) => delta));
    expect(available, `available ${sku} in ${warehouse}`).toBe(onHand - reserved);
    return { sku, warehouse, onHand, reserved, available };
  });
  expect(rows).toEqual(expected);
  expect(rows.filter(({ onHand, reserved, available }) => Math.min(onHand, reserved, available) < 0)).toEqual([]);
  for (const order of orders) expectLinesCovered(order);
  return { rows, orders };
}

/** No line is allocated beyond its quantity, and each line of an allocated order is allocated whole. */
function expectLinesCovered(order: HubOrder): void {
  const allocated = Map.groupBy(order.allocations.flatMap(({ lines }) => lines), ({ lineId }) => lineId);
  for (const line of order.lines) {
    const quantity = sum((allocated.get(line.lineId) ?? []).map((piece) => piece.quantity));
    expect(quantity, `${order.orderId} line ${line.lineId}`).toBeLessThanOrEqual(line.quantity);
    if (line.status === 'allocated') expect(quantity + Number(line['shippedQuantity'] ?? 0), `${order.orderId} line ${line.lineId}`).toBe(line.quantity);
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
