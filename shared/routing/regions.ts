import { never } from '../kernel/assert.ts';
import { isPlaceholder, formerPrefecture, matchAnywhere, matchCity, matchCounty, matchCountyPrefix, splitPrefecture } from './region-match.ts';
import type { CityMatch, CountyMatch } from './region-match.ts';
import { tidyName, townStem } from './region-names.ts';
import { isMunicipality, matchProvince, saysNothing, specialRegion, splitProvince } from './region-provinces.ts';
import { ambiguous, atCounty, atPlace, unknownRegion, type Region } from './region-result.ts';
import { countiesNamed, regionTable, scopeOf, type Place, type Scope } from './region-table.ts';
import { MOVED_TOWNS, type FormerPrefecture } from './renames.ts';

export type { Region } from './region-result.ts';

/** An address's names as a channel or a person gives them. */
export interface RegionFields {
  readonly province: string;
  readonly city: string;
  readonly district: string;
  readonly town?: string | undefined;
}

interface Slots {
  readonly province: Place | undefined;
  readonly city: string;
  readonly district: string;
  readonly town: string;
}

/** Areas with an administration of their own that are no county: they fall back to the prefecture. */
const ZONE = new RegExp(
  `(?:${[
    '(?:开发|高新|高新技术|经开|工业|示范|管理|保税|度假|试验|实验|合作|自贸|物流|港|矿|林|垦|园|新)区',
    '风景名?胜?区|新城|管委会|管理委员会|农场|林业局|油田',
  ].join('|')})$`,
);

/**
 * The administrative division that an address's names mean today. Never a guess: what the names do not settle comes back
 * as `ambiguous` or `unknown`, with the prefecture's or province's code where that much is certain.
 */
export function resolveRegion(fields: RegionFields): Region {
  const [province, city, district, town] = [fields.province, fields.city, fields.district, fields.town ?? ''].map(tidyName);
  if (province === undefined || city === undefined || district === undefined || town === undefined) return unknownRegion();
  const special = specialRegion(province, city) ?? (city === '' ? specialRegion(province, district) : undefined);
  if (special !== undefined) return atPlace(special, 'sar');
  return resolveSlots(readProvince({ province, city, district, town }));
}

/** Sorts out the province slot: a province, a province with more behind it, a city one slot too high, or nothing. */
function readProvince(typed: Record<'province' | 'city' | 'district' | 'town', string>): Slots {
  const { city, district, town } = typed;
  const text = typed.province.replace(/^中国/, '');
  const province = matchProvince(text);
  if (province !== undefined) return { province, city, district, town };
  if (saysNothing(text)) return readProvinceFromCity({ province: undefined, city, district, town });
  const asCity = matchCity(text, undefined);
  if (asCity.kind === 'prefecture' || asCity.kind === 'county') return shiftUp(text, { province: undefined, city, district, town });
  const split = splitProvince(text);
  if (split === undefined) return { province: undefined, city, district, town };
  return city === '' ? { province: split.province, city: split.rest, district, town } : { province: split.province, city, district, town };
}

/** The city stands in the province slot, so each following slot may stand one too high as well. */
function shiftUp(text: string, slots: Slots): Slots {
  if (slots.city === '' || slots.city === text) return { ...slots, city: text };
  return slots.district === '' ? { ...slots, city: text, district: slots.city } : { ...slots, city: text, district: slots.city, town: slots.district };
}

function readProvinceFromCity(slots: Slots): Slots {
  const province = matchProvince(slots.city);
  if (province !== undefined) {
    // 海南 alone may also be 海南州 of Qinghai: only a province that no prefecture of another one is called after counts.
    const asCity = matchCity(slots.city, undefined);
    const clash = asCity.kind === 'prefecture' && asCity.place.parentCode !== province.code;
    return clash ? { ...slots, city: '' } : { ...slots, province, city: isMunicipality(province) ? '' : slots.city };
  }
  const split = matchCity(slots.city, undefined).kind === 'unknown' ? splitProvince(slots.city) : undefined;
  return split === undefined ? slots : { ...slots, province: split.province, city: split.rest };
}

function resolveSlots(slots: Slots): Region {
  const city = cityOf(slots);
  switch (city.kind) {
    case 'none':
      return slots.province === undefined ? resolveAnywhere(slots) : resolveWithin(slots.province, slots);
    case 'prefecture': {
      const region = resolveWithin(city.place, city.rest !== '' && isPlaceholder(slots.district) ? { ...slots, district: city.rest } : slots);
      const namesakes = slots.province === undefined && region.level !== 'county' ? namesakesOf(city.place, slots.city) : [];
      return namesakes.length === 0 ? region : ambiguous(undefined, [city.place, ...namesakes]);
    }
    case 'former':
      return resolveFormer(city.former, slots);
    case 'county':
      return resolveUnderCounty(city.county, slots);
    case 'elsewhere':
      return ambiguous(undefined, city.places);
    case 'unknown':
      return resolveBesideUnknownCity(slots);
    default:
      return never(city);
  }
}

