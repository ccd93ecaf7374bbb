import { compareRank } from './assign.ts';
import { demandsOf, firstPieces, type Demand } from './demand.ts';
import { explainChosen, explainLoser, explainShort, isShort, type Setting } from './explain.ts';
import { bestPlan, isWhole, RIVAL_SPLIT_PLANS_MAX, type Plan } from './plan.ts';
import { REGIONS_VERSION } from './region-table.ts';
import type { LinePart, RoutingDecision, RoutingRequest } from './request.ts';
import type { Option, Routing } from './schema.ts';
import { compareText, isByPriority, shelfOf, sitesOf, type Shelf, type Site } from './sites.ts';

export type { LinePart, RoutingDecision, RoutingLine, RoutingRequest, RoutingStock, RoutingWarehouse } from './request.ts';

/** Which rules decided: raised with every change of this folder that can change a decision. */
export const RULES_VERSION = '2026-11.2';
/** The losers worth keeping with an order. */
export const ALTERNATIVES_MAX = 3;

/**
 * Chooses warehouses for an order. Hard filters first (paused, full for today, no delivery, safety stock, the channel's own
 * choice), then the cheapest plan, then distance, priority and code. By default all or nothing; with `allowParts`
 * whatever is there. Pure: equal snapshots in any order give an equal decision.
 */
export function route(request: RoutingRequest): RoutingDecision {
  const sites = sitesOf(request);
  const { demands, shelf, notes } = demandsOf(request, sites, shelfOf(request.stock));
  const { destination, policy } = request;
  const setting: Setting = { tariff: policy.tariff, isByPriority: isByPriority(destination), isSar: destination.level === 'sar', isCoarse: isCoarse(request), notes };
  const table: Table = { sites, shelf, setting, open: sites.filter(({ barrier }) => barrier === undefined) };

  const wanted = policy.allowParts ? demands.map((demand) => firstPieces(demand, Math.min(demand.quantity, reachable(demand, table.open, shelf)))) : demands;
  const filled = wanted.filter(({ quantity }) => quantity > 0);
  const choice = filled.length === 0 ? undefined : choose(filled, table);
  if (choice === undefined) {
    const short = shortOf(demands, sites.filter(({ barrier }) => barrier === undefined || barrier === 'full'), shelf);
    return unfillable(short, blocked(demands, table, sites).slice(0, ALTERNATIVES_MAX), request);
  }
  const unfilled = missing(demands, wanted);
  return {
    kind: unfilled.length === 0 ? 'routed' : 'partly',
    plan: choice.plan.parcels.map(({ site, lines }) => ({ warehouse: site.warehouse.code, lines: mergeParts(lines) })),
    unfilled,
    routing: explain(choice, filled, { ...table, isPart: unfilled.length > 0, request }),
  };
}

interface Table {
  readonly sites: readonly Site[];
  readonly open: readonly Site[];
  readonly shelf: Shelf;
  readonly setting: Setting;
}

interface Choice {
  readonly plan: Plan;
  /** Other plans that would work, best first. */
  readonly losers: readonly Plan[];
}

/** The best plan. Beyond the limits of the exact search a plan found for comparison may turn out better: then it wins. */
function choose(demands: readonly Demand[], table: Table): Choice | undefined {
  const plan = bestPlan(demands, { sites: table.open, shelf: table.shelf });
  if (plan === undefined) return undefined;
  const losers = losersOf(plan, demands, table);
  const [rival] = losers;
  if (rival === undefined || compareRank(rival.rank, plan.rank) >= 0) return { plan, losers };
  return { plan: rival, losers: [...losers.slice(1), plan].toSorted((a, b) => compareRank(a.rank, b.rank)) };
}

function explain({ plan, losers }: Choice, demands: readonly Demand[], table: Table & { isPart: boolean; request: RoutingRequest }): Routing {
  const { setting, isPart, request } = table;
  const compared = new Set([plan, ...losers].flatMap(({ parcels }) => parcels.map(({ site }) => site)));
  const others = table.sites.filter((site) => !compared.has(site));
  const nearestKm = Math.min(...plan.parcels.map(({ site }) => site.km));
  const short = blocked(demands, table, others);
  const isNearerBlocked = others.some((site) => site.km < nearestKm);
  const shown = losers.slice(0, ALTERNATIVES_MAX - (isNearerBlocked ? 1 : 0)).map((loser) => explainLoser(loser, plan, setting));
  return {
    chosen: explainChosen(plan, losers[0], { ...setting, isPart, isPinned: demands.some(({ site }) => site !== undefined) }),
    alternatives: [...shown, ...short].slice(0, ALTERNATIVES_MAX),
    versions: versionsOf(request),
  };
}

