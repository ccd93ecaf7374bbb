import { expect } from 'vitest';
import type { PlaceOrder } from '../../../shared/orders/place.ts';
import type { Order, Piece } from '../../../shared/orders/schema.ts';
import { changeOrder, placeOrder } from '../change-order.ts';
import type { Replayable } from '../replays.ts';
import { releaseWaiting } from '../release-waiting.ts';
import { brokenInvariants } from './invariants.ts';
import { TENANT, type MemoryHub } from './memory-hub.ts';

/** Offline orders for tests of flows: placed, changed and looked at as the API does it. */

export const HANGZHOU = { province: '浙江省', city: '杭州市', district: '滨江区' };
export const GUANGZHOU = { province: '广东省', city: '广州市', district: '天河区' };

export function bodyOf(channelOrderId: string, lines: readonly (readonly [sku: string, quantity: number])[], change: Partial<PlaceOrder> = {}): PlaceOrder {
  return { channel: 'offline', channelOrderId, lines: lines.map(([sku, quantity], index) => ({ lineId: String(index + 1), sku, quantity })), receiver: HANGZHOU, ...change };
}

export function byAnn(replayable?: Replayable): { tenantId: string; by: string; replayable: Replayable | undefined } {
  return { tenantId: TENANT.tenantId, by: 'Ann', replayable };
}

export function keyed(use: string, digest = 'body'): Replayable {
  return { tenantId: TENANT.tenantId, use, digest };
}

export async function placed(hub: MemoryHub, body: PlaceOrder): Promise<Order> {
  const order = await placeOrder(hub, body, byAnn());
  if (!order.ok) throw new Error(order.error.code);
  return order.value;
}

/** The order after a command, or the code that refused it. */
export async function moved(hub: MemoryHub, orderId: string, type: 'hold' | 'release' | 'cancel' | 'reroute'): Promise<Order | string> {
  const order = await changeOrder(hub, { orderId, command: { type, reason: 'r' } }, byAnn());
  return order.ok ? order.value : order.error.code;
}

export async function shipped(hub: MemoryHub, orderId: string, parcel: { warehouse: string; lines: { lineId: string; quantity: number }[]; shipmentId?: string }): Promise<Order | string> {
  const command = { type: 'ship' as const, shipmentId: 'p1', carrier: 'SF', trackingNumber: 'SF1234', at: '2026-11-24T03:00:00.000Z', by: 'Ann', ...parcel };
  const order = await changeOrder(hub, { orderId, command }, byAnn());
  return order.ok ? order.value : order.error.code;
}

export async function stored(hub: MemoryHub, orderId: string): Promise<Order> {
  const order = await hub.orders.get(TENANT.tenantId, orderId);
  if (order === undefined) throw new Error(`no order ${orderId}`);
  return order;
}

/** Works off everything queued to be released, as the worker would. */
export async function drained(hub: MemoryHub): Promise<void> {
  for (let message = hub.sent.shift(); message !== undefined; message = hub.sent.shift()) if (message.queue === 'releases') await releaseWaiting(hub, message.message);
}

export async function expectSound(hub: MemoryHub): Promise<void> {
  expect(await brokenInvariants(hub)).toEqual([]);
}

export function piecesIn(order: Order): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { warehouse, quantity } of order.allocations satisfies readonly Piece[]) sums[warehouse] = (sums[warehouse] ?? 0) + quantity;
  return sums;
}
