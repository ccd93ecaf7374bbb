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
  readonly scopes: ReadonlyMap<string, Scope>;
  readonly prefecturesByName: ReadonlyMap<string, readonly Place[]>;
  readonly prefecturesByStem: ReadonlyMap<string, readonly Place[]>;
  readonly countiesByName: ReadonlyMap<string, readonly Place[]>;
}

/** Which table a decision was made with; stored beside every decision. */
export const REGIONS_VERSION = data.version;

let loaded: RegionTable | undefined;

/** The table, decoded at the first call: 2,847 counties are not worth a cold start that routes nothing. */
export function regionTable(): RegionTable {
  loaded ??= indexPlaces(data.rows.flatMap(decodeRow));
  return loaded;
}

const CELL = /^(\d+)(\D+) (\d+) (\d+)$/;

/** `code name lng lat` in thousandths of a degree; counties follow their parent with the rest of their code. */
function decodeRow(row: string): Place[] {
  const places: Place[] = [];
  let prefix = '';
  for (const cell of row.split(';')) {
    const [, digits = '', name = '', lng, lat] = CELL.exec(cell) ?? [];
    const [parent] = places;
    const code = prefix + digits;
    assert(code.length === 6, 'a region row is damaged');
    const level = parent !== undefined ? 'county' : code.endsWith('0000') ? 'province' : 'prefecture';
    const parentCode = parent?.code ?? (level === 'province' ? '' : `${code.slice(0, 2)}0000`);
    places.push({ code, name, level, parentCode, lng: Number(lng) / 1_000, lat: Number(lat) / 1_000 });
    if (parent === undefined) prefix = code.slice(0, level === 'province' ? 2 : 4);
  }
  return places;
}

function indexPlaces(all: readonly Place[]): RegionTable {
  const places = new Map(all.map((place) => [place.code, place]));
  const countiesOf = new Map<string, Place[]>(all.filter(({ level }) => level !== 'county').map(({ code }) => [code, []]));
  const stems = new Map<string, string>();
  for (const place of all) {
    if (place.level !== 'county') continue;
    const province = `${place.code.slice(0, 2)}0000`;
    countiesOf.get(province)?.push(place);
    if (place.parentCode !== province) countiesOf.get(place.parentCode)?.push(place);
    stems.set(place.code, countyStem(place.name).stem);
  }
  const scopes = new Map<string, Scope>();
  for (const [code, counties] of countiesOf) {
    const place = places.get(code);
    assert(place, 'a county has no parent');
    const byStem = groupBy(counties, (county) => stems.get(county.code) ?? county.name);
    scopes.set(code, { place, counties, byName: groupBy(counties, ({ name }) => name), byStem });
  }
  const prefectures = all.filter(({ level }) => level === 'prefecture');
  return {
    places,
    scopes,
    prefecturesByName: groupBy(prefectures, ({ name }) => name),
    prefecturesByStem: groupBy(prefectures, ({ name }) => prefectureStem(name)),
    countiesByName: groupBy(all.filter(({ level }) => level === 'county'), ({ name }) => name),
  };
}

function groupBy(places: readonly Place[], key: (place: Place) => string): ReadonlyMap<string, readonly Place[]> {
  return Map.groupBy(places, key);
}
