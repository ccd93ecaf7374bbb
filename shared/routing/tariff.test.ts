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
    ['the own province however far', { fromProvinceCode: '510000', toCode: '510182', distanceKm: 700 }, 4_000, 476 + 80],
    ['a near province', { fromProvinceCode: '330000', toCode: '310115', distanceKm: 120 }, 500, 226],
    ['a gram more than a step', { fromProvinceCode: '330000', toCode: '310115', distanceKm: 120 }, 501, 246],
    ['the second ring', { fromProvinceCode: '330000', toCode: '110105', distanceKm: 1_100 }, 3_001, 476 + 110],
    ['the third ring', { fromProvinceCode: '330000', toCode: '510107', distanceKm: 1_600 }, 5_000, 476 + 2 * 150],
    ['Gansu from Shaanxi', { fromProvinceCode: '610000', toCode: '620102', distanceKm: 500 }, 500, 226],
    ['Gansu from elsewhere', { fromProvinceCode: '330000', toCode: '620102', distanceKm: 1_700 }, 500, 256],
    ['Xinjiang', { fromProvinceCode: '330000', toCode: '650103', distanceKm: 3_300 }, 2_500, 2_500],
    ['Xinjiang from Xinjiang', { fromProvinceCode: '650000', toCode: '659001', distanceKm: 150 }, 500, 226],
    ['Hong Kong', { fromProvinceCode: '440000', toCode: '810000', distanceKm: 0 }, 3_500, 7_000 + 2_500],
  ])('prices %s', (_case, way, grams, fen) => {
    expect(price(way, grams)).toBe(fen);
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
