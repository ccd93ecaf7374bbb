/**
 * What the two packages do not know, by hand. Facts of the ministry's and the provinces' notices; points in GCJ-02.
 * The rename table (shared/routing/renames.ts) tells what became of the codes that are dropped here.
 */

/** The day up to which the patches were checked: it is the version of the table. */
export const TABLE_DATE = '2026-11';

/** 2025-11, Chongqing: 江北区 and 渝北区 became 两江新区. */
export const DROPPED: readonly string[] = ['500105', '500112'];

/** Development zones, towns and withdrawn counties that the package lists beside the official codes, by rule and by code. */
export const EXTRA: { readonly zoneTailMin: number; readonly childless: readonly string[]; readonly codes: readonly string[] } = {
  /** Tails from 71 up are development zones everywhere, except county-level cities (81 and up, named 市). */
  zoneTailMin: 71,
  /** Prefectures without counties; the package lists their towns. */
  childless: ['4419', '4420', '4604', '6202'],
  codes: ['232761', '232762', '232763', '232764', '320112', '320611', '321150', '350402', '370634', '632857'],
};

/** Counties founded after the package was made: 两江新区 (2025-11), 岑岭县 (2026-03), 草湖市 (2026-04). */
export const ADDED: Readonly<Record<string, string>> = { '500157': '两江新区', '653132': '岑岭县', '659013': '草湖市' };

/** Where the shapes (of about 2018) show the seat under another name: `prefecture/county` as the shapes call them. */
export const SEATS: Readonly<Record<string, string>> = {
  '130502': '邢台市/桥东区',
  '130503': '邢台市/桥西区',
  '130505': '邢台市/任县',
  '140213': '大同市/城区',
  '140214': '大同市/矿区',
  '140215': '大同市/大同县',
  '140403': '长治市/城区',
  '140404': '长治市/长治县',
  '220184': '四平市/公主岭市',
  '230717': '伊春市/伊春区',
  '230718': '伊春市/翠峦区',
  '230723': '伊春市/汤旺河区',
  '230724': '伊春市/新青区',
  '230725': '伊春市/带岭区',
  '230751': '伊春市/西林区',
  '340210': '芜湖市/芜湖县',
  '360404': '九江市/九江县',
  '361104': '上饶市/上饶县',
  '370116': '莱芜市/莱城区',
  '370117': '莱芜市/钢城区',
  '430212': '株洲市/株洲县',
  '500157': '重庆市/江北区',
  '511504': '宜宾市/宜宾县',
  '540602': '那曲地区/那曲县',
};

/** Typed by hand: absent from the shapes, or shown there without a label point. */
export const POINTS: Readonly<Record<string, readonly [lng: number, lat: number]>> = {
  '130902': [116.866, 38.314],
  '130903': [116.843, 38.284],
  '130921': [116.861, 38.27],
  '130922': [116.804, 38.583],
  '130923': [116.537, 37.888],
  '130924': [117.498, 38.143],
  '130925': [117.231, 38.058],
  '130926': [115.83, 38.423],
  '130927': [116.709, 38.043],
  '130928': [116.391, 37.628],
  '130929': [116.123, 38.19],
  '130930': [117.105, 38.057],
  '130981': [116.578, 38.083],
  '130982': [116.1, 38.711],
  '130983': [117.33, 38.371],
  '130984': [116.1, 38.447],
  '310151': [121.4, 31.62],
  '330110': [119.979, 30.274],
  '330114': [120.49, 30.32],
  '330113': [120.3, 30.42],
  '330383': [120.553, 27.578],
  '360113': [115.858, 28.698],
  '440311': [113.936, 22.749],
  '441900': [113.75, 23.02],
  '442000': [113.39, 22.52],
  '460302': [112.33, 16.83],
  '460303': [112.9, 9.55],
  '460400': [109.58, 19.52],
  '500154': [108.39, 31.16],
  '620200': [98.29, 39.77],
  '632803': [90.86, 38.25],
  '653132': [77.3, 36.9],
  '653228': [78.2, 36.0],
  '653229': [79.9, 35.5],
  '659010': [84.8, 44.8],
  '659011': [93.75, 42.8],
  '659012': [82.9, 46.9],
  '659013': [79.13, 39.92],
  '710000': [121.5, 25.05],
  '810000': [114.17, 22.28],
  '820000': [113.55, 22.19],
};