/** Counties elsewhere that a prefecture's short name may mean as well, when no province is given: 朝阳, 兴安. */
function namesakesOf(prefecture: Place, text: string): Place[] {
  if (text.startsWith(prefecture.name)) return [];
  const counties = ['县', '区', '市'].flatMap((kind) => countiesNamed(`${text}${kind}`));
  return counties.filter((county) => provinceOf(county).code !== prefecture.parentCode);
}

/** The city slot, cleared of a repeated province: 北京/北京市, 江苏省/江苏省苏州市. */
function cityOf({ province, city }: Slots): CityMatch {
  const repeated = matchProvince(city);
  if (province !== undefined && repeated !== undefined) {
    if (repeated.code === province.code) {
      const namesake = isMunicipality(province) ? undefined : matchCity(city, province);
      return namesake?.kind === 'prefecture' && city !== province.name ? namesake : { kind: 'none' };
    }
    const inside = matchCity(city, province);
    return inside.kind === 'prefecture' ? inside : { kind: 'elsewhere', places: [province, repeated] };
  }
  const match = matchCity(city, province);
  if (match.kind !== 'unknown') return match;
  const split = splitProvince(city);
  return split === undefined || split.province.code !== province?.code ? match : matchCity(split.rest, province);
}

/** A district within a province or prefecture that is certain. */
function resolveWithin(place: Place, slots: Slots): Region {
  const scope = scopeOf(place.code);
  if (scope === undefined) return unknownRegion();
  const district = isPlaceholder(slots.district) && matchCounty(scope, slots.district).kind === 'none' ? '' : slots.district;
  if (district !== '' && district !== place.name && district !== slots.city) {
    const match = findCounty(scope, district);
    if (match.kind !== 'none') return settle(match, { ...slots, town: match.rest === '' ? slots.town : match.rest });
  }
  if (district === place.name && slots.city.endsWith('地区')) {
    // 铜仁地区/铜仁市: the city under the old prefecture, which had the name that the prefecture has now.
    const match = matchCounty(scope, district);
    if (match.kind !== 'none') return settle(match, slots);
  }
  if (district === '' && slots.town !== '') {
    const match = findWhole(scope, slots.town);
    if (match.kind !== 'none') return settle(match, { ...slots, town: match.rest });
  }
  return withoutCounty(scope, district, slots);
}

/** No county of this place bears the name: a zone, a town in the district slot, a prefecture, or a contradiction. */
function withoutCounty(scope: Scope, district: string, slots: Slots): Region {
  const { place } = scope;
  if (scope.counties.length === 0) return atPlace(place, 'current');
  if (place.level === 'province' && district !== '') {
    const city = matchCity(district, place);
    if (city.kind === 'prefecture' && district !== slots.city) return resolveWithin(city.place, { ...slots, city: district, district: city.rest });
  }
  const other = slots.province === undefined ? countiesNamed(district) : elsewhereInProvince(place, district);
  if (other.length > 0) return ambiguous(commonPlace([...other, place]), [...other, place]);
  if (ZONE.test(district)) return atPlace(place, 'zone');
  return atPlace(place, place.level === 'province' ? 'province' : 'prefecture');
}

function elsewhereInProvince(place: Place, district: string): readonly Place[] {
  if (place.level === 'province') return [];
  const { prefecturesByName } = regionTable();
  const prefectures = prefecturesByName.get(district)?.filter(({ code, parentCode }) => parentCode === place.parentCode && code !== place.code);
  return [...(scopeOf(provinceOf(place).code)?.byName.get(district) ?? []), ...(prefectures ?? [])];
}

/** A county by name, else by the beginning of the text, else behind repeated names of province and city. */
function findCounty(scope: Scope, text: string): CountyMatch {
  return firstMatch(withParentsRemoved(scope.place, text), (rest) => [matchCounty(scope, rest), matchCountyPrefix(scope, rest)]);
}

/** As `findCounty`, with whole names only: for slots that normally hold something else. */
function findWhole(scope: Scope, text: string): CountyMatch {
  return firstMatch(withParentsRemoved(scope.place, text), (rest) => {
    const [place, second] = scope.byName.get(rest) ?? [];
    const isOne = place !== undefined && second === undefined;
    return [isOne ? { kind: 'one', place, renamed: false, rest: '' } : { kind: 'none' }, matchCountyPrefix(scope, rest)];
  });
}

function firstMatch(texts: readonly string[], matches: (text: string) => readonly CountyMatch[]): CountyMatch {
  for (const text of texts) {
    const match = matches(text).find(({ kind }) => kind !== 'none');
    if (match !== undefined) return match;
  }
  return { kind: 'none' };
}

/** The text as it is, without the city before it, and without province and city: 吉林市昌邑区, 浙江省杭州市西湖区. */
function withParentsRemoved(place: Place, text: string): string[] {
  const province = provinceOf(place);
  const split = splitProvince(text);
  const behindProvince = split?.province.code === province.code ? split.rest : '';
  const behindCity = [text, behindProvince].map((head) => {
    const city = head === '' ? undefined : splitPrefecture(head, province);
    return city?.place.code === place.code || place.level === 'province' ? (city?.rest ?? '') : '';
  });
  return [...new Set([text, ...behindCity, behindProvince])].filter((rest) => rest.length > 1);
}

