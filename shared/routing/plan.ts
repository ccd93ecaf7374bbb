import { assign, compareRank, type Assignment, type Item, type Rank } from './assign.ts';
import { chunkGrams, coversOf, type Chunk } from './covers.ts';
import { takeLines, type Demand } from './demand.ts';
import type { LinePart } from './request.ts';
import type { Shelf, Site } from './sites.ts';

export interface Parcel {
  readonly site: Site;
  readonly grams: number;
  readonly lines: readonly LinePart[];
}

export interface Plan {
  readonly rank: Rank;
  /** In the order of the warehouses' codes. */
  readonly parcels: readonly Parcel[];
}

/** The most combinations of splits weighed when several SKUs have to be split. */
export const SPLIT_PLANS_MAX = 64;

interface Piece {
  readonly demand: Demand;
  readonly skip: number;
  readonly quantity: number;
  readonly item: Item;
}

/** The cheapest way to deliver all demands from the sites; undefined when they do not have them. */
export function bestPlan(demands: readonly Demand[], sites: readonly Site[], shelf: Shelf): Plan | undefined {
  const whole: Piece[] = [];
  const split: (readonly Piece[])[][] = [];
  for (const demand of demands) {
    const holders = holdersOf(demand, sites, shelf);
    if (holders.length > 0) {
      whole.push({ demand, skip: 0, quantity: demand.quantity, item: { grams: demand.grams, holders } });
      continue;
    }
    const covers = coversOf(demand, sites, shelf);
    if (covers.length === 0) return undefined;
    split.push(covers.map((cover) => piecesOf(demand, cover)));
  }
  let best: { readonly pieces: readonly Piece[]; readonly assignment: Assignment } | undefined;
  for (const chunks of combine(split)) {
    const pieces = [...whole, ...chunks];
    const assignment = assign(pieces.map(({ item }) => item), sites);
    if (assignment !== undefined && (best === undefined || compareRank(assignment.rank, best.assignment.rank) < 0)) best = { pieces, assignment };
  }
  return best === undefined ? undefined : { rank: best.assignment.rank, parcels: parcelsOf(best.pieces, best.assignment, sites) };
}

function holdersOf(demand: Demand, sites: readonly Site[], shelf: Shelf): number[] {
  if (demand.site !== undefined) return sites.flatMap((site, index) => (site === demand.site ? [index] : []));
  return sites.flatMap((site, index) => (shelf.usable(site.warehouse.code, demand.sku) >= demand.quantity ? [index] : []));
}

function piecesOf(demand: Demand, cover: readonly Chunk[]): Piece[] {
  let skip = 0;
  return cover.map((chunk) => {
    const piece = { demand, skip, quantity: chunk.quantity, item: { grams: chunkGrams(demand, chunk), holders: [chunk.site] } };
    skip += chunk.quantity;
    return piece;
  });
}

/** One split of each SKU, in all combinations up to SPLIT_PLANS_MAX; the first splits of each SKU are the best ones. */
function combine(splits: readonly (readonly (readonly Piece[])[])[]): (readonly Piece[])[] {
  const each = splits.length === 0 ? 1 : Math.max(1, Math.floor(SPLIT_PLANS_MAX ** (1 / splits.length)));
  let plans: (readonly Piece[])[] = [[]];
  for (const options of splits) plans = plans.flatMap((plan) => options.slice(0, each).map((option) => [...plan, ...option]));
  return plans;
}

function parcelsOf(pieces: readonly Piece[], { siteOf }: Assignment, sites: readonly Site[]): Parcel[] {
  return sites.flatMap((site, index) => {
    const own = pieces.filter((_piece, piece) => siteOf[piece] === index);
    if (own.length === 0) return [];
    const lines = own.flatMap(({ demand, skip, quantity }) => takeLines(demand.lines, skip, quantity));
    return [{ site, grams: own.reduce((sum, { item }) => sum + item.grams, 0), lines }];
  });
}
