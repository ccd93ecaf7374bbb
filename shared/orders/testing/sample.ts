import { evolve, type OrderEvent } from '../events.ts';
import type { Order, Piece } from '../schema.ts';
import { eventsOfDetail, type SyncFacts } from '../sync.ts';
import type { ChannelLine, ChannelOrder } from '../../kernel/channel-order.ts';

/** Orders for tests: what a platform says of one, and what the hub makes of it. */

export const AT = '2026-11-24T02:00:00.000Z';
export const AUTO = { at: AT, by: 'auto' };

export const FACTS: SyncFacts = {
  identity: { orderId: 'douyin.s1.100', channel: 'douyin', shopId: 's1', channelOrderId: '100' },
  region: { regionCode: '330108', regionStatus: 'current', routable: true },
  at: AT,
};

export const NOWHERE: SyncFacts = { ...FACTS, region: { regionCode: '', regionStatus: 'unknown', routable: false } };

export function lineOf(lineId: string, quantity: number, change: Partial<ChannelLine> = {}): ChannelLine {
  return { lineId, sku: 'TS', title: 'T-shirt', quantity, unitPriceFen: 1_000, paidFen: 1_000 * quantity, refund: 'none', cancelled: false, shippedQuantity: 0, ...change };
}

/** A paid order of 2 + 1 pieces of one SKU, unless changed. */
export function detailOf(change: Partial<ChannelOrder> = {}): ChannelOrder {
  return {
    channelOrderId: '100',
    stage: 'paid',
    holds: [],
    lines: [lineOf('a', 2), lineOf('b', 1)],
    amounts: { goodsFen: 3_000, freightFen: 0, sellerDiscountFen: 0, platformDiscountFen: 0, paidFen: 3_000 },
    receiver: { province: '浙江省', city: '杭州市', district: '滨江区', sealed: { name: '#c1#' }, masked: { detail: '*8号' } },
    createdAt: '2026-11-24T01:00:00.000Z',
    ...(change.stage === 'unpaid' ? {} : { paidAt: '2026-11-24T01:01:00.000Z' }),
    ...change,
  };
}

export function orderOfDetail(change: Partial<ChannelOrder> = {}, facts: SyncFacts = FACTS): Order {
  return evolve(undefined, eventsOfDetail(undefined, detailOf(change), facts), AUTO);
}

const ROUTING = { chosen: { warehouses: ['JX'], costFen: 500, distanceKm: 80, why: 'near' }, alternatives: [], versions: { regions: 'r', tariff: 't', rules: 'u' } };

export function allocatedBy(pieces: readonly Piece[], waitingFor: readonly string[] = []): OrderEvent {
  return { type: 'allocated', pieces, waitingFor, routing: ROUTING, detail: 'near' };
}

export function backorderedFor(...waitingFor: string[]): OrderEvent {
  return { type: 'backordered', waitingFor, routing: { ...ROUTING, chosen: null }, detail: 'short' };
}

export function pieceOf(lineId: string, quantity: number, warehouse = 'JX'): Piece {
  return { warehouse, bucket: 0, sku: 'TS', lineId, quantity };
}

export function shipOf(lines: readonly { lineId: string; quantity: number }[], change: { warehouse?: string; shipmentId?: string } = {}) {
  return { type: 'ship' as const, shipmentId: change.shipmentId ?? 'p1', warehouse: change.warehouse ?? 'JX', carrier: 'SF', trackingNumber: 'SF123456', lines, at: AT, by: 'Ann' };
}

export function after(order: Order, ...events: OrderEvent[]): Order {
  return evolve(order, events, AUTO);
}
