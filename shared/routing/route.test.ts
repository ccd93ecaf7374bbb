import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bruteForce } from './testing/brute-force.ts';
import { resolveRegion } from './regions.ts';
import type { RoutingDecision, RoutingRequest } from './request.ts';
import { lines, request, smallRequests, stock, warehouse } from './testing/route-sample.ts';
import { ALTERNATIVES_MAX, route, RULES_VERSION } from './route.ts';
import { routingSchema, type Option } from './schema.ts';
import { shelfOf } from './sites.ts';
import { SAMPLE_TARIFF } from './tariff.ts';

const chosen = (change: Partial<RoutingRequest>) => route(request(change)).routing.chosen;
const whys = (change: Partial<RoutingRequest>) => Object.fromEntries(route(request(change)).routing.alternatives.map(({ warehouses, why }) => [warehouses.join('+'), why]));

function expectChosen(option: Option | null, warehouses: readonly string[], why: string): void {
  expect(option?.warehouses).toEqual(warehouses);
  expect(option?.why).toContain(why);
}

/** Pieces that a decision takes, by warehouse and SKU. */
function takenBy({ plan }: RoutingDecision): Map<string, number> {
  const taken = new Map<string, number>();
  for (const { warehouse: code, lines: parts } of plan) {
    for (const { sku, quantity } of parts) taken.set(`${code} ${sku}`, (taken.get(`${code} ${sku}`) ?? 0) + quantity);
  }
  return taken;
}

function expectSound(given: RoutingRequest, decision: RoutingDecision): void {
  const shelf = shelfOf(given.stock);
  for (const [key, quantity] of takenBy(decision)) {
    const [code = '', sku = ''] = key.split(' ');
    expect(quantity).toBeGreaterThan(0);
    expect(quantity).toBeLessThanOrEqual(shelf.usable(code, sku));
    expect(given.warehouses.find((site) => site.code === code)).toMatchObject({ active: true });
  }
  const perLine = new Map<string, number>();
  const parts = [...decision.plan.flatMap((parcel) => parcel.lines), ...(decision.kind === 'unfillable' ? [] : decision.unfilled)];
  for (const { lineId, quantity } of parts) perLine.set(lineId, (perLine.get(lineId) ?? 0) + quantity);
  if (decision.kind !== 'unfillable') expect(perLine).toEqual(new Map(given.lines.map(({ lineId, quantity }) => [lineId, quantity])));
  expect(decision.routing.chosen?.warehouses ?? []).toEqual(decision.plan.map((parcel) => parcel.warehouse));
  expect(routingSchema.parse(decision.routing)).toEqual(decision.routing);
  expect(decision.routing.alternatives.length).toBeLessThanOrEqual(ALTERNATIVES_MAX);
}

describe('against trying everything', () => {
  test('the plan costs the least, and is the nearest and first in priority among equals', () => {
    fc.assert(
      fc.property(smallRequests({ wishes: false, allowParts: false }), (given) => {
        const best = bruteForce(given);
        const decision = route(given);
        expectSound(given, decision);
        expect(decision.kind).toBe(best === undefined ? 'unfillable' : 'routed');
        if (best === undefined || decision.routing.chosen === null) return;
        const { costFen, distanceKm, warehouses } = decision.routing.chosen;
        const priority = given.warehouses.reduce((sum, site) => sum + (warehouses.includes(site.code) ? site.priority : 0), 0);
        const score = given.destination.level === 'sar' ? warehouses.length : costFen + SAMPLE_TARIFF.splitFen;
        expect(score).toBeGreaterThanOrEqual(best.score);
        if (!best.isSplit) expect({ score, distanceKm, priority }).toEqual({ score: best.score, distanceKm: best.km, priority: best.priority });
        else if (warehouses.length <= 2) expect(score).toBe(best.score);
      }),
      { numRuns: 3_000 },
    );
  });
});

