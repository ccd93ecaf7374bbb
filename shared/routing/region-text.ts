import { matchCity, matchCountyPrefix, splitPrefecture } from './region-match.ts';
import { tidyName } from './region-names.ts';
import { splitProvince } from './region-provinces.ts';
import { unknownRegion, type Region } from './region-result.ts';
import { regionTable, scopeOf, type Place } from './region-table.ts';
import { FORMER_PREFECTURES } from './renames.ts';
import { resolveRegion } from './regions.ts';

/** Longer texts are not addresses. */
const TEXT_CHARACTERS_MAX = 300;
/** What people paste before the address: a name and a telephone number. */
const BEFORE_CHARACTERS_MAX = 60;

/**
 * The administrative division of an address in one piece, as people paste it: 张三 13800138000 浙江省杭州市西湖区文三路90号.
 * A province has to be named, or a prefecture or county-level city whose whole name exists once in China.
 */
export function resolveRegionText(text: string): Region {
  const whole = tidyName(text).slice(0, TEXT_CHARACTERS_MAX);
  for (let start = 0; start < Math.min(whole.length, BEFORE_CHARACTERS_MAX); start += 1) {
    const address = whole.slice(start);
    const province = splitProvince(address);
    const region = province === undefined ? beginsWithCity(address) : afterProvince(province.province, province.rest);
    if (region !== undefined) return region;
  }
  return unknownRegion();
}

function afterProvince(province: Place, text: string): Region {
  const repeated = splitProvince(text);
  const isRepeated = splitPrefecture(text, province) === undefined && repeated?.province.code === province.code;
  const rest = (isRepeated ? repeated.rest : text).replace(NO_CITY, '');
  const former = FORMER_PREFECTURES.find((entry) => entry.province === province.code && entry.names.some((name) => rest.startsWith(name)));
  const formerName = former?.names.find((name) => rest.startsWith(name));
  const city = formerName === undefined ? splitPrefecture(rest, province) : undefined;
  const behind = formerName === undefined ? (city?.rest ?? rest) : rest.slice(formerName.length);
  const scope = scopeOf(city?.place.code ?? province.code);
  const county = scope === undefined ? undefined : matchCountyPrefix(scope, behind);
  const isNamed = county !== undefined && county.kind !== 'none';
  return resolveRegion({
    province: province.name,
    city: formerName ?? city?.place.name ?? '',
    district: isNamed ? behind.slice(0, behind.length - county.rest.length) : '',
    town: isNamed ? (TOWN.exec(county.rest)?.[0] ?? '') : '',
  });
}

/** What stands between a province and a county where there is no prefecture. */
const NO_CITY = /^(?:市辖区|(?:省|自治区)?直辖县级(?:行政区划|行政单位)?|城区(?=.+区)|县(?=.+县))/;
const TOWN = /^.{1,8}?(?:街道|镇|乡)/;

function beginsWithCity(text: string): Region | undefined {
  const [city] = CITY.exec(text) ?? [];
  const match = city === undefined ? undefined : matchCity(city, undefined);
  if (city === undefined || match === undefined) return undefined;
  const code = match.kind === 'prefecture' ? match.place.code : match.kind === 'county' && match.county.kind === 'one' ? match.county.place.code : '';
  const province = regionTable().places.get(`${code.slice(0, 2)}0000`);
  return province === undefined ? undefined : afterProvince(province, text);
}

const CITY = /^.{2,4}?市/;
