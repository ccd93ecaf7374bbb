import { countyStem, prefectureStem, type Rank } from './region-names.ts';
import { countiesNamed, regionTable, scopeOf, type Place, type Scope } from './region-table.ts';
import { ALIASES, FORMER_PREFECTURES, RENAMES, type FormerPrefecture, type Rename } from './renames.ts';

/**
 * One slot of an address against the table. `old` is set when the name is no longer current (key of MOVED_TOWNS);
 * `rest` is what the slot held beyond the name.
 */
export type CountyMatch =
  | { readonly kind: 'one'; readonly place: Place; readonly renamed: boolean; readonly old?: string; readonly rest: string }
  | { readonly kind: 'several'; readonly places: readonly Place[]; readonly old?: string; readonly rest: string }
  | { readonly kind: 'none' };

export type CityMatch =
  | { readonly kind: 'none' | 'unknown' }
  | { readonly kind: 'prefecture'; readonly place: Place; readonly rest: string }
  | { readonly kind: 'former'; readonly former: FormerPrefecture }
  | { readonly kind: 'county'; readonly county: Exclude<CountyMatch, { kind: 'none' }> }
  | { readonly kind: 'elsewhere'; readonly places: readonly Place[] };

const NONE = { kind: 'none' } as const;
/** A stem of one character (城区, 沙县) says too little without what kind of place it is. */
const STEM_CHARACTERS_MIN = 2;
const RANK_ORDER: Readonly<Record<Rank, number>> = { none: 0, county: 1, city: 2, district: 3 };
const TOWN_KIND_ONLY = /^(?:街道|街道办|街道办事处|镇|乡)$/;
const COUNTY_KIND = /[县区市旗]$/;
const PLACEHOLDER = new RegExp(
  `^(?:${[
    '市辖区|市区|城区|郊区|区|县|市|郊县|县级市',
    '(?:省|自治区)?直[辖管](?:县|市|县级|县级市|市县|县市|县级行政区划?|县级行政单位|行政单位|行政区划)?|行政区划',
    '其[它他](?:区|县|市|区县|地区)?|全境|全区|全市',
    '无|未知|暂无|不限|null|undefined|none',
  ].join('|')})$`,
  'i',
);
const MUNICIPAL_PLACEHOLDER = /^(?:北京|天津|上海|重庆)市?(?:市辖区|城区|郊区|郊县|市区|县|区|辖县|辖区)$/;
const DIVISION = /^(?:新疆)?(?:生产建设)?(?:兵团)?第?[一二三四五六七八九十]+师/;

const [renamesByScope, renamesByScopeStem, renamesByProvince, renamesByName] = [
  Map.groupBy(RENAMES, ([, , scope, old]) => `${scope}/${old}`),
  Map.groupBy(RENAMES, ([, , scope, old]) => `${scope}/${countyStem(old).stem}`),
  Map.groupBy(RENAMES, ([, , scope, old]) => `${scope.slice(0, 2)}0000/${old}`),
  Map.groupBy(RENAMES, ([, , , old]) => old),
] as const;

/** True for what channels write where a level does not exist: 市辖区, 省直辖县级行政区划, 其它区, 天津城区, 第八师. */
export function isPlaceholder(text: string): boolean {
  return text === '' || PLACEHOLDER.test(text) || MUNICIPAL_PLACEHOLDER.test(text) || text.replace(DIVISION, '') === '';
}

/** A county by its name within a province or prefecture: the whole name, then old names, then the stem. */
export function matchCounty(scope: Scope, text: string): CountyMatch {
  return matchWholeCounty(scope, text) ?? matchCountyStem(scope, text) ?? NONE;
}

function matchWholeCounty(scope: Scope, text: string): CountyMatch | undefined {
  const exact = scope.byName.get(text) ?? scope.byName.get(ALIASES[text] ?? '');
  if (exact !== undefined) return fromPlaces(exact, {});
  const { code, level } = scope.place;
  const renames = (level === 'province' ? renamesByProvince : renamesByScope).get(`${code}/${text}`);
  return renames === undefined ? undefined : fromRenames(renames);
}

function matchCountyStem(scope: Scope, text: string): CountyMatch | undefined {
  const { stem, rank } = countyStem(text);
  if (stem.length < STEM_CHARACTERS_MIN) return undefined;
  if (rank === 'none' && stem === prefectureStem(scope.place.name)) return undefined;
  const places = scope.byStem.get(stem)?.filter((place) => rankOf(place) >= RANK_ORDER[rank]) ?? [];
  const same = places.filter((place) => rankOf(place) === RANK_ORDER[rank]);
  if (same.length > 0) return fromPlaces(same, {});
  if (places.length > 0) return fromPlaces(places, rank === 'none' ? {} : { renamed: true });
  const renames = rank === 'none' ? renamesByScopeStem.get(`${scope.place.code}/${stem}`) : undefined;
  return renames === undefined ? undefined : fromRenames(renames);
}

function rankOf(place: Place): number {
  return RANK_ORDER[countyStem(place.name).rank];
}

