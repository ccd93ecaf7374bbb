import { chinaDay } from '../../shared/kernel/time.ts';
import type { OrderEvent } from '../../shared/orders/events.ts';
import { linesToRoute, withoutAllocation } from '../../shared/orders/order.ts';
import type { Order, Piece } from '../../shared/orders/schema.ts';
import { resolveRegion } from '../../shared/routing/regions.ts';
import { route, type RoutingDecision, type RoutingRequest } from '../../shared/routing/route.ts';
import { SAMPLE_TARIFF } from '../../shared/routing/tariff.ts';
import { takeFromBuckets } from '../../shared/stock/movements.ts';
import type { StockRow } from '../../shared/stock/schema.ts';
import type { SkuStock } from '../../shared/stock/store.ts';
import type { Tenant, Warehouse } from '../../shared/tenants/schema.ts';
import type { Hub } from './hub.ts';

/** What a piece weighs when the product's weight is not known. */
export const WEIGHT_UNKNOWN_GRAMS = 500;
/** SKUs an order waits for at most: one that comes in is enough to try again. */
const WAITING_SKUS_MAX = 10;
/** Stands in the waiting list for "all warehouses are full for today". */
export const WAITS_FOR_CAPACITY = '~capacity';

export interface RoutingCase {
  readonly tenant: Tenant;
  /** The order as stored: what it reserves is free for its own new plan. */
  readonly before: Order | undefined;
  readonly order: Order;
  readonly warehouses: readonly Warehouse[];
  readonly nowMs: number;
}

/** Reads fresh stock, routes, and says what follows: allocated pieces by stock row, or what the order waits for. */
export async function decideRouting(hub: Hub, routing: RoutingCase): Promise<Extract<OrderEvent, { type: 'allocated' | 'backordered' }>> {
  const lines = linesToRoute(routing.order);
  const skus = [...new Set(lines.map(({ sku }) => sku))];
  const [stocks, parcelsLeft] = await Promise.all([
    Promise.all(skus.map(async (sku) => [sku, await hub.stock.sku(routing.tenant.tenantId, sku)] as const)),
    parcelsLeftOf(hub, routing),
  ]);
  const stock = new Map(stocks.map(([sku, found]) => [sku, withOwnPieces(sku, found, routing)]));
  const decision = route(requestOf(routing, stock, parcelsLeft));
  return decision.kind === 'unfillable' || decision.plan.length === 0 ? waiting(decision) : allocated(decision, stock);
}

async function parcelsLeftOf(hub: Hub, { tenant, before, warehouses, nowMs }: RoutingCase): Promise<Map<string, number>> {
  const limited = warehouses.flatMap(({ code, dailyParcelsMax }) => (dailyParcelsMax === undefined ? [] : [{ code, dailyParcelsMax }]));
  const used = await hub.tenants.parcels(tenant.tenantId, chinaDay(nowMs), limited.map(({ code }) => code));
  const own = new Set((before?.parcels ?? []).map(({ warehouse }) => warehouse));
  return new Map(limited.map(({ code, dailyParcelsMax }, index) => [code, Math.max(own.has(code) ? 1 : 0, dailyParcelsMax - (used[index] ?? 0))]));
}

/** Rows as this order may use them: its own present reservations are free for its new plan. */
function withOwnPieces(sku: string, stock: SkuStock, { before, order }: RoutingCase): SkuStock {
  const own = new Map<string, number>();
  const count = (pieces: readonly Piece[], sign: 1 | -1): void => {
    for (const piece of pieces) if (piece.sku === sku) own.set(rowName(piece), (own.get(rowName(piece)) ?? 0) + sign * piece.quantity);
  };
  count(before?.allocations ?? [], 1);
  count(withoutAllocation(order).allocations, -1);
  return { ...stock, rows: stock.rows.map((row) => ({ ...row, available: row.available + (own.get(rowName(row)) ?? 0) })) };
}

function rowName({ warehouse, bucket }: { warehouse: string; bucket: number }): string {
  return `${warehouse}#${bucket}`;
}

function requestOf({ tenant, order, warehouses }: RoutingCase, stock: ReadonlyMap<string, SkuStock>, parcelsLeft: ReadonlyMap<string, number>): RoutingRequest {
  return {
    lines: linesToRoute(order).map(({ lineId, sku, quantity, channelWarehouse }) => ({
      lineId,
      sku,
      quantity,
      weightGrams: stock.get(sku)?.product?.weightGrams ?? WEIGHT_UNKNOWN_GRAMS,
      ...(channelWarehouse !== undefined && { channelWarehouse }),
    })),
    destination: resolveRegion(order.receiver),
    warehouses: warehouses.map((warehouse) => {
      const left = parcelsLeft.get(warehouse.code);
      const { code, regionCode, lng, lat, priority, active } = warehouse;
      return { code, regionCode, provinceCode: `${regionCode.slice(0, 2)}0000`, lng, lat, priority, active, ...(left !== undefined && { parcelsLeft: left }) };
    }),
    stock: [...stock].flatMap(([sku, { product, rows }]) =>
      [...byWarehouse(rows)].map(([warehouse, held]) => ({ sku, warehouse, available: sumAvailable(held), safety: product?.safetyStock ?? 0 })),
    ),
    policy: { allowParts: tenant.allowParts, tariff: SAMPLE_TARIFF },
  };
}

function byWarehouse(rows: readonly StockRow[]): Map<string, StockRow[]> {
  return Map.groupBy(rows, ({ warehouse }) => warehouse);
}

function sumAvailable(rows: readonly StockRow[]): number {
  return rows.reduce((sum, { available }) => sum + available, 0);
}

function allocated(decision: RoutingDecision, stock: ReadonlyMap<string, SkuStock>): Extract<OrderEvent, { type: 'allocated' }> {
  // Buckets are used up as pieces are taken: two lines of one SKU must not count the same piece twice.
  const rows = new Map([...stock].map(([sku, { rows: held }]) => [sku, held.map((row) => ({ ...row }))]));
  const pieces = decision.plan.flatMap(({ warehouse, lines }) =>
    lines.flatMap(({ lineId, sku, quantity }): Piece[] => {
      const held = (rows.get(sku) ?? []).filter((row) => row.warehouse === warehouse);
      return takeFromBuckets(held, quantity).map(({ bucket, quantity: taken }) => {
        for (const row of held) if (row.bucket === bucket) row.available -= taken;
        return { warehouse, bucket, sku, lineId, quantity: taken };
      });
    }),
  );
  return { type: 'allocated', pieces, waitingFor: shortSkus(decision), routing: decision.routing, detail: decision.routing.chosen?.why ?? 'allocated' };
}

function waiting(decision: RoutingDecision): Extract<OrderEvent, { type: 'backordered' }> {
  const short = shortSkus(decision);
  const [best] = decision.routing.alternatives;
  return { type: 'backordered', waitingFor: short.length > 0 ? short : [WAITS_FOR_CAPACITY], routing: decision.routing, detail: best?.why ?? 'no warehouse has the goods' };
}

function shortSkus(decision: RoutingDecision): string[] {
  return [...new Set(decision.unfilled.map(({ sku }) => sku))].slice(0, WAITING_SKUS_MAX);
}
