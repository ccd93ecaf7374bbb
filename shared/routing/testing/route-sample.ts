import * as fc from 'fast-check';
import { resolveRegion } from '../regions.ts';
import type { RoutingLine, RoutingRequest, RoutingStock, RoutingWarehouse } from '../request.ts';
import { SAMPLE_TARIFF } from '../tariff.ts';

/** Requests for the tests of routing: five warehouses and a few destinations, by hand and at random. */

const HANGZHOU = { province: '浙江省', city: '杭州市', district: '西湖区' };

/** A warehouse near 嘉兴, 东莞, 成都, 西安 or 沈阳, by its code. */
const SEATS: Readonly<Record<string, readonly [regionCode: string, lng: number, lat: number]>> = {
  JX: ['330402', 120.7, 30.7],
  DG: ['441900', 113.75, 23.02],
  CD: ['510116', 103.9, 30.5],
  XA: ['610111', 109, 34.2],
  SY: ['210114', 123.3, 41.8],
};

export function warehouse(code: string, change: Partial<RoutingWarehouse> = {}): RoutingWarehouse {
  const [regionCode, lng, lat] = SEATS[code.slice(0, 2)] ?? ['330402', 120.7, 30.7];
  return { code, regionCode, provinceCode: `${regionCode.slice(0, 2)}0000`, lng, lat, priority: 1, active: true, ...change };
}

/** `A 2` two pieces of A; `A 2 @CD` where the channel chose CD. Half a kilogram each. */
export function lines(...texts: readonly string[]): RoutingLine[] {
  return texts.map((text, index) => {
    const [sku = '', quantity, wish] = text.split(' ');
    return { lineId: `L${index}`, sku, quantity: Number(quantity), weightGrams: 500, ...(wish !== undefined && { channelWarehouse: wish.slice(1) }) };
  });
}

/** `{JX: {A: 5}}`, or `{A: [5, 2]}` with two kept back. */
export function stock(held: Readonly<Record<string, Readonly<Record<string, number | readonly [number, number]>>>>): RoutingStock[] {
  return Object.entries(held).flatMap(([code, skus]) =>
    Object.entries(skus).map(([sku, amount]) => {
      const [available, safety] = typeof amount === 'number' ? [amount, 0] : amount;
      return { sku, warehouse: code, available, safety };
    }),
  );
}

export function request(change: Partial<RoutingRequest> = {}): RoutingRequest {
  return {
    lines: lines('A 1'),
    destination: resolveRegion(HANGZHOU),
    warehouses: ['JX', 'DG', 'CD'].map((code) => warehouse(code)),
    stock: stock({ JX: { A: 9 }, DG: { A: 9 }, CD: { A: 9 } }),
    policy: { allowParts: false, tariff: SAMPLE_TARIFF },
    ...change,
  };
}

const DESTINATIONS = [
  HANGZHOU,
  { province: '新疆', city: '', district: '石河子市' },
  { province: '四川', city: '成都', district: '' },
  { province: '香港', city: '', district: '' },
];
const WEIGHTS = [200, 450, 900, 1_500, 2_600] as const;
const SKUS = ['A', 'B', 'C', 'D'] as const;

const warehouses = fc.subarray(Object.keys(SEATS), { minLength: 1, maxLength: 4 }).chain((codes) =>
  fc.tuple(
    ...codes.map((code) =>
      fc.record({ priority: fc.nat({ max: 2 }), isPaused: chance(12), isFull: chance(10) }).map(({ priority, isPaused, isFull }) => {
        return warehouse(code, { priority, active: !isPaused, ...(isFull && { parcelsLeft: 0 }) });
      }),
    ),
  ),
);

function chance(oneIn: number): fc.Arbitrary<boolean> {
  return fc.nat({ max: oneIn - 1 }).map((number) => number === 0);
}

/** Small orders over up to four warehouses; `wishes` lets the channel choose warehouses, also ones that do not exist. */
export function smallRequests({ wishes, allowParts }: { wishes: boolean; allowParts: boolean }): fc.Arbitrary<RoutingRequest> {
  const weights = fc.tuple(...SKUS.map(() => fc.constantFrom(...WEIGHTS)));
  const line = fc.record({ sku: fc.nat({ max: SKUS.length - 1 }), quantity: fc.integer({ min: 1, max: 4 }), wish: fc.constantFrom('', '', 'JX', 'CD', 'ZZ') });
  const held = fc.record({ available: fc.nat({ max: 7 }), safety: fc.constantFrom(0, 0, 1) });
  return fc
    .record({
      warehouses,
      weights,
      picks: fc.array(line, { minLength: 1, maxLength: 4 }),
      held: fc.array(held, { minLength: 20, maxLength: 20 }),
      to: fc.constantFrom(...DESTINATIONS),
    })
    .map((drawn) =>
      request({
        destination: resolveRegion(drawn.to),
        warehouses: drawn.warehouses,
        lines: drawn.picks.map(({ sku, quantity, wish }, index) => {
          const wished = wishes && wish !== '' ? { channelWarehouse: wish } : {};
          return { lineId: `L${index}`, sku: SKUS[sku] ?? 'A', quantity, weightGrams: drawn.weights[sku] ?? 500, ...wished };
        }),
        stock: drawn.warehouses.flatMap(({ code }, row) =>
          SKUS.map((sku, column) => ({ available: 0, safety: 0, ...drawn.held[row * SKUS.length + column], sku, warehouse: code })),
        ),
        policy: { allowParts, tariff: SAMPLE_TARIFF },
      }),
    );
}
