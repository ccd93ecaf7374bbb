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

/** The most divisions among the sites of one set that are weighed. */
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
  for (const set of smallFirst(stock, smallest.length)) {
    tried += 1;
    if (tried > COMBINATIONS_MAX || covers.size >= coversMax) break;
    if (!isLean(set, demand.quantity)) continue;
    const orders = set.length <= ORDERED_SITES_MAX ? permutations(set) : [set];
    for (const cover of [...orders.map((order) => fill(order, demand.quantity)), ...divisions(set, demand.quantity)]) {
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

/** Every division of the pieces among the sites of a set, up to a limit: a step of the tariff may lie anywhere. */
function divisions([first, ...rest]: readonly Holding[], quantity: number, limit = DIVISIONS_MAX): Chunk[][] {
  if (first === undefined) return quantity === 0 ? [[]] : [];
  const others = rest.reduce((sum, { usable }) => sum + usable, 0);
  const found: Chunk[][] = [];
  for (let taken = Math.max(1, quantity - others); taken <= Math.min(first.usable, quantity - rest.length) && found.length < limit; taken += 1) {
    for (const division of divisions(rest, quantity - taken, limit - found.length)) found.push([{ site: first.site, quantity: taken }, ...division]);
  }
  return found;
}

/** Enough together, and not without any one of them. */
function isLean(set: readonly Holding[], quantity: number): boolean {
  const all = set.reduce((sum, { usable }) => sum + usable, 0);
  return all >= quantity && set.every(({ usable }) => all - usable < quantity);
}

/** Sets of `size` sites, then of one more, and so on: more parcels may still cost less, where the few are remote. */
function* smallFirst<T>(items: readonly T[], size: number): Generator<T[]> {
  for (let each = size; each <= items.length; each += 1) yield* combinations(items, each);
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
