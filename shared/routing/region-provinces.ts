import { regionTable, type Place } from './region-table.ts';

/** The province slot: 31 provinces in every usual spelling, and the three regions that have rules of their own. */

const SPECIAL: readonly (readonly [code: string, names: RegExp])[] = [
  ['810000', /^(?:中国)?(?:香港|hongkong|hk$)|^(?:九龙|九龙半岛|九龙城区|新界|港岛|油尖旺区|深水[埗埔]区|葵青区)$/i],
  ['820000', /^(?:中国)?(?:澳门|macau|macao)|^(?:氹仔|路环|路氹|路氹填海区|花地玛堂区)$/i],
  [
    '710000',
    // 连江县 and 金门县 are missing: Fujian has counties of these names.
    /^(?:中国)?(?:台湾|taiwan)|^(?:台北|台中|台南|高雄)市?$|^(?:新北|桃园|基隆|新竹|嘉义)市$|^(?:新竹|嘉义|宜兰|苗栗|彰化|南投|云林|屏东|台东|花莲|澎湖)县$/i,
  ],
];
const NO_PROVINCE = /^(?:港澳台|港澳台地区|海外|中国|中华人民共和国|china|cn)?$/i;
const KIND = /(?:维吾尔自治区|壮族自治区|回族自治区|自治区|特别行政区|省|市)$/;
/** 兵团 is a province to some platforms, on land of Xinjiang. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  新疆生产建设兵团: '650000',
  新疆建设兵团: '650000',
  新疆兵团: '650000',
  生产建设兵团: '650000',
  兵团: '650000',
  内蒙: '150000',
  宁夏回族: '640000',
  广西壮族: '450000',
  新疆维吾尔: '650000',
};

let provinces: ReadonlyMap<string, string> | undefined;

function provinceNames(): ReadonlyMap<string, string> {
  provinces ??= new Map(
    [...regionTable().places.values()]
      .filter(({ level }) => level === 'province')
      .flatMap(({ code, name }) => {
        const short = name.replace(KIND, '');
        return [name, short, `${short}省`, `${short}自治区`].map((spelling): [string, string] => [spelling, code]);
      })
      .concat(Object.entries(OTHER_NAMES)),
  );
  return provinces;
}

/** The province that the whole text names. */
export function matchProvince(text: string): Place | undefined {
  return regionTable().places.get(provinceNames().get(text) ?? '');
}

/** A province's name at the beginning of a text, the longest one, with what follows: 江苏省苏州市. */
export function splitProvince(text: string): { readonly province: Place; readonly rest: string } | undefined {
  for (let length = Math.min(text.length, 11); length >= 2; length -= 1) {
    const province = matchProvince(text.slice(0, length));
    if (province !== undefined) return { province, rest: text.slice(length) };
  }
  return undefined;
}

export function isMunicipality(province: Place): boolean {
  return province.name.endsWith('市');
}

/**
 * Hong Kong, Macau or Taiwan: named in the province slot, or in the city slot where the province says nothing.
 * 台州 and 金门 streets inside other provinces never reach here, because their province slot is filled.
 */
export function specialRegion(province: string, city: string): Place | undefined {
  const text = NO_PROVINCE.test(province) ? city : province;
  const code = SPECIAL.find(([, names]) => names.test(text))?.[0];
  return code === undefined || text === '' ? undefined : regionTable().places.get(code);
}

export function saysNothing(province: string): boolean {
  return NO_PROVINCE.test(province);
}