/** A county with whose name the text begins, present or old; the longest wins: 西湖区北山街道. */
export function matchCountyPrefix(scope: Scope, text: string): CountyMatch {
  for (let length = text.length - 1; length >= STEM_CHARACTERS_MIN; length -= 1) {
    const rest = text.slice(length);
    if (TOWN_KIND_ONLY.test(rest)) continue;
    const head = text.slice(0, length);
    if (head === scope.place.name) continue;
    const match = matchWholeCounty(scope, head) ?? (COUNTY_KIND.test(head) ? matchCountyStem(scope, head) : undefined);
    if (match !== undefined && match.kind !== 'none') return { ...match, rest };
  }
  return NONE;
}

/** A county by its whole name in all of China, present and old names together: never a guess between provinces. */
export function matchAnywhere(text: string): CountyMatch {
  const present = countiesNamed(text);
  const renames = renamesByName.get(text) ?? [];
  if (renames.length === 0) return fromPlaces(present, {});
  if (present.length === 0) return fromRenames(renames);
  return fromPlaces([...new Set([...present, ...successors(renames)])], {});
}

/** What stands in the city slot. Without a province the whole of China is searched, and only a single hit counts. */
export function matchCity(text: string, province: Place | undefined): CityMatch {
  if (isPlaceholder(text)) return NONE;
  const city = text.replace(DIVISION, '');
  const prefecture = findPrefecture(city, province, regionTable().prefecturesByName);
  if (prefecture !== undefined) return { kind: 'prefecture', place: prefecture, rest: '' };
  const county = matchCityCounty(city, province, 'whole');
  if (county !== undefined) return county;
  const former = FORMER_PREFECTURES.find((entry) => entry.names.includes(city) && inProvince(entry.province, province));
  if (former !== undefined) return { kind: 'former', former };
  const short = findPrefecture(prefectureStem(city), province, regionTable().prefecturesByStem);
  if (short !== undefined && city !== `${province?.name}`) return { kind: 'prefecture', place: short, rest: '' };
  return matchCityCounty(city, province, 'stem') ?? splitPrefecture(city, province) ?? elsewhere(city);
}

/** The prefecture that the code once was, when a county in the city slot bears the name of one: 巢湖市. */
export function formerPrefecture(text: string, province: Place | undefined): FormerPrefecture | undefined {
  return FORMER_PREFECTURES.find((entry) => entry.names.includes(text) && inProvince(entry.province, province));
}

/** A text that begins with a prefecture's name: 杭州市西湖区. */
export function splitPrefecture(text: string, province: Place | undefined): Extract<CityMatch, { kind: 'prefecture' }> | undefined {
  for (let length = text.length - 1; length >= STEM_CHARACTERS_MIN; length -= 1) {
    const head = text.slice(0, length);
    const table = regionTable();
    const place = findPrefecture(head, province, table.prefecturesByName) ?? findPrefecture(prefectureStem(head), province, table.prefecturesByStem);
    if (place !== undefined) return { kind: 'prefecture', place, rest: text.slice(length) };
  }
  return undefined;
}

function findPrefecture(text: string, province: Place | undefined, index: ReadonlyMap<string, readonly Place[]>): Place | undefined {
  const places = index.get(ALIASES[text] ?? text)?.filter(({ parentCode }) => inProvince(parentCode, province)) ?? [];
  return places.length === 1 ? places[0] : undefined;
}

function matchCityCounty(text: string, province: Place | undefined, how: 'whole' | 'stem'): CityMatch | undefined {
  const scope = province === undefined ? undefined : scopeOf(province.code);
  const whole = scope === undefined ? matchAnywhere(text) : matchWholeCounty(scope, text);
  const match = how === 'whole' ? whole : scope === undefined ? undefined : (matchCountyStem(scope, text) ?? matchCountyPrefix(scope, text));
  return match === undefined || match.kind === 'none' ? undefined : { kind: 'county', county: match };
}

/** A name that exists, though not in this province: the fields contradict each other. */
function elsewhere(text: string): CityMatch {
  const { prefecturesByName } = regionTable();
  const places = [...(prefecturesByName.get(text) ?? []), ...countiesNamed(text)];
  return places.length === 0 ? { kind: 'unknown' } : { kind: 'elsewhere', places };
}

function inProvince(code: string, province: Place | undefined): boolean {
  return province === undefined || code === province.code;
}

function fromRenames(renames: readonly Rename[]): CountyMatch {
  const [first] = renames;
  const old = renames.length === 1 && first !== undefined ? { old: `${first[2]}/${first[3]}` } : {};
  return fromPlaces(successors(renames), { renamed: true, ...old });
}

function successors(renames: readonly Rename[]): Place[] {
  return renames.flatMap(([, , , , to]) => to).flatMap((code) => regionTable().places.get(code) ?? []);
}

function fromPlaces(places: readonly Place[], how: { renamed?: boolean; old?: string }): CountyMatch {
  const [place] = places;
  const old = how.old === undefined ? {} : { old: how.old };
  if (place === undefined) return NONE;
  if (places.length > 1) return { kind: 'several', places, ...old, rest: '' };
  return { kind: 'one', place, renamed: how.renamed ?? false, ...old, rest: '' };
}