describe('whatever the request', () => {
  const anyRequest = fc.tuple(fc.boolean(), fc.boolean()).chain(([wishes, allowParts]) => smallRequests({ wishes, allowParts }));

  test('no more is taken than is usable, and every piece is planned or reported', () => {
    fc.assert(fc.property(anyRequest, (given) => expectSound(given, route(given))), { numRuns: 2_000 });
  });

  test('the order in which things are given does not matter', () => {
    fc.assert(
      fc.property(anyRequest, (given) => {
        const turned = { ...given, lines: given.lines.toReversed(), warehouses: given.warehouses.toReversed(), stock: given.stock.toReversed() };
        expect(route(turned)).toEqual(route(given));
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('choosing', () => {
  test('the nearest of equally priced warehouses wins, and the losers say why they lost', () => {
    const free = { ...SAMPLE_TARIFF, thousandKmFen: 0 };
    const { routing } = route(request({ policy: { allowParts: false, tariff: free } }));
    expectChosen(routing.chosen, ['JX'], 'Same cost as DG, but nearer.');
    expect(routing.alternatives.map(({ warehouses, why }) => [warehouses[0], why])).toEqual([
      ['DG', 'Same cost, 951 km further.'],
      ['CD', 'Same cost, 1483 km further.'],
    ]);
    expect(routing.versions).toEqual({ regions: '2026-11', tariff: free.version, rules: RULES_VERSION });
  });

  test('then the smaller priority number, then the code', () => {
    const twins = ['JX2', 'JX1'].map((code) => warehouse(code));
    const held = stock({ JX1: { A: 1 }, JX2: { A: 1 } });
    expectChosen(chosen({ warehouses: twins, stock: held }), ['JX1'], 'first by code');
    const ranked = [warehouse('JX1', { priority: 2 }), warehouse('JX2', { priority: 1 })];
    expectChosen(chosen({ warehouses: ranked, stock: held }), ['JX2'], 'higher priority');
  });

  test('one parcel from afar beats two from near by', () => {
    const held = stock({ JX: { A: 9 }, DG: { B: 9 }, CD: { A: 9, B: 9 } });
    expect(chosen({ lines: lines('A 1', 'B 1'), stock: held })).toMatchObject({ warehouses: ['CD'] });
  });

  test('the same SKU on two lines is summed before stock is looked at', () => {
    const held = stock({ JX: { A: 3 }, DG: { A: 4 } });
    expect(route(request({ lines: lines('A 2', 'A 2'), stock: held })).plan).toEqual([
      { warehouse: 'DG', lines: [{ lineId: 'L0', sku: 'A', quantity: 2 }, { lineId: 'L1', sku: 'A', quantity: 2 }] },
    ]);
  });

  test('a SKU that no warehouse has whole is gathered from several', () => {
    const decision = route(request({ lines: lines('A 7'), stock: stock({ JX: { A: 5 }, DG: { A: 4 }, CD: { A: 3 } }) }));
    expect(decision).toMatchObject({ kind: 'routed', unfilled: [] });
    expect(decision.plan.map((parcel) => parcel.warehouse)).toEqual(['DG', 'JX']);
    expect(decision.routing.chosen?.why).toContain('Ships in 2 parcels');
  });
});

describe('hard filters', () => {
  test.each([
    ['paused', { active: false }, 'Paused.'],
    ['full for today', { parcelsLeft: 0 }, 'Full for today.'],
  ])('a warehouse that is %s is passed over', (_what, change, why) => {
    const given = { warehouses: [warehouse('JX', change), warehouse('DG')] };
    expect(chosen(given)?.warehouses).toEqual(['DG']);
    expect(whys(given)).toEqual({ JX: why });
  });

  test('a region without delivery is not delivered to', () => {
    const tariff = { ...SAMPLE_TARIFF, noDelivery: [{ to: ['3301'], from: ['33'] }] };
    const given = { policy: { allowParts: false, tariff } };
    expect(chosen(given)?.warehouses).toEqual(['DG']);
    expect(whys(given)['JX']).toBe('Does not deliver there.');
  });

  test('safety stock is not touched, and below it is not less than nothing', () => {
    const given = { lines: lines('A 2'), stock: stock({ JX: { A: [3, 2] }, DG: { A: [1, 5] }, CD: { A: 9 } }) };
    expect(chosen(given)?.warehouses).toEqual(['CD']);
    expect(whys(given)).toEqual({ JX: 'Would go below safety stock of A (3 there, 2 kept back).', DG: 'Short of A (has 0 of 2).' });
  });
});

describe("the channel's warehouse", () => {
  test('is honoured while it has the stock, however far', () => {
    const given = { lines: lines('A 2 @CD') };
    expectChosen(chosen(given), ['CD'], 'As the channel chose.');
    expect(whys(given)['JX']).toBe('Has everything, but the channel chose another warehouse for a part.');
  });

  test('is left on purpose when it is short, and the decision says so', () => {
    const given = { lines: lines('A 2 @CD'), stock: stock({ JX: { A: 9 }, CD: { A: 1 } }) };
    expectChosen(chosen(given), ['JX'], "Moved away from the channel's warehouse CD: it has 1 of 2 of A.");
  });

  test('is ignored when nobody here knows it', () => {
    expectChosen(chosen({ lines: lines('A 1 @YC-9') }), ['JX'], "warehouse YC-9 is not known here and is ignored");
  });

  test('does not let two lines take the same piece', () => {
    const decision = route(request({ lines: lines('A 2 @CD', 'A 2'), stock: stock({ CD: { A: 3 }, DG: { A: 1 } }) }));
    expect([...takenBy(decision)]).toEqual([['CD A', 3], ['DG A', 1]]);
  });
});

describe('when not everything is there', () => {
  const short = { lines: lines('A 3', 'B 1'), stock: stock({ JX: { A: 1, B: 1 }, DG: { A: 1 } }) };

  test('nothing is planned by default, and what is short is reported', () => {
    expect(route(request(short))).toMatchObject({ kind: 'unfillable', plan: [], unfilled: [{ lineId: 'L0', sku: 'A', quantity: 1 }], routing: { chosen: null } });
  });

  test('parts are planned when the tenant allows it', () => {
    const decision = route(request({ ...short, policy: { allowParts: true, tariff: SAMPLE_TARIFF } }));
    expect(decision).toMatchObject({ kind: 'partly', unfilled: [{ lineId: 'L0', sku: 'A', quantity: 1 }] });
    expect(takenBy(decision)).toEqual(new Map([['DG A', 1], ['JX A', 1], ['JX B', 1]]));
  });

  test('nothing is short when only today is full', () => {
    const full = ['JX', 'DG', 'CD'].map((code) => warehouse(code, { parcelsLeft: 0 }));
    expect(route(request({ warehouses: full }))).toMatchObject({ kind: 'unfillable', unfilled: [] });
  });

  test('a place that is not known is routed by priority alone, as a person who released the order wants', () => {
    const nowhere = resolveRegion({ province: '', city: '', district: '' });
    const decision = route(request({ destination: nowhere }));
    expect(decision).toMatchObject({ kind: 'routed', routing: { chosen: { distanceKm: 0 } } });
    expect(decision.routing.chosen?.why).toContain('By priority order, not by distance: the place is not known.');
  });
});

describe('coarse and special destinations', () => {
  test('a province or an ambiguous county is routed by the middle of what is certain, and the decision says so', () => {
    const ambiguous = resolveRegion({ province: '江苏', city: '', district: '鼓楼区' });
    expectChosen(chosen({ destination: ambiguous }), ['JX'], 'The county is not known');
  });

  test('Hong Kong is served by priority order, not by distance', () => {
    const sites = [warehouse('DG', { priority: 3 }), warehouse('SY', { priority: 1 }), warehouse('JX', { priority: 2 })];
    const given = { destination: resolveRegion({ province: '香港', city: '', district: '' }), warehouses: sites, stock: stock({ DG: { A: 1 }, SY: { A: 1 }, JX: { A: 1 } }) };
    expectChosen(chosen(given), ['SY'], 'By priority order, not by distance');
    expect(Object.keys(whys(given))).toEqual(['JX', 'DG']);
  });
});

describe('beyond the exact search', () => {
  const codes = ['JX', 'DG', 'CD', 'XA', 'SY'];
  const many = (count: number, held: (sku: number, site: number) => number) =>
    request({
      lines: Array.from({ length: count }, (_, index) => ({ lineId: `L${index}`, sku: `S${index}`, quantity: 1 + (index % 3), weightGrams: 1 + ((index * 37) % 20) })),
      warehouses: codes.map((code) => warehouse(code)),
      stock: codes.flatMap((code, site) => Array.from({ length: count }, (_, sku) => ({ sku: `S${sku}`, warehouse: code, available: held(sku, site), safety: 0 }))),
    });

  test('500 lines scattered over five warehouses are routed soundly', () => {
    const given = many(500, (sku, site) => ((sku * 7 + site * 3) % 5 < 3 ? 4 : (sku + site) % 3));
    const decision = route(given);
    expect(decision.kind).toBe('routed');
    expectSound(given, decision);
    expect(route({ ...given, lines: given.lines.toReversed() })).toEqual(decision);
  });

  test('one warehouse that has everything is found among 200 SKUs', () => {
    const given = many(200, (sku, site) => (site === 3 || (sku + site) % 4 === 0 ? 9 : 0));
    expect(route(given).routing.chosen?.warehouses).toEqual(['XA']);
  });
});
