import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { prefectureStem } from './region-names.ts';
import { regionTable, REGIONS_VERSION, type Place } from './region-table.ts';
import { resolveRegionText } from './region-text.ts';
import { resolveRegion, type Region, type RegionFields } from './regions.ts';

const name = z.string().optional();
const caseSchema = z.object({ id: z.number(), cls: z.string(), p: name, c: name, d: name, t: name, raw: z.string(), code: z.string() });
const { cases } = z.object({ cases: z.array(caseSchema) }).parse(fixture('addresses.json'));
const spellings = z.array(z.string()).parse(fixture('spellings.json'));

function fixture(file: string): unknown {
  return JSON.parse(readFileSync(new URL(`./fixtures/${file}`, import.meta.url), 'utf8'));
}

const { places } = regionTable();
const counties = [...places.values()].filter(({ level }) => level === 'county');

function at(code: string): Place {
  const place = places.get(code);
  if (place === undefined) throw new Error(`no place ${code}`);
  return place;
}

interface Line {
  readonly county: Place;
  readonly province: string;
  readonly prefecture: string;
  readonly isMunicipal: boolean;
}

const lines: Line[] = counties.map((county) => {
  const province = at(`${county.code.slice(0, 2)}0000`).name;
  const parent = at(county.parentCode);
  return { county, province, prefecture: parent.level === 'prefecture' ? parent.name : '', isMunicipal: province.endsWith('市') };
});

function short(province: string): string {
  return province.replace(/(?:维吾尔自治区|壮族自治区|回族自治区|自治区|省|市)$/, '');
}

function official({ county, province, prefecture, isMunicipal }: Line): RegionFields {
  return { province, city: prefecture === '' && isMunicipal ? province : prefecture, district: county.name };
}

describe('the table of administrative divisions', () => {
  test('has the counts of the ministry, and every point lies in China', () => {
    const levels = Map.groupBy(places.values(), ({ level }) => level);
    expect([...levels].map(([level, list]) => [level, list.length])).toEqual([['province', 34], ['county', 2_847], ['prefecture', 333]]);
    expect([...places.values()].filter(({ lng, lat }) => !(lng > 73 && lng < 136 && lat > 3 && lat < 54))).toEqual([]);
    expect(REGIONS_VERSION).toBe('2026-11');
  });

  test('knows the changes of 2025 and 2026', () => {
    expect(['500157', '653132', '659013', '632803'].map((code) => at(code).name)).toEqual(['两江新区', '岑岭县', '草湖市', '茫崖市']);
    expect(['500105', '500112'].filter((code) => places.has(code))).toEqual([]);
  });
});

describe('field by field', () => {
  test.each(cases.filter(({ p }) => p !== undefined))('$cls $id: $raw is $code', ({ p = '', c = '', d = '', t, code }) => {
    expect(resolveRegion({ province: p, city: c, district: d, town: t }).code).toBe(code);
  });

  test.each(spellings)('%s', (line) => {
    const [names = '', expected] = line.split('|');
    const [province = '', city = '', district = '', town] = names.split(',');
    expect(shortened(resolveRegion({ province, city, district, town }))).toBe(expected);
  });
});

/** A for ambiguous, S for a special region, U for unknown, then the code. */
function shortened({ code, status }: Region): string {
  const letters: Partial<Record<Region['status'], string>> = { ambiguous: 'A', sar: 'S', unknown: 'U' };
  return `${letters[status] ?? ''}${code}`;
}

describe('every county of the table', () => {
  const variants: readonly (readonly [name: string, spell: (line: Line) => RegionFields])[] = [
    ['by its official names', official],
    ['with a short province', (line) => ({ ...official(line), province: short(line.province) })],
    ['with a short province and prefecture', (line) => ({ ...official(line), province: short(line.province), city: prefectureStem(line.prefecture) })],
    ['with 州 for 自治州', (line) => ({ ...official(line), city: line.prefecture.endsWith('自治州') ? `${prefectureStem(line.prefecture)}州` : official(line).city })],
    ['with placeholder cities', (line) => ({ ...official(line), city: line.prefecture === '' ? (line.isMunicipal ? '市辖区' : '省直辖县级行政区划') : line.prefecture })],
    ['with an empty city where there is no prefecture', (line) => ({ ...official(line), city: line.prefecture })],
    ['in the city slot where there is no prefecture', (line) => (line.prefecture === '' ? { province: line.province, city: line.county.name, district: '某某街道' } : official(line))],
    ['behind its repeated parents', (line) => ({ ...official(line), district: `${line.province}${line.prefecture}${line.county.name}` })],
    ['behind its repeated prefecture', (line) => ({ ...official(line), district: `${line.prefecture}${line.county.name}` })],
    ['with its town in the same slot', (line) => ({ ...official(line), district: `${line.county.name}城关镇` })],
    ['in the town slot', (line) => ({ ...official(line), district: '', town: line.county.name })],
    ['without a province', (line) => (line.prefecture === '' && !line.isMunicipal ? official(line) : { ...official(line), province: '' })],
    ['with blanks and full-width brackets', (line) => ({ ...official(line), province: ` ${line.province}　`, district: Array.from(line.county.name).join(' ') })],
  ];

  test.each(variants)('is found %s', (_name, spell) => {
    const wrong = lines.filter((line) => {
      const { code, status } = resolveRegion(spell(line));
      return code !== line.county.code || status !== 'current';
    });
    expect(wrong.map((line) => spell(line))).toEqual([]);
  });

  test('is found without a city, except true homonyms, which come back as ambiguous with their candidates', () => {
    const regions = lines.map((line) => ({ line, region: resolveRegion({ province: line.province, city: '', district: line.county.name }) }));
    const others = regions.filter(({ line, region }) => region.code !== line.county.code);
    expect(others).toHaveLength(16);
    for (const { line, region } of others) {
      expect(region).toMatchObject({ status: 'ambiguous', code: `${line.county.code.slice(0, 2)}0000` });
      expect(region.candidates).toContain(line.county.code);
    }
  });
});

describe('never a guess', () => {
  test('no mixture of names is put into another province than the one named', () => {
    const pick = fc.nat({ max: lines.length - 1 }).map((index) => lines[index] ?? assertNever());
    const names = pick.chain(({ county, prefecture, province }) =>
      fc.constantFrom(county.name, prefecture, `${prefecture}${county.name}`, county.name.slice(0, 2), province, '其它区', '高新区'),
    );
    fc.assert(
      fc.property(pick, blank(names), blank(names), ({ province, county }, city, district) => {
        const region = resolveRegion({ province, city, district });
        expect(['', `${county.code.slice(0, 2)}0000`]).toContain(region.provinceCode);
      }),
      { numRuns: 5_000 },
    );
  });

  test('any text gives an answer, and an unknown place has no point', () => {
    const text = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...Array.from('省市县区州盟京海南北东西江')) }));
    fc.assert(
      fc.property(fc.record({ province: text, city: text, district: text, town: text }), (fields) => {
        const region = resolveRegion(fields);
        if (region.code === '') expect(region.lng).toBeUndefined();
        else expect(places.has(region.code)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});

function assertNever(): never {
  throw new Error('the index is within the list');
}

function blank(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.oneof({ weight: 1, arbitrary: fc.constant('') }, { weight: 4, arbitrary: text });
}

describe('an address in one piece', () => {
  test.each(cases)('$raw', ({ raw, code }) => {
    expect(resolveRegionText(raw).code).toBe(code);
  });
});
