import type { LinePart, RoutingLine, RoutingRequest } from './request.ts';
import { compareText, type Shelf, type Site } from './sites.ts';

/** Pieces of one SKU that are wanted; `site` when the channel chose the warehouse and it can be honoured. */
export interface Demand {
  readonly sku: string;
  readonly quantity: number;
  readonly grams: number;
  readonly lines: readonly LinePart[];
  readonly site: Site | undefined;
}

export interface Demands {
  readonly demands: readonly Demand[];
  /** Usable pieces that pinned demands have not taken already. */
  readonly shelf: Shelf;
  /** What became of the warehouses that the channel chose. */
  readonly notes: readonly string[];
}

/** A decision's `why` names at most this many of the channel's wishes. */
const NOTES_MAX = 2;

/**
 * Sums the same SKU over lines, and honours the warehouses that a channel chose while they have the stock: else the
 * pieces are moved on purpose and a note says so. Sorted, so that the order of lines does not matter.
 */
export function demandsOf(request: RoutingRequest, sites: readonly Site[], stock: Shelf): Demands {
  const byCode = new Map(sites.map((site) => [site.warehouse.code, site]));
  const taken = new Map<string, number>();
  const shelf: Shelf = {
    usable: (warehouse, sku) => stock.usable(warehouse, sku) - (taken.get(`${warehouse}\n${sku}`) ?? 0),
    available: stock.available,
  };
  const notes = new Set<string>();
  const pinned: Demand[] = [];
  const free: RoutingLine[] = [];
  for (const lines of groupLines(request.lines, ({ sku, channelWarehouse = '' }) => `${sku}\n${channelWarehouse}`)) {
    const [first] = lines;
    const wish = first?.channelWarehouse;
    const site = wish === undefined ? undefined : byCode.get(wish);
    const refusal = first === undefined || wish === undefined ? '' : refusalOf(first, lines, { site, shelf });
    if (refusal !== '') notes.add(refusal);
    if (site === undefined || first === undefined || refusal !== '') {
      free.push(...lines);
      continue;
    }
    const demand = demandOf(lines, site);
    taken.set(`${site.warehouse.code}\n${demand.sku}`, (taken.get(`${site.warehouse.code}\n${demand.sku}`) ?? 0) + demand.quantity);
    pinned.push(demand);
  }
  const unpinned = groupLines(free, ({ sku }) => sku).map((lines) => demandOf(lines, undefined));
  return { demands: [...pinned, ...unpinned], shelf, notes: [...notes].slice(0, NOTES_MAX) };
}

/** Why the channel's warehouse cannot have these lines; '' when it can. */
function refusalOf(first: RoutingLine, lines: readonly RoutingLine[], place: { site: Site | undefined; shelf: Shelf }): string {
  const wish = first.channelWarehouse ?? '';
  const { site, shelf } = place;
  if (site === undefined) return `The channel's warehouse ${wish} is not known here and is ignored.`;
  if (site.barrier !== undefined) return `Moved away from the channel's warehouse ${wish}: ${BARRIER_TEXT[site.barrier]}.`;
  const wanted = lines.reduce((sum, { quantity }) => sum + quantity, 0);
  const usable = shelf.usable(wish, first.sku);
  return usable >= wanted ? '' : `Moved away from the channel's warehouse ${wish}: it has ${usable} of ${wanted} of ${first.sku}.`;
}

export const BARRIER_TEXT = { paused: 'paused', full: 'full for today', no_delivery: 'does not deliver there' } as const;

function groupLines(lines: readonly RoutingLine[], key: (line: RoutingLine) => string): RoutingLine[][] {
  const groups = [...Map.groupBy(lines, key)].toSorted(([a], [b]) => compareText(a, b));
  return groups.map(([, group]) => group.toSorted((a, b) => compareText(a.lineId, b.lineId)));
}

function demandOf(lines: readonly RoutingLine[], site: Site | undefined): Demand {
  return {
    sku: lines[0]?.sku ?? '',
    quantity: lines.reduce((sum, { quantity }) => sum + quantity, 0),
    grams: lines.reduce((sum, { quantity, weightGrams }) => sum + quantity * weightGrams, 0),
    lines: lines.map(({ lineId, sku, quantity }) => ({ lineId, sku, quantity })),
    site,
  };
}

/** The first `quantity` pieces of a demand: what is delivered when not everything can be. */
export function firstPieces(demand: Demand, quantity: number): Demand {
  return { ...demand, quantity, grams: gramsOf(demand, quantity), lines: takeLines(demand.lines, 0, quantity) };
}

/** Weight of some pieces of a demand, whose lines may differ in weight. */
export function gramsOf(demand: Demand, quantity: number): number {
  return demand.quantity === 0 ? 0 : Math.ceil((demand.grams * quantity) / demand.quantity);
}

/** `quantity` pieces of lines after skipping the first `skip`. */
export function takeLines(lines: readonly LinePart[], skip: number, quantity: number): LinePart[] {
  const parts: LinePart[] = [];
  let [before, left] = [skip, quantity];
  for (const line of lines) {
    const skipped = Math.min(before, line.quantity);
    const taken = Math.min(left, line.quantity - skipped);
    before -= skipped;
    left -= taken;
    if (taken > 0) parts.push({ ...line, quantity: taken });
  }
  return parts;
}
