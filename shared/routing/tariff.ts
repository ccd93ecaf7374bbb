import * as z from 'zod';
import { assert } from '../kernel/assert.ts';

const fenSchema = z.int().min(0);
/** The beginning of a GB/T 2260 code: `65` a province, `6501` a prefecture, `650102` a county. */
const codesSchema = z.array(z.string().regex(/^\d{2,6}$/)).min(1);

/** Prices of a parcel by billed weight: the first step that holds it, and beyond the last step every started kilogram. */
const zoneSchema = z.object({
  steps: z.array(z.object({ gramsMax: z.int().min(1), fen: fenSchema })).min(1),
  beyondFenPerKg: fenSchema,
});

/** Which zone a parcel pays; the first rule whose conditions all hold. */
const zoneRuleSchema = z.object({
  zone: z.string(),
  to: codesSchema.optional(),
  from: codesSchema.optional(),
  sameProvince: z.literal(true).optional(),
  distanceKmMax: z.int().min(1).optional(),
});

/**
 * What shipping costs, as a dated version: a decision names the version it was made with. `splitFen` is charged for every
 * parcel after the first, `thousandKmFen` is what a thousand kilometres are worth in time (not freight; that is the zones).
 */
export const tariffSchema = z.object({
  version: z.string().min(1),
  name: z.string(),
  validFrom: z.iso.date(),
  zones: z.record(z.string(), zoneSchema),
  rules: z.array(zoneRuleSchema).min(1),
  noDelivery: z.array(z.object({ to: codesSchema, from: codesSchema.optional() })),
  handlingFen: fenSchema,
  splitFen: fenSchema,
  thousandKmFen: fenSchema,
});
export type Tariff = z.infer<typeof tariffSchema>;
type Zone = z.infer<typeof zoneSchema>;

/** A parcel's way. `to` is the destination's code as fine as it is known. */
export interface Way {
  readonly fromProvinceCode: string;
  readonly toCode: string;
  readonly distanceKm: number;
}

const steps = (fen: readonly number[]) => fen.map((price, index) => ({ gramsMax: [500, 1_000, 2_000, 3_000][index] ?? 3_000, fen: price }));

/**
 * A labelled sample, no market price: the six-zone contract table T1 for small e-commerce parcels, with zones by distance
 * because the published table knows one origin only. A tenant's own contract replaces it.
 */
export const SAMPLE_TARIFF: Tariff = {
  version: 'T1-sample-2026-11',
  name: 'Sample: six-zone contract price for e-commerce parcels',
  validFrom: '2026-11-01',
  zones: {
    '1': { steps: steps([226, 246, 356, 476]), beyondFenPerKg: 80 },
    '2': { steps: steps([226, 246, 356, 476]), beyondFenPerKg: 110 },
    '3': { steps: steps([226, 246, 356, 476]), beyondFenPerKg: 150 },
    '4': { steps: steps([256, 356, 406, 506]), beyondFenPerKg: 250 },
    '5': { steps: steps([1_000, 1_300, 2_000, 2_500]), beyondFenPerKg: 1_500 },
    '6': { steps: steps([2_500, 3_500, 5_000, 7_000]), beyondFenPerKg: 2_500 },
  },
  rules: [
    { zone: '6', to: ['71', '81', '82'] },
    { zone: '1', sameProvince: true },
    { zone: '5', to: ['54', '65'] },
    { zone: '2', from: ['61'], to: ['62', '63', '64'] },
    { zone: '2', from: ['13', '21'], to: ['15'] },
    { zone: '4', to: ['15', '62', '63', '64'] },
    { zone: '1', distanceKmMax: 480 },
    { zone: '2', distanceKmMax: 1_150 },
    { zone: '3' },
  ],
  noDelivery: [],
  handlingFen: 150,
  splitFen: 200,
  thousandKmFen: 60,
};

const GRAMS_PER_KG = 1_000;

/** The zone's prices for a way; undefined where the tariff does not deliver. */
export function zoneFor(tariff: Tariff, way: Way): Zone | undefined {
  const from = way.fromProvinceCode;
  const isClosed = tariff.noDelivery.some((closed) => begins(way.toCode, closed.to) && (closed.from === undefined || begins(from, closed.from)));
  if (isClosed) return undefined;
  const rule = tariff.rules.find(
    ({ to, from: origins, sameProvince, distanceKmMax }) =>
      (to === undefined || begins(way.toCode, to)) &&
      (origins === undefined || begins(from, origins)) &&
      (sameProvince === undefined || from.slice(0, 2) === way.toCode.slice(0, 2)) &&
      (distanceKmMax === undefined || way.distanceKm <= distanceKmMax),
  );
  return rule === undefined ? undefined : tariff.zones[rule.zone];
}

/** Freight of one parcel in fen. */
export function freightFen(zone: Zone, grams: number): number {
  const step = zone.steps.find(({ gramsMax }) => grams <= gramsMax);
  if (step !== undefined) return step.fen;
  const last = zone.steps.at(-1);
  assert(last, 'a zone has steps');
  return last.fen + Math.ceil((grams - last.gramsMax) / GRAMS_PER_KG) * zone.beyondFenPerKg;
}

function begins(code: string, prefixes: readonly string[]): boolean {
  return prefixes.some((prefix) => code.startsWith(prefix));
}
