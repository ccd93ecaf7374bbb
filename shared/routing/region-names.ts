/** Names of places as channels and people spell them, brought to one form. Pure text; knows no codes. */

/** Ethnic groups as they stand in names of autonomous places; in AUTONOMOUS also the five that drop the 族. */
const PEOPLES = `(?:${[
  '土家|布依|景颇|哈尼|傈僳|普米|纳西|独龙|基诺|拉祜|布朗|达斡尔|鄂温克|鄂伦春|锡伯|柯尔克孜|塔吉克|乌孜别克|塔塔尔|俄罗斯',
  '东乡|保安|撒拉|裕固|仡佬|毛南|仫佬|朝鲜|各|蒙古|哈萨克|维吾尔|高山|阿昌|德昂|门巴|珞巴|赫哲',
  '回|藏|苗|彝|壮|满|侗|瑶|白|傣|黎|畲|水|土|羌|佤|怒|京',
].join('|')})族`;
const AUTONOMOUS = new RegExp(`^(.+?)(?:${PEOPLES}|蒙古|哈萨克|柯尔克孜|塔吉克|锡伯)*(?:自治[州县旗]|[州县旗区])$`);
const NOISE = /[\s\p{P}\p{S}\p{Cf}]+/gu;

/** Traditional characters that occur in names of Hong Kong, Macau, Taiwan and in the words around them. */
const TRADITIONAL = '灣臺門區縣鄉鎮華東廣國陽雲蘭龍嶼衛當觀離島黃頭貢樹連義壢豐鳳';
const SIMPLIFIED = '湾台门区县乡镇华东广国阳云兰龙屿卫当观离岛黄头贡树连义坜丰凤';
const SIMPLER = new Map(Array.from(TRADITIONAL, (character, index) => [character, SIMPLIFIED[index] ?? character]));
const TRADITIONAL_CHARACTER = new RegExp(`[${TRADITIONAL}]`, 'gu');

/** Chinese characters only and none of the traditional ones: what channels send nearly always. */
const PLAIN = new RegExp(`^(?![^]*[${TRADITIONAL}])[\\u4e00-\\u9fff]*$`);

/** Half width, without blanks and punctuation, in simplified characters. */
export function tidyName(text: string): string {
  if (PLAIN.test(text)) return text;
  const plain = text.normalize('NFKC').replace(NOISE, '');
  return plain.replace(TRADITIONAL_CHARACTER, (character) => SIMPLER.get(character) ?? character);
}

/** How a county rose over time: a name typed with a lower rank may be the present place of a higher one. */
export type Rank = 'none' | 'county' | 'city' | 'district';

const DISTRICT = /^(.{2,}?)(?:林区|特区|矿区|新区)$|^(.+)区$/;

/** A county's name without what kind of county it is: 双江拉祜族佤族布朗族傣族自治县 → 双江. */
export function countyStem(name: string): { readonly stem: string; readonly rank: Rank } {
  const bare = /自治|族/.test(name) ? AUTONOMOUS.exec(name)?.[1]?.replace(/族$/, '') : undefined;
  switch (name.at(-1)) {
    case '县':
    case '旗':
      return { stem: bare ?? name.slice(0, -1), rank: 'county' };
    case '市':
      return { stem: name.slice(0, -1), rank: 'city' };
    case '区': {
      const [, special, plain] = DISTRICT.exec(name) ?? [];
      return { stem: bare ?? special ?? plain ?? name, rank: 'district' };
    }
    default:
      return { stem: name, rank: 'none' };
  }
}

/** A prefecture's name without its kind: 恩施土家族苗族自治州 → 恩施, 锡林郭勒盟 → 锡林郭勒, 大兴安岭地区 → 大兴安岭. */
export function prefectureStem(name: string): string {
  const autonomous = AUTONOMOUS.exec(name)?.[1];
  if (autonomous !== undefined && name.endsWith('州') && (name.endsWith('自治州') || name.length > 2)) return autonomous;
  return name.replace(/(?:地区|市|盟)$/, '');
}

/** A town's name without its kind: 下沙街道办事处 → 下沙. */
export function townStem(name: string): string {
  return name.replace(/(?:街道办事处|街道办|街道|地区办事处|镇|乡)$/, '');
}
