import { performance } from 'node:perf_hooks';
import { resolveRegion } from '../../shared/routing/regions.ts';
import { route, type RoutingRequest } from '../../shared/routing/route.ts';
import { SAMPLE_TARIFF } from '../../shared/routing/tariff.ts';

export interface RoutingBench {
  readonly decisions: number;
  readonly perSecond: number;
  readonly p50Us: number;
  readonly p99Us: number;
}

const DECISIONS = 5_000;
const WARM_UP = 1_000;
const LINES_MAX = 5;
const SKUS = 40;
const US_PER_MS = 1_000;

/** Each decision is made so often and its best time counts: the others are the scheduler's, on a shared machine. */
const RUNS = 3;

const SITES = [
  ['JX', '浙江省', '嘉兴市', '南湖区'],
  ['DG', '广东省', '东莞市', ''],
  ['LF', '河北省', '廊坊市', '广阳区'],
  ['CD', '四川省', '成都市', '双流区'],
  ['ZZ', '河南省', '郑州市', '管城回族区'],
  ['WH', '湖北省', '武汉市', '东西湖区'],
  ['SY', '辽宁省', '沈阳市', '于洪区'],
  ['XA', '陕西省', '西安市', '灞桥区'],
] as const;

const PLACES = [
  ['上海', '上海市', '浦东新区'],
  ['广东', '深圳市', '南山区'],
  ['新疆', '乌鲁木齐市', '沙依巴克区'],
  ['湖北', '', '仙桃市'],
  ['吉林', '吉林市', '船营区'],
  ['云南', '大理州', '大理市'],
  ['浙江', '杭州市', '西湖区'],
  ['北京', '北京市', '朝阳区'],
] as const;

/** Decisions over 8 warehouses for orders of up to 5 lines, region names and all; always the same orders. */
export function benchRouting(): RoutingBench {
  const next = random(20_261_124);
  const requests = Array.from({ length: DECISIONS + WARM_UP }, () => order(next));
  const times: number[] = [];
  for (const [index, { names, ...request }] of requests.entries()) {
    const runs = Array.from({ length: index < WARM_UP ? 1 : RUNS }, () => timed(() => route({ ...request, destination: resolveRegion(names) })));
    if (index >= WARM_UP) times.push(Math.min(...runs));
  }
  const total = times.reduce((sum, time) => sum + time, 0);
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => Math.round(sorted[Math.floor((sorted.length - 1) * share)] ?? 0);
  return { decisions: times.length, perSecond: Math.round((times.length * 1_000 * US_PER_MS) / total), p50Us: at(0.5), p99Us: at(0.99) };
}

function timed(work: () => unknown): number {
  const start = performance.now();
  work();
  return (performance.now() - start) * US_PER_MS;
}

type Order = Omit<RoutingRequest, 'destination'> & { readonly names: Parameters<typeof resolveRegion>[0] };

function order(next: (below: number) => number): Order {
  const [province, city, district] = PLACES[next(PLACES.length)] ?? PLACES[0];
  const lines = Array.from({ length: 1 + next(LINES_MAX) }, (_, index) => ({
    lineId: `${index}`,
    sku: `SKU-${next(SKUS)}`,
    quantity: 1 + next(3),
    weightGrams: 100 + next(3_000),
  }));
  const warehouses = SITES.map(([code, ...names], priority) => {
    const { code: regionCode, provinceCode, lng = 0, lat = 0 } = resolveRegion({ province: names[0], city: names[1], district: names[2] });
    return { code, regionCode, provinceCode, lng, lat, priority, active: true };
  });
  const stock = [...new Set(lines.map(({ sku }) => sku))].flatMap((sku) =>
    warehouses.map(({ code }) => ({ sku, warehouse: code, available: next(5), safety: 0 })),
  );
  return { names: { province, city, district }, lines, warehouses, stock, policy: { allowParts: next(2) === 0, tariff: SAMPLE_TARIFF } };
}

/** mulberry32: small, seeded, the same everywhere. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below);
  };
}
