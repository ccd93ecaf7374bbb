import { gramsOf, type Demand } from './demand.ts';
import type { Shelf, Site } from './sites.ts';

/** A part of one SKU's pieces, taken from one site. */
export interface Chunk {
  readonly site: number;
  readonly quantity: number;
}

/** The most combinations of sites looked at for one SKU. */
const COMBINATIONS_MAX = 2_000;
/** Up to so many sites, every order of emptying them is weighed. */
const ORDERED_SITES_MAX = 3;

export interface Supply {
  readonly sites: readonly Site[];
  readonly shelf: Shelf;
  readonly coversMax: number;
}

/**
 * Ways to gather a SKU that no single site has enough of: sets of sites none of which can be left out, the smallest sets
 * first, each site emptied before the next. The set of the fullest sites is always the first. Empty when all together are short.
 */
export function coversOf(demand: Demand, { sites, shelf, coversMax }: Supply): (readonly Chunk[])[] {
  const stock = sites
    .map((site, index) => ({ site: index, usable: shelf.usable(site.warehouse.code, demand.sku), score: site.score(demand.grams), km: site.km, priority: site.warehouse.priority }))
    .filter(({ usable }) => usable > 0)
    .toSorted((a, b) => a.score - b.score || a.km - b.km || a.priority - b.priority || a.site - b.site);
  const fullest = stock.toSorted((a, b) => b.usable - a.usable);
  const smallest = fill(fullest, demand.quantity);
  if (smallest === undefined) return [];
  const covers = [smallest];
  let tried = 0;
  for (const set of combinations(stock, smallest.length)) {
    tried += 1;
    if (tried > COMBINATIONS_MAX || covers.length >= coversMax) break;
    if (set.reduce((sum, { usable }) => sum + usable, 0) < demand.quantity) continue;
    for (const order of set.length <= ORDERED_SITES_MAX ? permutations(set) : [set]) {
      const cover = fill(order, demand.quantity);
      if (cover !== undefined && covers.length < coversMax) covers.push(cover);
    }
  }
  return covers;
}

/** Weights of the chunks of a demand. */
export function chunkGrams(demand: Demand, chunk: Chunk): number {
  return gramsOf(demand, chunk.quantity);
}

function fill(order: readonly { readonly site: number; readonly usable: number }[], quantity: number): Chunk[] | undefined {
  const chunks: Chunk[] = [];
  let left = quantity;
  for (const { site, usable } of order) {
    if (left === 0) break;
    const taken = Math.min(usable, left);
    chunks.push({ site, quantity: taken });
    left -= taken;
  }
  return left === 0 ? chunks : undefined;
}

function* combinations<T>(items: readonly T[], size: number, from = 0): Generator<T[]> {
  if (size === 0) {
    yield [];
    return;
  }
  for (let index = from; index <= items.length - size; index += 1) {
    const item = items[index];
    if (item === undefined) continue;
    for (const rest of combinations(items, size - 1, index + 1)) yield [item, ...rest];
  }
}

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item, index) => permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]));
}
