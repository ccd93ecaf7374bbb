import { distanceKm } from './distance.ts';
import type { Region } from './region-result.ts';
import type { RoutingRequest, RoutingStock, RoutingWarehouse } from './request.ts';
import { freightFen, zoneFor, type Tariff } from './tariff.ts';

/** Why a warehouse is out before any cost is looked at. */
export type Barrier = 'paused' | 'full' | 'no_delivery';

/** A warehouse with its way to the destination. `score` orders plans; `parts` are the fen that a person is shown. */
export interface Site {
  readonly warehouse: RoutingWarehouse;
  readonly km: number;
  readonly barrier: Barrier | undefined;
  readonly parts: (grams: number) => CostParts;
  readonly score: (grams: number) => number;
}

export interface CostParts {
  readonly freightFen: number;
  readonly handlingFen: number;
  readonly distanceFen: number;
}

/** Usable pieces by warehouse and SKU: available less safety stock, never below nothing. */
export interface Shelf {
  readonly usable: (warehouse: string, sku: string) => number;
  readonly available: (warehouse: string, sku: string) => number;
}

const KM_OF_PRICE = 1_000;
/** Where distance means nothing only the number of parcels counts, then the priority. */
const PARCEL_SCORE = 1;

/**
 * To Hong Kong, Macau and Taiwan customs decide, not distance; to a place that nobody knows (a person has released the
 * order all the same) there is no distance.
 */
export function isByPriority({ level, lng }: Pick<Region, 'level' | 'lng'>): boolean {
  return level === 'sar' || lng === undefined;
}

/** All warehouses of the request in the order of their codes, so that a decision does not depend on the order given. */
export function sitesOf(request: RoutingRequest): Site[] {
  return request.warehouses.toSorted((a, b) => compareText(a.code, b.code)).map((warehouse) => siteOf(warehouse, request));
}

function siteOf(warehouse: RoutingWarehouse, { destination, policy }: RoutingRequest): Site {
  const ranksByPriority = isByPriority(destination);
  const { lng = 0, lat = 0 } = destination;
  const km = ranksByPriority ? 0 : distanceKm(warehouse, { lng, lat });
  const zone = zoneFor(policy.tariff, { fromProvinceCode: warehouse.provinceCode, toCode: destination.code, distanceKm: km });
  const parts = (grams: number): CostParts => ({
    freightFen: zone === undefined ? 0 : freightFen(zone, grams),
    handlingFen: policy.tariff.handlingFen,
    distanceFen: distanceFen(policy.tariff, km),
  });
  const score = (grams: number): number => {
    if (ranksByPriority) return PARCEL_SCORE;
    const { freightFen: freight, handlingFen, distanceFen: distance } = parts(grams);
    return freight + handlingFen + distance + policy.tariff.splitFen;
  };
  return { warehouse, km, barrier: barrierOf(warehouse, zone === undefined), parts, score };
}

function distanceFen(tariff: Tariff, km: number): number {
  return Math.round((km * tariff.thousandKmFen) / KM_OF_PRICE);
}

function barrierOf(warehouse: RoutingWarehouse, isClosed: boolean): Barrier | undefined {
  if (!warehouse.active) return 'paused';
  if (isClosed) return 'no_delivery';
  return warehouse.parcelsLeft !== undefined && warehouse.parcelsLeft <= 0 ? 'full' : undefined;
}

/** Rows of one SKU and warehouse given twice are summed; safety stock counts once. */
export function shelfOf(stock: readonly RoutingStock[]): Shelf {
  const rows = new Map<string, { available: number; safety: number }>();
  for (const { sku, warehouse, available, safety } of stock) {
    const key = shelfKey(warehouse, sku);
    const known = rows.get(key);
    rows.set(key, { available: (known?.available ?? 0) + available, safety: Math.max(known?.safety ?? 0, safety) });
  }
  const available = (warehouse: string, sku: string) => Math.max(0, rows.get(shelfKey(warehouse, sku))?.available ?? 0);
  const usable = (warehouse: string, sku: string) => {
    const row = rows.get(shelfKey(warehouse, sku));
    return row === undefined ? 0 : Math.max(0, row.available - Math.max(0, row.safety));
  };
  return { usable, available };
}

function shelfKey(warehouse: string, sku: string): string {
  return `${warehouse}\n${sku}`;
}

/** By UTF-16 units: the same on every machine, whatever its locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
