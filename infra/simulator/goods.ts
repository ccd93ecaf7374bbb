import type { PlatformChannel } from '../../shared/kernel/channel-order.ts';

/** A thing for sale: the seller's own code, and what the platforms show of it. */
export interface Goods {
  readonly sku: string;
  readonly title: string;
  readonly unitPriceFen: number;
  readonly unitCostFen: number;
  readonly weightGrams: number;
  /** Its place in the catalogue; the platforms' product and sku ids are built on it. */
  readonly index: number;
}

/** `sku title priceFen weightGrams`, one a line: a small shop for clothes, kitchen and outdoor goods. */
const TABLE = `
TS-BLK-M 速干T恤·黑·M 5990 180
TS-BLK-L 速干T恤·黑·L 5990 190
TS-WHT-M 速干T恤·白·M 5990 180
TS-WHT-L 速干T恤·白·L 5990 190
SH-GRY-M 运动短裤·灰·M 7990 210
SH-GRY-L 运动短裤·灰·L 7990 220
HD-NVY-M 连帽卫衣·藏青·M 15900 620
HD-NVY-L 连帽卫衣·藏青·L 15900 640
JK-OLV-M 防风外套·军绿·M 29900 780
JK-OLV-L 防风外套·军绿·L 29900 800
SK-WHT-3 中筒袜·三双装 2990 150
CP-BLK-1 遮阳帽·黑 4590 90
SC-PLD-1 羊毛围巾·格纹 12900 240
GL-TCH-M 触屏手套·M 3990 80
BG-CVS-1 帆布包 6990 420
BG-HIK-30 登山包·30L 25900 1350
BT-STL-500 保温杯·500ml 8900 340
BT-STL-750 保温杯·750ml 10900 430
MG-CRM-2 陶瓷马克杯·两只 6900 760
PN-IRN-26 铸铁煎锅·26cm 19900 2600
PT-CLY-3L 砂锅·3L 13900 3200
KN-CHF-8 主厨刀·8寸 16900 320
BD-BMB-L 竹砧板·大 7900 1600
TW-COT-2 纯棉毛巾·两条 3990 300
BS-SET-4 四件套·1.8m 35900 3100
PL-MEM-1 记忆枕 15900 1400
LP-DSK-1 护眼台灯 18900 1250
FN-USB-1 桌面风扇 7900 680
CB-USB-C 数据线·1.5m 1990 60
PB-10K-1 充电宝·10000mAh 9900 230
EP-BT5-1 蓝牙耳机 19900 120
TN-DOM-3 三人帐篷 45900 4200
MT-YOG-6 瑜伽垫·6mm 8900 1100
RP-JMP-1 竞速跳绳 2990 220
DB-5KG-2 哑铃·5kg一对 12900 10200
TE-LJ-250 龙井茶·250g 16800 320
TE-PE-357 普洱茶饼·357g 19800 410
NT-MIX-750 每日坚果·30包 9900 820
RC-WUC-5 五常大米·5kg 7990 5100
HN-ACA-500 洋槐蜜·500g 5900 720
`;

const COST_SHARE = 0.55;

export const GOODS: readonly Goods[] = TABLE.trim()
  .split('\n')
  .map((row, index) => {
    const [sku = '', title = '', price = '', weight = ''] = row.split(' ');
    const unitPriceFen = Number(price);
    return { sku, title, unitPriceFen, unitCostFen: Math.round(unitPriceFen * COST_SHARE), weightGrams: Number(weight), index };
  });

const PRODUCT_BASE = { douyin: 3_473_196_049_974_326_001n, taobao: 680_000_000_001n, pinduoduo: 560_000_000_001n, wechat: 10_000_000_000_001n };
const SKU_BASE = { douyin: 1_719_024_557_525_001n, taobao: 5_000_000_000_001n, pinduoduo: 1_300_000_000_001n, wechat: 2_000_000_001n };

/** The platform's ids of a thing. Douyin's product ids are odd and above 2^53, so a double cannot hold one. */
export function platformIds(channel: PlatformChannel, goods: Goods): { readonly productId: string; readonly skuId: string } {
  const step = BigInt(goods.index) * 2n;
  return { productId: String(PRODUCT_BASE[channel] + step), skuId: String(SKU_BASE[channel] + step) };
}
