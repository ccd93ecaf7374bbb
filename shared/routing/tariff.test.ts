import { describe, expect, test } from 'vitest';
import { distanceKm } from './distance.ts';
import { freightFen, SAMPLE_TARIFF, tariffSchema, zoneFor } from './tariff.ts';

const price = (way: Parameters<typeof zoneFor>[1], grams: number) => {
  const zone = zoneFor(SAMPLE_TARIFF, way);
  return zone === undefined ? undefined : freightFen(zone, grams);
};

describe('the sample tariff', () => {
  test('has the form of a tariff', () => {
    expect(tariffSchema.parse(SAMPLE_TARIFF)).toEqual(SAMPLE_TARIFF);
  });

  test.each([
    { what: 'the own province however far', from: '510000', to: '510182', km: 700, grams: 4_000, fen: 476 + 80 },
    { what: 'a near province', from: '330000', to: '310115', km: 120, grams: 500, fen: 226 },
    { what: 'a gram more than a step', from: '330000', to: '310115', km: 120, grams: 501, fen: 246 },
    { what: 'the second ring', from: '330000', to: '110105', km: 1_100, grams: 3_001, fen: 476 + 110 },
    { what: 'the third ring', from: '330000', to: '510107', km: 1_600, grams: 5_000, fen: 476 + 2 * 150 },
    { what: 'Gansu from Shaanxi', from: '610000', to: '620102', km: 500, grams: 500, fen: 226 },
    { what: 'Gansu from elsewhere', from: '330000', to: '620102', km: 1_700, grams: 500, fen: 256 },
    { what: 'Xinjiang', from: '330000', to: '650103', km: 3_300, grams: 2_500, fen: 2_500 },
    { what: 'Xinjiang from Xinjiang', from: '650000', to: '659001', km: 150, grams: 500, fen: 226 },
    { what: 'Hong Kong', from: '440000', to: '810000', km: 0, grams: 3_500, fen: 7_000 + 2_500 },
  ])('prices $what', ({ from, to, km, grams, fen }) => {
    expect(price({ fromProvinceCode: from, toCode: to, distanceKm: km }, grams)).toBe(fen);
  });

  test('never charges less for more weight', () => {
    for (const zone of Object.values(SAMPLE_TARIFF.zones)) {
      const prices = Array.from({ length: 60 }, (_, index) => freightFen(zone, index * 250));
      expect(prices).toEqual(prices.toSorted((a, b) => a - b));
    }
  });

  test('knows regions without delivery, from everywhere or from some provinces', () => {
    const tariff = { ...SAMPLE_TARIFF, noDelivery: [{ to: ['6590'] }, { to: ['54'], from: ['33'] }] };
    const zone = (fromProvinceCode: string, toCode: string) => zoneFor(tariff, { fromProvinceCode, toCode, distanceKm: 100 });
    expect([zone('610000', '659001'), zone('330000', '540102')]).toEqual([undefined, undefined]);
    expect(zone('510000', '540102')).toBeDefined();
  });
});

test('great-circle distances are right', () => {
  const [beijing, shanghai] = [{ lng: 116.407, lat: 39.904 }, { lng: 121.474, lat: 31.23 }];
  expect(distanceKm(beijing, shanghai)).toBe(1_067);
  expect(distanceKm(shanghai, beijing)).toBe(1_067);
  expect(distanceKm(beijing, beijing)).toBe(0);
});
