import { compareText, shelfOf, sitesOf, type Site } from '../sites.ts';
import type { RoutingRequest } from '../request.ts';

/** What the slow oracle finds: the least score and, among plans of that score, the least distance and priority. */
export interface OracleRank {
  readonly score: number;
  readonly km: number;
  readonly priority: number;
  readonly isSplit: boolean;
}

/**
 * The best plan by trying everything: every SKU whole at every warehouse that has it, or, where none has, its pieces in
 * every distribution over warehouses none of which could be left out. For orders without a warehouse chosen by the channel. Undefined when stock is short.
 */
export function bruteForce(request: RoutingRequest): OracleRank | undefined {
  const sites = sitesOf(request).filter(({ barrier }) => barrier === undefined);
  const shelf = shelfOf(request.stock);
  const skus = [...Map.groupBy(request.lines, ({ sku }) => sku)].toSorted(([a], [b]) => compareText(a, b));
  const options = skus.map(([sku, lines]) => {
    const quantity = lines.reduce((sum, line) => sum + line.quantity, 0);
    const grams = lines.reduce((sum, line) => sum + line.quantity * line.weightGrams, 0) / quantity;
    const usable = sites.map(({ warehouse }) => shelf.usable(warehouse.code, sku));
    const whole = usable.flatMap((held, index) => (held >= quantity ? [sites.map((_site, other) => (other === index ? quantity : 0))] : []));
    return { grams, isSplit: whole.length === 0, ways: whole.length > 0 ? whole : distributions(quantity, usable).filter((way) => isLean(way, quantity, usable)) };
  });
  let best: OracleRank | undefined;
  const isSplit = options.some((option) => option.isSplit);
  const descend = (depth: number, loads: readonly { pieces: number; grams: number }[]): void => {
    const option = options[depth];
    if (option === undefined) {
      const rank = { ...rankOf(loads, sites), isSplit };
      if (best === undefined || rank.score - best.score || rank.km - best.km || rank.priority - best.priority) best = less(rank, best) ? rank : best;
      return;
    }
    for (const way of option.ways) {
      descend(depth + 1, loads.map((load, index) => ({ pieces: load.pieces + (way[index] ?? 0), grams: load.grams + Math.ceil((way[index] ?? 0) * option.grams) })));
    }
  };
  descend(0, sites.map(() => ({ pieces: 0, grams: 0 })));
  return best;
}

function less(a: OracleRank, b: OracleRank | undefined): boolean {
  return b === undefined || (a.score - b.score || a.km - b.km || a.priority - b.priority) < 0;
}

function rankOf(loads: readonly { pieces: number; grams: number }[], sites: readonly Site[]): { score: number; km: number; priority: number } {
  const used = sites.flatMap((site, index) => ((loads[index]?.pieces ?? 0) > 0 ? [{ site, grams: loads[index]?.grams ?? 0 }] : []));
  return {
    score: used.reduce((sum, { site, grams }) => sum + site.score(grams), 0),
    km: used.reduce((sum, { site }) => sum + site.km, 0),
    priority: used.reduce((sum, { site }) => sum + site.warehouse.priority, 0),
  };
}

/** All ways to take `quantity` from shelves that hold so many. */
function distributions(quantity: number, usable: readonly number[]): number[][] {
  const [first, ...rest] = usable;
  if (first === undefined) return quantity === 0 ? [[]] : [];
  const amounts = Array.from({ length: Math.min(first, quantity) + 1 }, (_, taken) => taken);
  return amounts.flatMap((taken) => distributions(quantity - taken, rest).map((others) => [taken, ...others]));
}

function isLean(way: readonly number[], quantity: number, usable: readonly number[]): boolean {
  const all = way.reduce((sum, taken, index) => sum + (taken > 0 ? (usable[index] ?? 0) : 0), 0);
  return way.every((taken, index) => taken === 0 || all - (usable[index] ?? 0) < quantity);
}