/** The best plans without one of the chosen warehouses, and every other warehouse that has everything; best first. */
function losersOf(plan: Plan, demands: readonly Demand[], { open, shelf }: Table): Plan[] {
  const pinned = new Set(demands.flatMap(({ site }) => site ?? []));
  const used = plan.parcels.map(({ site }) => site);
  const plans = new Map<string, Plan>();
  const keep = (sites: readonly Site[]): void => {
    // A SKU that one warehouse has whole is not divided, also not to be compared with.
    if (demands.some((demand) => isWhole(demand, { sites: open, shelf }) && !isWhole(demand, { sites, shelf }))) return;
    const other = bestPlan(demands, { sites, shelf }, RIVAL_SPLIT_PLANS_MAX);
    if (other !== undefined) plans.set(keyOf(other), other);
  };
  for (const site of used.slice(0, ALTERNATIVES_MAX)) if (!pinned.has(site)) keep(open.filter((other) => other !== site));
  if (pinned.size === 0) for (const site of open) if (!isShort(site, demands, shelf)) keep([site]);
  plans.delete(keyOf(plan));
  return [...plans].toSorted(([keyA, a], [keyB, b]) => compareRank(a.rank, b.rank) || compareText(keyA, keyB)).map(([, other]) => other);
}

function keyOf(plan: Plan): string {
  return plan.parcels.map(({ site }) => site.warehouse.code).join('\n');
}

/** Warehouses that cannot ship the order alone, the nearest first (for a special region, by priority). */
function blocked(demands: readonly Demand[], { shelf, setting }: Table, sites: readonly Site[]): Option[] {
  const isPinned = demands.some(({ site }) => site !== undefined);
  return sites
    .filter((site) => site.barrier !== undefined || isPinned || isShort(site, demands, shelf))
    .toSorted((a, b) => a.km - b.km || a.warehouse.priority - b.warehouse.priority || compareText(a.warehouse.code, b.warehouse.code))
    .slice(0, ALTERNATIVES_MAX)
    .map((site) => explainShort(site, demands, { shelf, setting }));
}

function unfillable(unfilled: readonly LinePart[], alternatives: readonly Option[], request: RoutingRequest): RoutingDecision {
  const routing = { chosen: null, alternatives: [...alternatives], versions: versionsOf(request) };
  return { kind: 'unfillable', plan: [], unfilled: mergeParts(unfilled), routing };
}

function versionsOf(request: RoutingRequest): Routing['versions'] {
  return { regions: REGIONS_VERSION, tariff: request.policy.tariff.version, rules: RULES_VERSION };
}

/** True when the point is the middle of a larger area, not the seat of the county; 东莞 has no counties and is whole. */
function isCoarse({ destination: { level, status, lng } }: RoutingRequest): boolean {
  return lng !== undefined && level !== 'county' && level !== 'sar' && status !== 'current';
}

function reachable({ sku, site, quantity }: Demand, sites: readonly Site[], shelf: Shelf): number {
  return site === undefined ? sites.reduce((sum, { warehouse }) => sum + shelf.usable(warehouse.code, sku), 0) : quantity;
}

/** The pieces at the end of each demand that the sites together do not have. */
function shortOf(demands: readonly Demand[], sites: readonly Site[], shelf: Shelf): LinePart[] {
  return missing(demands, demands.map((demand) => firstPieces(demand, Math.min(demand.quantity, reachable(demand, sites, shelf)))));
}

function missing(demands: readonly Demand[], given: readonly Demand[]): LinePart[] {
  const all = demands.flatMap(({ lines }) => lines);
  const had = new Map<string, number>();
  for (const { lineId, quantity } of given.flatMap(({ lines }) => lines)) had.set(lineId, (had.get(lineId) ?? 0) + quantity);
  return all.flatMap((line) => {
    const quantity = line.quantity - (had.get(line.lineId) ?? 0);
    return quantity > 0 ? [{ ...line, quantity }] : [];
  });
}

/** One entry per line, in the order of line ids. */
function mergeParts(parts: readonly LinePart[]): LinePart[] {
  const byLine = Map.groupBy(parts, ({ lineId }) => lineId);
  const merged = [...byLine.values()].flatMap(([first, ...rest]) =>
    first === undefined ? [] : [{ ...first, quantity: rest.reduce((sum, { quantity }) => sum + quantity, first.quantity) }],
  );
  return merged.toSorted((a, b) => compareText(a.lineId, b.lineId));
}
