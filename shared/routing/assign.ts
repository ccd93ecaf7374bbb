import { assert } from '../kernel/assert.ts';
import type { Site } from './sites.ts';

/** Pieces that leave together: one SKU's, or several SKUs' that only one warehouse has. */
export interface Item {
  readonly grams: number;
  /** Indexes of the sites that have all of it. */
  readonly holders: readonly number[];
}

/** How good a plan is: score, then distance, then priority; the first by code among equals. */
export interface Rank {
  readonly score: number;
  readonly km: number;
  readonly priority: number;
}

export interface Assignment {
  /** The site of each item. */
  readonly siteOf: readonly number[];
  readonly rank: Rank;
}

/** Up to so many items every assignment is weighed: sites x 3^10 steps at most. */
export const EXACT_ITEMS_MAX = 10;
const IMPROVEMENT_ROUNDS_MAX = 4;

/**
 * The best way to cover all items, each from one site; undefined when some item has no holder. Exact for up to
 * EXACT_ITEMS_MAX items that have a choice, beyond that a bounded search: the best single site, items with the same
 * holders joined, and a greedy cover improved step by step. Always the same for the same input.
 */
export function assign(items: readonly Item[], sites: readonly Site[]): Assignment | undefined {
  if (items.some(({ holders }) => holders.length === 0)) return undefined;
  const free = items.flatMap(({ holders }, index) => (holders.length > 1 ? [index] : []));
  if (free.length <= EXACT_ITEMS_MAX) return assignExactly(items, sites);
  const alike = join(items);
  const joined = alike.items.filter(({ holders }) => holders.length > 1).length;
  const wide = joined <= EXACT_ITEMS_MAX ? expand(assignExactly(alike.items, sites), alike.groupOf) : improve(assignGreedily(items, sites), items, sites);
  const single = assignToOne(items, sites);
  return single !== undefined && compareRank(single.rank, wide.rank) <= 0 ? single : wide;
}

export function compareRank(a: Rank, b: Rank): number {
  return a.score - b.score || a.km - b.km || a.priority - b.priority;
}

/** Items with the same holders as one. */
function join(items: readonly Item[]): { items: readonly Item[]; groupOf: readonly number[] } {
  const groups = [...Map.groupBy(items, ({ holders }) => holders.join()).values()];
  const joined = groups.map((group) => ({ grams: group.reduce((sum, { grams }) => sum + grams, 0), holders: group[0]?.holders ?? [] }));
  return { items: joined, groupOf: items.map((item) => groups.findIndex((group) => group.includes(item))) };
}

function expand(assignment: Assignment, groupOf: readonly number[]): Assignment {
  return { rank: assignment.rank, siteOf: groupOf.map((group) => assignment.siteOf[group] ?? -1) };
}

/**
 * Items with one holder are a given load of that site. For the others:
 * best[S] after w sites = the best over T in S of best[S without T] after w-1 sites + what T adds to the parcel of site w.
 * Freight need not be linear. Subsets are bit masks; sites come in the order of their codes and only a strictly better
 * plan replaces one, which settles the last tie.
 */
function assignExactly(items: readonly Item[], sites: readonly Site[]): Assignment {
  const siteOf = items.map(({ holders }) => (holders.length === 1 ? (holders[0] ?? -1) : -1));
  const loads = loadsOf(siteOf, items);
  const free = items.flatMap((item, index) => (siteOf[index] === -1 ? [{ ...item, index }] : []));
  const grams = subsetGrams(free);
  const best: (Rank | undefined)[] = Array.from({ length: grams.length });
  best[0] = rankOf(loads, sites);
  const choices = sites.map((site, index) => {
    const allowed = free.reduce((mask, { holders }, item) => (holders.includes(index) ? mask | (1 << item) : mask), 0);
    return allowed === 0 ? NO_CHOICE : weighSite({ site, allowed, grams, best, load: loads.get(index) });
  });
  let rest = grams.length - 1;
  const rank = best[rest];
  assert(rank, 'every item has a holder');
  for (let index = sites.length - 1; index >= 0; index -= 1) {
    const chosen = choices[index]?.[rest] ?? 0;
    free.forEach((item, bit) => {
      if ((chosen & (1 << bit)) !== 0) siteOf[item.index] = index;
    });
    rest &= ~chosen;
  }
  return { siteOf, rank };
}

const NO_CHOICE = new Int32Array(0);

interface Weighing {
  readonly site: Site;
  readonly allowed: number;
  readonly grams: readonly number[];
  /** Grams that leave from the site in any case; undefined when nothing does. */
  readonly load: number | undefined;
  /** Improved in place: from the full set down, so that a smaller set still has its value of before this site. */
  readonly best: (Rank | undefined)[];
}

