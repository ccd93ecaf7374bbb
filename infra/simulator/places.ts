import type { PlatformChannel } from '../../shared/kernel/channel-order.ts';

/** A real place as the official table writes it. `city` is empty where a county stands directly under its province. */
export interface Place {
  readonly province: string;
  readonly city: string;
  readonly district: string;
  readonly town: string;
  /** GB/T 2260, of the district. */
  readonly code: string;
}

/** Region names in the slots of one channel, as that channel spells them. */
export interface Spelling {
  readonly province: string;
  readonly city: string;
  readonly district: string;
  readonly town: string;
}

/** `province city district town code`, one place a line; `-` stands for an empty slot. */
const TABLE = `
浙江省 杭州市 滨江区 长河街道 330108
浙江省 杭州市 西湖区 北山街道 330106
浙江省 嘉兴市 南湖区 新兴街道 330402
浙江省 宁波市 鄞州区 首南街道 330212
浙江省 温州市 鹿城区 五马街道 330302
浙江省 金华市 义乌市 北苑街道 330782
江苏省 苏州市 吴中区 木渎镇 320506
江苏省 苏州市 昆山市 玉山镇 320583
江苏省 南京市 鼓楼区 宁海路街道 320106
江苏省 徐州市 鼓楼区 琵琶街道 320302
江苏省 无锡市 梁溪区 崇安寺街道 320213
上海市 上海市 浦东新区 陆家嘴街道 310115
上海市 上海市 徐汇区 漕河泾街道 310104
北京市 北京市 朝阳区 望京街道 110105
北京市 北京市 海淀区 中关村街道 110108
天津市 天津市 滨海新区 塘沽街道 120116
重庆市 重庆市 渝中区 解放碑街道 500103
广东省 广州市 天河区 石牌街道 440106
广东省 深圳市 南山区 粤海街道 440305
广东省 佛山市 顺德区 大良街道 440606
广东省 东莞市 - 长安镇 441900
广东省 东莞市 - 虎门镇 441900
广东省 中山市 - 石岐街道 442000
福建省 厦门市 思明区 鹭江街道 350203
福建省 泉州市 晋江市 青阳街道 350582
山东省 青岛市 市南区 八大湖街道 370202
山东省 济南市 历下区 泉城路街道 370102
河北省 石家庄市 长安区 建北街道 130102
河北省 廊坊市 广阳区 银河北路街道 131003
河南省 郑州市 金水区 经八路街道 410105
河南省 - 济源市 沁园街道 419001
湖北省 武汉市 洪山区 珞南街道 420111
湖北省 - 仙桃市 干河街道 429004
湖北省 - 潜江市 园林街道 429005
湖南省 长沙市 岳麓区 望月湖街道 430104
江西省 南昌市 红谷滩区 沙井街道 360113
安徽省 合肥市 蜀山区 三里庵街道 340104
四川省 成都市 武侯区 玉林街道 510107
四川省 绵阳市 涪城区 城厢街道 510703
云南省 昆明市 五华区 华山街道 530102
贵州省 贵阳市 观山湖区 金阳街道 520115
广西壮族自治区 南宁市 青秀区 新竹街道 450103
海南省 海口市 龙华区 中山街道 460106
海南省 - 琼海市 嘉积镇 469002
陕西省 西安市 雁塔区 小寨路街道 610113
山西省 太原市 小店区 坞城街道 140105
辽宁省 沈阳市 和平区 太原街街道 210102
吉林省 长春市 朝阳区 红旗街道 220104
黑龙江省 哈尔滨市 南岗区 花园街道 230103
内蒙古自治区 呼和浩特市 新城区 东街街道 150102
甘肃省 兰州市 城关区 张掖路街道 620102
新疆维吾尔自治区 乌鲁木齐市 天山区 新华北路街道 650102
`;

export const PLACES: readonly Place[] = TABLE.trim()
  .split('\n')
  .map((row) => {
    const [province = '', city = '', district = '', town = '', code = ''] = row.split(' ').map((slot) => (slot === '-' ? '' : slot));
    return { province, city, district, town, code };
  });

/** A place of the table by its district, or by its town where the city has no districts; the stories in tests name them so. */
export function placeNamed(name: string): Place {
  const place = PLACES.find(({ district, town }) => district === name || town === name);
  if (place === undefined) throw new RangeError(`no place named ${name}`);
  return place;
}

/** The placeholder that tables put where a county has no prefecture above it (省直辖). */
export const DIRECT_COUNTY = '省直辖县级行政区划';

/**
 * The slots a channel fills. Where a city has no districts (东莞), the town moves into the district slot everywhere;
 * where a county has no prefecture (济源), Taobao leaves the city empty, Pinduoduo moves everything up one slot,
 * and the others write a placeholder.
 */
export function spellingOf(channel: PlatformChannel, place: Place): Spelling {
  const { province, city, district, town } = place;
  if (district === '') return { province, city, district: town, town: '' };
  if (city !== '') return { province: channel === 'taobao' ? shortMunicipality(province) : province, city, district, town };
  if (channel === 'taobao') return { province, city, district, town };
  if (channel === 'pinduoduo') return { province, city: district, district: town, town: '' };
  return { province, city: DIRECT_COUNTY, district, town };
}

/** Taobao writes the four municipalities' province without 市: 上海 / 上海市 / 浦东新区. */
function shortMunicipality(province: string): string {
  return province.endsWith('市') ? province.slice(0, -1) : province;
}
