import { yuanText } from '../kernel/money.ts';
import { compareRank } from './assign.ts';
import { BARRIER_TEXT, type Demand } from './demand.ts';
import type { Plan } from './plan.ts';
import type { Option } from './schema.ts';
import type { Shelf, Site } from './sites.ts';
import type { Tariff } from './tariff.ts';

/** What the sentences are made from, beside the plan itself. */
export interface Setting {
  readonly tariff: Tariff;
  /** Distance and its price say nothing here. */
  readonly isByPriority: boolean;
  readonly isSar: boolean;
  /** Reaches to a province or prefecture only: the distance is to its middle. */
  readonly isCoarse: boolean;
  readonly notes: readonly string[];
}

/** A sentence longer than this is cut: decisions are stored in every order. */
const WHY_CHARACTERS_MAX = 400;

/** The chosen plan, what it costs, and what decided against the best other plan. */
export function explainChosen(plan: Plan, rival: Plan | undefined, setting: Setting & { readonly isPart: boolean; readonly isPinned: boolean }): Option {
  const { notes, isPart, isPinned, isCoarse } = setting;
  const count = plan.parcels.length;
  const what = isPart ? 'Ships what is there' : count === 1 ? 'Ships whole' : `Ships in ${count} parcels`;
  const coarse = isCoarse ? ' The county is not known, so the distance is to the middle of the area.' : '';
  const chosen = isPinned ? 'As the channel chose.' : decider(plan, rival);
  const reason = setting.isByPriority ? `By priority order, not by distance: ${setting.isSar ? 'it leaves the mainland' : 'the place is not known'}.` : chosen;
  return option(plan, setting, [`${what}: ${partsText(plan, setting)}.`, reason + coarse, ...notes].join(' '));
}

/** A plan that would also have worked, and why it lost. */
export function explainLoser(plan: Plan, chosen: Plan, setting: Setting): Option {
  const dearer = plan.rank.score - chosen.rank.score;
  const further = plan.rank.km - chosen.rank.km;
  const parcels = plan.parcels.length > chosen.parcels.length ? `; needs ${plan.parcels.length} parcels` : '';
  const cost = setting.isByPriority || dearer === 0 ? 'Same cost' : `${yuanText(dearer)} yuan dearer`;
  const way = further > 0 ? `${further} km further` : further < 0 ? `${-further} km nearer` : 'same distance';
  const tie = plan.rank.priority > chosen.rank.priority ? ', lower priority' : ', later by code';
  const isTied = dearer === 0 && further === 0;
  return option(plan, setting, `${setting.isByPriority ? 'Further down the priority order' : `${cost}, ${way}${isTied ? tie : ''}`}${parcels}.`);
}

/** A warehouse that could not have shipped the order alone, and why. */
export function explainShort(site: Site, demands: readonly Demand[], stock: { readonly shelf: Shelf; readonly setting: Setting }): Option {
  const { shelf, setting } = stock;
  const plan = { rank: { score: 0, km: site.km, priority: 0 }, parcels: [{ site, grams: demands.reduce((sum, { grams }) => sum + grams, 0), lines: [] }] };
  return option(plan, setting, site.barrier === undefined ? shortText(site, demands, shelf) : `${sentence(BARRIER_TEXT[site.barrier])}.`);
}

/** Whether the warehouse alone has everything that is wanted. */
export function isShort(site: Site, demands: readonly Demand[], shelf: Shelf): boolean {
  return wantedBySku(demands).some(([sku, wanted]) => shelf.usable(site.warehouse.code, sku) < wanted);
}

function shortText(site: Site, demands: readonly Demand[], shelf: Shelf): string {
  const { code } = site.warehouse;
  const short = wantedBySku(demands).filter(([sku, wanted]) => shelf.usable(code, sku) < wanted);
  const [first] = short;
  if (first === undefined) return 'Has everything, but the channel chose another warehouse for a part.';
  const [sku, wanted] = first;
  const [usable, available] = [shelf.usable(code, sku), shelf.available(code, sku)];
  const more = short.length > 1 ? ` and of ${short.length - 1} more` : '';
  if (available >= wanted) return `Would go below safety stock of ${sku} (${available} there, ${available - usable} kept back)${more}.`;
  return `Short of ${sku} (has ${usable} of ${wanted})${more}.`;
}

function wantedBySku(demands: readonly Demand[]): [sku: string, wanted: number][] {
  return [...Map.groupBy(demands, ({ sku }) => sku)].map(([sku, group]) => [sku, group.reduce((sum, { quantity }) => sum + quantity, 0)]);
}

function decider(plan: Plan, rival: Plan | undefined): string {
  const single = plan.parcels.length === 1;
  if (rival === undefined) return single ? 'No other warehouse has everything.' : 'No single warehouse has everything.';
  const name = namesOf(rival).join(' + ');
  if (rival.rank.score > plan.rank.score) return `${yuanText(rival.rank.score - plan.rank.score)} yuan cheaper than ${name}.`;
  if (compareRank(rival.rank, plan.rank) <= 0) return `Equal to ${name}, first by code.`;
  return rival.rank.km > plan.rank.km ? `Same cost as ${name}, but nearer.` : `Equal to ${name}, but of higher priority.`;
}

function partsText(plan: Plan, { tariff, isByPriority }: Setting): string {
  const parts = costOf(plan, tariff);
  const splitting = parts.splitFen > 0 ? `, splitting ${yuanText(parts.splitFen)}` : '';
  const distance = isByPriority ? '' : `, distance ${yuanText(parts.distanceFen)}`;
  const fen = `freight ${yuanText(parts.freightFen)}, handling ${yuanText(parts.handlingFen)}${distance}${splitting}`;
  return `${yuanText(parts.totalFen)} yuan (${fen})${isByPriority ? '' : `, ${plan.rank.km} km`}`;
}

function costOf(plan: Plan, tariff: Tariff) {
  const parts = plan.parcels.map(({ site, grams }) => site.parts(grams));
  const sum = (pick: (part: (typeof parts)[number]) => number) => parts.reduce((total, part) => total + pick(part), 0);
  const [freightFen, handlingFen, distanceFen] = [sum((part) => part.freightFen), sum((part) => part.handlingFen), sum((part) => part.distanceFen)];
  const splitFen = Math.max(0, plan.parcels.length - 1) * tariff.splitFen;
  return { freightFen, handlingFen, distanceFen, splitFen, totalFen: freightFen + handlingFen + distanceFen + splitFen };
}

function option(plan: Plan, { tariff }: Setting, why: string): Option {
  return { warehouses: namesOf(plan), costFen: costOf(plan, tariff).totalFen, distanceKm: plan.rank.km, why: why.slice(0, WHY_CHARACTERS_MAX) };
}

function namesOf(plan: Plan): string[] {
  return plan.parcels.map(({ site }) => site.warehouse.code);
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