/** The city slot holds a county (昆山市, 仙桃市, 石河子市); the district slot then holds a town, or says it again. */
function resolveUnderCounty(county: Extract<CityMatch, { kind: 'county' }>['county'], slots: Slots): Region {
  if (county.kind === 'several') return settle(county, { ...slots, town: slots.district });
  const isRepeated = isPlaceholder(slots.district) || slots.district === slots.city || slots.district === county.place.name;
  if (isRepeated) return settle(county, { ...slots, town: slots.town === '' ? county.rest : slots.town });
  const former = formerPrefecture(slots.city, slots.province);
  const region = former === undefined ? undefined : resolveFormer(former, slots);
  if (region?.level === 'county') return region;
  const others = scopeOf(provinceOf(county.place).code)?.byName.get(slots.district) ?? [];
  if (others.length > 0) return ambiguous(commonPlace([county.place, ...others]), [county.place, ...others]);
  return settle(county, { ...slots, town: slots.district });
}

/** A prefecture that is gone, or an area that is none: its counties are looked for where they lie now. */
function resolveFormer(former: FormerPrefecture, slots: Slots): Region {
  const within = former.within.flatMap((code) => scopeOf(code) ?? []);
  const province = scopeOf(former.province);
  if (!isPlaceholder(slots.district)) {
    const inside = within.map((scope) => matchCounty(scope, slots.district)).filter(({ kind }) => kind !== 'none');
    const [match, second] = inside.length > 0 || province === undefined ? inside : [matchCounty(province, slots.district)];
    if (match?.kind === 'one' && second === undefined) return settle(former.code === '' ? match : { ...match, renamed: true }, slots);
  }
  const [only, other] = within.map(({ place }) => place);
  if (only === undefined || other !== undefined) return ambiguous(province?.place, within.map(({ place }) => place));
  return atPlace(only, former.names.some((name) => ZONE.test(name)) ? 'zone' : 'prefecture');
}

/** The city is no name we know. A whole county name that is single in the province still settles it. */
function resolveBesideUnknownCity(slots: Slots): Region {
  const scope = slots.province === undefined ? undefined : scopeOf(slots.province.code);
  if (scope === undefined) return resolveAnywhere(slots);
  const match = isPlaceholder(slots.district) ? { kind: 'none' as const } : findWhole(scope, slots.district);
  if (match.kind !== 'none') return settle(match, { ...slots, town: match.rest === '' ? slots.town : match.rest });
  return atPlace(scope.place, ZONE.test(slots.city) || ZONE.test(slots.district) ? 'zone' : 'province');
}

/** No province and no city: a whole county name that exists once in China, or a text that begins with a prefecture. */
function resolveAnywhere(slots: Slots): Region {
  if (isPlaceholder(slots.district)) return unknownRegion();
  const match = matchAnywhere(slots.district);
  if (match.kind !== 'none') return settle(match, slots);
  const province = matchProvince(slots.district) === undefined ? splitProvince(slots.district) : undefined;
  if (province !== undefined) return resolveSlots({ ...slots, province: province.province, district: province.rest });
  const city = matchCity(slots.district, undefined);
  const isWhole = city.kind === 'prefecture' && slots.district.startsWith(city.place.name);
  return isWhole ? resolveWithin(city.place, { ...slots, city: city.place.name, district: city.rest }) : unknownRegion();
}

/** A match to a region, once the town has had its say. */
function settle(match: CountyMatch, slots: Slots): Region {
  if (match.kind === 'none') return unknownRegion();
  const key = match.old ?? (match.kind === 'one' ? match.place.code : '');
  const moved = regionTable().places.get(movedTo(key, slots.town) ?? '');
  if (moved !== undefined) return atCounty(moved, 'moved');
  if (match.kind === 'several') return ambiguous(commonPlace(match.places), match.places);
  return atCounty(match.place, match.renamed ? 'renamed' : 'current');
}

function movedTo(key: string, town: string): string | undefined {
  const stem = townStem(town);
  if (stem === '') return undefined;
  return Object.entries(MOVED_TOWNS[key] ?? {}).find(([, towns]) => towns.split(' ').includes(stem))?.[0];
}

/** The prefecture or province that all candidates share. */
function commonPlace(places: readonly Place[]): Place | undefined {
  const { places: table } = regionTable();
  const [first] = places;
  if (first === undefined) return undefined;
  const parents = [first.parentCode, provinceOf(first).code];
  const shared = parents.find((code) => places.every((place) => place.parentCode === code || provinceOf(place).code === code));
  return table.get(shared ?? '');
}

function provinceOf(place: Place): Place {
  return regionTable().places.get(`${place.code.slice(0, 2)}0000`) ?? place;
}
