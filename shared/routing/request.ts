import type { Region } from './region-result.ts';
import type { Routing } from './schema.ts';
import type { Tariff } from './tariff.ts';

/** A line as routing sees it. `channelWarehouse` is a warehouse that the platform has already chosen for it. */
export interface RoutingLine {
  readonly lineId: string;
  readonly sku: string;
  readonly quantity: number;
  /** Of one piece. */
  readonly weightGrams: number;
  readonly channelWarehouse?: string;
}

export interface RoutingWarehouse {
  readonly code: string;
  readonly regionCode: string;
  readonly provinceCode: string;
  readonly lng: number;
  readonly lat: number;
  /** The smaller number goes first among equals. */
  readonly priority: number;
  readonly active: boolean;
  /** Of today's capacity; absent when there is no limit. */
  readonly parcelsLeft?: number;
}

/** Stock of a SKU in a warehouse, summed over buckets. */
export interface RoutingStock {
  readonly sku: string;
  readonly warehouse: string;
  readonly available: number;
  readonly safety: number;
}

/** Snapshots of everything a decision depends on. */
export interface RoutingRequest {
  readonly lines: readonly RoutingLine[];
  readonly destination: Region;
  readonly warehouses: readonly RoutingWarehouse[];
  readonly stock: readonly RoutingStock[];
  readonly policy: { readonly allowParts: boolean; readonly tariff: Tariff };
}

export interface LinePart {
  readonly lineId: string;
  readonly sku: string;
  readonly quantity: number;
}

/**
 * What to take from where. When `unfillable`, `unfilled` says what is short in all warehouses that may ship there;
 * it is empty when there is stock enough and only today's capacity is used up.
 */
export interface RoutingDecision {
  readonly kind: 'routed' | 'partly' | 'unfillable';
  readonly plan: readonly { readonly warehouse: string; readonly lines: readonly LinePart[] }[];
  readonly unfilled: readonly LinePart[];
  readonly routing: Routing;
}
