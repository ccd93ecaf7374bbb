import { regionTable, type Place } from './region-table.ts';

export type RegionLevel = 'county' | 'prefecture' | 'province' | 'sar' | 'unknown' | 'ambiguous';
export type RegionStatus = 'current' | 'renamed' | 'moved' | 'zone' | 'prefecture' | 'province' | 'ambiguous' | 'sar' | 'unknown';

/**
 * Where an address lies. `code` is of the finest level that is certain, '' when none is; `candidates` are the codes
 * between which the names do not decide. The point is GCJ-02, the seat of that place.
 */
export interface Region {
  readonly code: string;
  readonly level: RegionLevel;
  readonly status: RegionStatus;
  readonly provinceCode: string;
  readonly names: { readonly province: string; readonly city: string; readonly district: string };
  readonly candidates?: readonly string[];
  readonly lng?: number;
  readonly lat?: number;
}

/** The most candidates worth showing to a person. */
const CANDIDATES_MAX = 10;
const NO_NAMES = { province: '', city: '', district: '' };

export function atCounty(place: Place, status: 'current' | 'renamed' | 'moved'): Region {
  return { code: place.code, level: 'county', status, ...whereabouts(place) };
}

/** A place above the county: a prefecture, a province or one of the three special regions. */
export function atPlace(place: Place, status: RegionStatus): Region {
  const level = status === 'sar' ? 'sar' : place.level;
  return { code: place.code, level, status, ...whereabouts(place) };
}

/** Undecided between candidates; the code is that of the place that contains them all, if one does. */
export function ambiguous(certain: Place | undefined, candidates: readonly Place[]): Region {
  const codes = [...new Set(candidates.map(({ code }) => code))].toSorted().slice(0, CANDIDATES_MAX);
  const where = certain === undefined ? { provinceCode: '', names: NO_NAMES } : whereabouts(certain);
  return { code: certain?.code ?? '', level: 'ambiguous', status: 'ambiguous', ...where, candidates: codes };
}

export function unknownRegion(): Region {
  return { code: '', level: 'unknown', status: 'unknown', provinceCode: '', names: NO_NAMES };
}

function whereabouts(place: Place): Pick<Region, 'provinceCode' | 'names' | 'lng' | 'lat'> {
  const { places } = regionTable();
  const provinceCode = `${place.code.slice(0, 2)}0000`;
  const province = places.get(provinceCode)?.name ?? '';
  const parent = place.level === 'county' ? places.get(place.parentCode) : place;
  const isMunicipality = province.endsWith('市');
  const city = parent?.level === 'prefecture' ? parent.name : isMunicipality ? province : '';
  const district = place.level === 'county' ? place.name : '';
  return { provinceCode, names: { province, city, district }, lng: place.lng, lat: place.lat };
}
