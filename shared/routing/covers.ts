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

interface Holding {
  readonly site: number;
  readonly usable: number;
}

export interface Supply {
  readonly sites: readonly Site[];
  readonly shelf: Shelf;
  readonly coversMax: number;
}

/** The most divisions between two sites that are weighed. */
const DIVISIONS_MAX = 20;

/**
 * Ways to gather a SKU that no single site has enough of: sets of sites none of which can be left out, the smallest sets
 * first, each site emptied before the next. The set of the fullest sites is always the first. Empty when all together are short.
 */
export function coversOf(demand: Demand, { sites, shelf, coversMax }: Supply): (readonly Chunk[])[] {
  const stock = sites
    .map((site, index) => {
      const { code, priority } = site.warehouse;
      return { site: index, usable: shelf.usable(code, demand.sku), score: site.score(demand.grams), km: site.km, priority };
    })
    .filter(({ usable }) => usable > 0)
    .toSorted((a, b) => a.score - b.score || a.km - b.km || a.priority - b.priority || a.site - b.site);
  const fullest = stock.toSorted((a, b) => b.usable - a.usable);
  const smallest = fill(fullest, demand.quantity);
  if (smallest === undefined) return [];
  const covers = new Map([[keyOf(smallest), smallest]]);
  let tried = 0;
  for (const set of combinations(stock, smallest.length)) {
    tried += 1;
    if (tried > COMBINATIONS_MAX || covers.size >= coversMax) break;
    if (set.reduce((sum, { usable }) => sum + usable, 0) < demand.quantity) continue;
    const orders = set.length <= ORDERED_SITES_MAX ? permutations(set) : [set];
    for (const cover of [...orders.map((order) => fill(order, demand.quantity)), ...between(set, demand.quantity)]) {
      if (cover !== undefined && covers.size < coversMax) covers.set(keyOf(cover), cover);
    }
  }
  return [...covers.values()];
}

/** Weights of the chunks of a demand. */
export function chunkGrams(demand: Demand, chunk: Chunk): number {
  return gramsOf(demand, chunk.quantity);
}

function fill(order: readonly Holding[], quantity: number): Chunk[] | undefined {
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

/** For two sites, every division between the two extremes: a step of the tariff may lie anywhere. */
function between(set: readonly Holding[], quantity: number): Chunk[][] {
  const [first, second, third] = set;
  if (first === undefined || second === undefined || third !== undefined) return [];
  const least = Math.max(1, quantity - second.usable);
  const most = Math.min(first.usable, quantity - 1, least + DIVISIONS_MAX);
  return Array.from({ length: Math.max(0, most - least + 1) }, (_, index) => [
    { site: first.site, quantity: least + index },
    { site: second.site, quantity: quantity - least - index },
  ]);
}

function keyOf(cover: readonly Chunk[]): string {
  return cover.map(({ site, quantity }) => `${site}:${quantity}`).toSorted().join();
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
