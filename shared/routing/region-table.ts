import { assert } from '../kernel/assert.ts';
import { countyStem, prefectureStem } from './region-names.ts';
import data from './regions.json' with { type: 'json' };

/** One place of the table of administrative divisions (GB/T 2260). Points are GCJ-02, in degrees. */
export interface Place {
  readonly code: string;
  readonly name: string;
  readonly level: 'province' | 'prefecture' | 'county';
  /** Code of the prefecture, or of the province for municipalities and counties directly under a province. */
  readonly parentCode: string;
  readonly lng: number;
  readonly lat: number;
}

/** The names that exist within a province or a prefecture: whole, and without what kind of place it is. */
export interface Scope {
  readonly place: Place;
  readonly counties: readonly Place[];
  readonly byName: ReadonlyMap<string, readonly Place[]>;
  readonly byStem: ReadonlyMap<string, readonly Place[]>;
}

export interface RegionTable {
  readonly places: ReadonlyMap<string, Place>;
  readonly prefecturesByName: ReadonlyMap<string, readonly Place[]>;
  readonly prefecturesByStem: ReadonlyMap<string, readonly Place[]>;
  /** The counties of a province or prefecture. */
  readonly countiesOf: ReadonlyMap<string, readonly Place[]>;
}

/** Which table a decision was made with; stored beside every decision. */
export const REGIONS_VERSION = data.version;

let loaded: RegionTable | undefined;

/** The table, decoded at the first call: 2,847 counties are not worth a cold start that routes nothing. */
export function regionTable(): RegionTable {
  loaded ??= indexPlaces(data.rows.flatMap(decodeRow));
  return loaded;
}

const CODE_DIGITS = 6;

/** `code name lng lat` in thousandths of a degree; counties follow their parent with the rest of their code. */
function decodeRow(row: string): Place[] {
  const places: Place[] = [];
  let prefix = '';
  for (const cell of row.split(';')) {
    const [head = '', lng, lat] = cell.split(' ');
    const [parent] = places;
    const code = prefix + head.slice(0, CODE_DIGITS - prefix.length);
    const name = head.slice(CODE_DIGITS - prefix.length);
    assert(name !== '' && lat !== undefined, 'a region row is damaged');
    const level = parent !== undefined ? 'county' : code.endsWith('0000') ? 'province' : 'prefecture';
    const parentCode = parent?.code ?? (level === 'province' ? '' : `${code.slice(0, 2)}0000`);
    places.push({ code, name, level, parentCode, lng: Number(lng) / 1_000, lat: Number(lat) / 1_000 });
    if (parent === undefined) prefix = code.slice(0, level === 'province' ? 2 : 4);
  }
  return places;
}

function indexPlaces(all: readonly Place[]): RegionTable {
  const countiesOf = new Map<string, Place[]>(all.filter(({ level }) => level !== 'county').map(({ code }) => [code, []]));
  for (const county of all) {
    if (county.level !== 'county') continue;
    const province = `${county.code.slice(0, 2)}0000`;
    countiesOf.get(province)?.push(county);
    if (county.parentCode !== province) countiesOf.get(county.parentCode)?.push(county);
  }
  const prefectures = all.filter(({ level }) => level === 'prefecture');
  return {
    places: new Map(all.map((place) => [place.code, place])),
    prefecturesByName: Map.groupBy(prefectures, ({ name }) => name),
    prefecturesByStem: Map.groupBy(prefectures, ({ name }) => prefectureStem(name)),
    countiesOf,
  };
}

let countiesByName: ReadonlyMap<string, readonly Place[]> | undefined;

/** Counties of this whole name in all of China. */
export function countiesNamed(name: string): readonly Place[] {
  countiesByName ??= Map.groupBy(
    [...regionTable().places.values()].filter(({ level }) => level === 'county'),
    (county) => county.name,
  );
  return countiesByName.get(name) ?? [];
}

const scopes = new Map<string, Scope>();

/** The counties of a province or prefecture by their names, indexed when first asked for. */
export function scopeOf(code: string): Scope | undefined {
  const { places, countiesOf } = regionTable();
  const [place, counties] = [places.get(code), countiesOf.get(code)];
  if (place === undefined || counties === undefined) return undefined;
  const known = scopes.get(code);
  if (known !== undefined) return known;
  const scope = {
    place,
    counties,
    byName: Map.groupBy(counties, ({ name }) => name),
    byStem: Map.groupBy(counties, ({ name }) => countyStem(name).stem),
  };
  scopes.set(code, scope);
  return scope;
}
