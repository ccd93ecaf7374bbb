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

/** The most combinations of splits that are weighed for a decision, and for each plan it is compared with. */
export const SPLIT_PLANS_MAX = 512;
export const RIVAL_SPLIT_PLANS_MAX = 6;

export interface Store {
  readonly sites: readonly Site[];
  readonly shelf: Shelf;
}

interface Piece {
  readonly demand: Demand;
  readonly skip: number;
  readonly quantity: number;
  readonly item: Item;
}

/** The cheapest way to deliver all demands from the sites; undefined when they do not have them. */
export function bestPlan(demands: readonly Demand[], { sites, shelf }: Store, splitPlansMax = SPLIT_PLANS_MAX): Plan | undefined {
  const whole: Piece[] = [];
  const short: Demand[] = [];
  for (const demand of demands) {
    const holders = holdersOf(demand, sites, shelf);
    if (holders.length === 0) short.push(demand);
    else whole.push({ demand, skip: 0, quantity: demand.quantity, item: { grams: demand.grams, holders } });
  }
  const coversMax = Math.max(1, Math.floor(splitPlansMax ** (1 / Math.max(1, short.length))));
  const splits = short.map((demand) => coversOf(demand, { sites, shelf, coversMax }).map((cover) => piecesOf(demand, cover)));
  if (splits.some((covers) => covers.length === 0)) return undefined;
  let best: { readonly pieces: readonly Piece[]; readonly assignment: Assignment } | undefined;
  for (const chunks of combine(splits)) {
    const pieces = [...whole, ...chunks];
    const assignment = assign(pieces.map(({ item }) => item), sites);
    if (assignment !== undefined && (best === undefined || compareRank(assignment.rank, best.assignment.rank) < 0)) best = { pieces, assignment };
  }
  return best === undefined ? undefined : { rank: best.assignment.rank, parcels: parcelsOf(best.pieces, best.assignment, sites) };
}

/** Whether some site has all of it, so that its pieces are not divided. */
export function isWhole(demand: Demand, { sites, shelf }: Store): boolean {
  return holdersOf(demand, sites, shelf).length > 0;
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

/** One split of each SKU, in all combinations: few for each when there are many SKUs to split. */
function combine(splits: readonly (readonly (readonly Piece[])[])[]): (readonly Piece[])[] {
  let plans: (readonly Piece[])[] = [[]];
  for (const covers of splits) plans = plans.flatMap((plan) => covers.map((cover) => [...plan, ...cover]));
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