function weighSite({ site, allowed, grams, best, load }: Weighing): Int32Array {
  const given = load === undefined ? 0 : site.score(load);
  const scores = grams.map((weight, subset) => (subset !== 0 && (subset & ~allowed) === 0 ? site.score((load ?? 0) + weight) - given : 0));
  const choice = new Int32Array(best.length);
  const km = load === undefined ? site.km : 0;
  const priority = load === undefined ? site.warehouse.priority : 0;
  for (let set = best.length - 1; set > 0; set -= 1) {
    const usable = set & allowed;
    let winner = best[set];
    for (let part = usable; part > 0; part = (part - 1) & usable) {
      const before = best[set & ~part];
      if (before === undefined) continue;
      const score = before.score + (scores[part] ?? 0);
      if (winner !== undefined && score > winner.score) continue;
      const rank = { score, km: before.km + km, priority: before.priority + priority };
      if (winner !== undefined && compareRank(rank, winner) >= 0) continue;
      winner = rank;
      choice[set] = part;
    }
    best[set] = winner;
  }
  return choice;
}

function subsetGrams(items: readonly Item[]): number[] {
  const grams = [0];
  for (const item of items) for (let index = 0, { length } = grams; index < length; index += 1) grams.push((grams[index] ?? 0) + item.grams);
  return grams;
}

/** The best site that has everything. */
function assignToOne(items: readonly Item[], sites: readonly Site[]): Assignment | undefined {
  const counts = sites.map((_site, index) => items.filter(({ holders }) => holders.includes(index)).length);
  return counts.reduce<Assignment | undefined>((best, count, index) => {
    if (count < items.length) return best;
    const next = ranked(items.map(() => index), items, sites);
    return best === undefined || compareRank(next.rank, best.rank) < 0 ? next : best;
  }, undefined);
}

/** Again and again the site that has most of what is left. */
function assignGreedily(items: readonly Item[], sites: readonly Site[]): Assignment {
  const siteOf = items.map(() => -1);
  while (siteOf.includes(-1)) {
    const covers = sites.map((site, index) => {
      const open = items.filter(({ holders }, item) => siteOf[item] === -1 && holders.includes(index));
      const grams = open.reduce((sum, item) => sum + item.grams, 0);
      return { index, count: open.length, rank: { score: site.score(grams), km: site.km, priority: site.warehouse.priority } };
    });
    const [first] = covers.toSorted((a, b) => b.count - a.count || compareRank(a.rank, b.rank) || a.index - b.index);
    if (first === undefined || first.count === 0) break;
    items.forEach(({ holders }, item) => {
      if (siteOf[item] === -1 && holders.includes(first.index)) siteOf[item] = first.index;
    });
  }
  return ranked(siteOf, items, sites);
}

/** Moves what one site in use sends to another one in use, as long as that makes the plan better. */
function improve(start: Assignment, items: readonly Item[], sites: readonly Site[]): Assignment {
  let best = start;
  const attempt = (siteOf: readonly number[]): void => {
    const next = ranked(siteOf, items, sites);
    if (compareRank(next.rank, best.rank) < 0) best = next;
  };
  for (let round = 0; round < IMPROVEMENT_ROUNDS_MAX; round += 1) {
    const before = best;
    const used = [...new Set(best.siteOf)].toSorted((a, b) => a - b);
    for (const from of used) {
      for (const to of used) {
        if (from === to) continue;
        attempt(best.siteOf.map((site, item) => (site === from && items[item]?.holders.includes(to) === true ? to : site)));
      }
    }
    if (best === before) break;
  }
  return best;
}

function ranked(siteOf: readonly number[], items: readonly Item[], sites: readonly Site[]): Assignment {
  return { siteOf, rank: rankOf(loadsOf(siteOf, items), sites) };
}

/** Grams by site; items that have no site yet are left out. */
function loadsOf(siteOf: readonly number[], items: readonly Item[]): Map<number, number> {
  const loads = new Map<number, number>();
  siteOf.forEach((site, item) => {
    if (site >= 0) loads.set(site, (loads.get(site) ?? 0) + (items[item]?.grams ?? 0));
  });
  return loads;
}

function rankOf(loads: ReadonlyMap<number, number>, sites: readonly Site[]): Rank {
  const rank = { score: 0, km: 0, priority: 0 };
  for (const [index, grams] of loads) {
    const site = sites[index];
    if (site === undefined) continue;
    rank.score += site.score(grams);
    rank.km += site.km;
    rank.priority += site.warehouse.priority;
  }
  return rank;
}
