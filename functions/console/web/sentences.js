import { shortTime } from './format.js';

/**
 * The hub explains its decisions in English sentences, which are stored with the order. Here they are said in Chinese;
 * a sentence that is not known is shown as it was written. `w` is a warehouse or several, `t` a time.
 */
const CHINESE = [
  [/^(?:Ships whole): (?<parts>.+)\.$/, '整单发出:{parts}。'],
  [/^Ships in (?<n>\d+) parcels: (?<parts>.+)\.$/, '分 {n} 个包裹发出:{parts}。'],
  [/^Ships what is there: (?<parts>.+)\.$/, '先发有货部分:{parts}。'],
  [/^By priority order, not by distance: it leaves the mainland\.$/, '发往港澳台,按优先级而非距离选仓。'],
  [/^As the channel chose\.$/, '按平台指定的仓发货。'],
  [/^No other warehouse has everything\.$/, '其他仓都不齐货。'],
  [/^No single warehouse has everything\.$/, '没有一个仓齐货。'],
  [/^(?<yuan>[\d.]+) yuan cheaper than (?<w>.+)\.$/, '比{w}省 {yuan} 元。'],
  [/^Same cost as (?<w>.+), but nearer\.$/, '与{w}成本相同,但更近。'],
  [/^Equal to (?<w>.+), first by code\.$/, '与{w}相当,按代码排序在前。'],
  [/^Equal to (?<w>.+), but of higher priority\.$/, '与{w}相当,但优先级更高。'],
  [/^The county is not known, so the distance is to the middle of the area\.$/, '区县未知,距离按区域中心计算。'],
  [/^The channel's warehouse (?<w>.+) is not known here and is ignored\.$/, '平台指定的仓 {w} 在本系统中不存在,已忽略。'],
  [/^Moved away from the channel's warehouse (?<w>.+?): it has (?<has>\d+) of (?<n>\d+) of (?<sku>.+)\.$/, '未用平台指定的{w}:{sku} 需 {n} 件,仅有 {has} 件。'],
  [/^Moved away from the channel's warehouse (?<w>.+?): (?<barrier>.+)\.$/, '未用平台指定的{w}:{barrier}。'],
  [/^Further down the priority order(?<extra>.*)\.$/, '优先级靠后{extra}。'],
  [/^Same cost, (?<way>.+?)(?<extra>;.*)?\.$/, '成本相同,{way}{extra}。'],
  [/^(?<yuan>[\d.]+) yuan dearer, (?<way>.+?)(?<extra>;.*)?\.$/, '贵 {yuan} 元,{way}{extra}。'],
  [/^Short of (?<sku>.+) \(has (?<has>-?\d+) of (?<n>\d+)\)(?: and of (?<more>\d+) more)?\.$/, '{sku} 缺货(需 {n} 件,有 {has} 件){more}。'],
  [/^Would go below safety stock of (?<sku>.+) \((?<has>-?\d+) there, (?<kept>\d+) kept back\)(?: and of (?<more>\d+) more)?\.$/, '会低于 {sku} 的安全库存(有 {has} 件,留存 {kept} 件){more}。'],
  [/^Has everything, but the channel chose another warehouse for a part\.$/, '货齐,但平台为其中一部分指定了别的仓。'],
  [/^(?<barrier>Paused|Full for today|Does not deliver there)\.$/, '{barrier}。'],
  [/^no warehouse has the goods$/, '所有仓都没有货'],
  [/^(?<n>\d+) line\(s\) from (?<channel>\w+) (?<id>\S+)$/, '来自{channel}的订单,{n} 行商品'],
  [/^paid$/, '买家已付款'],
  [/^paid; to be shipped by (?<t>\S+)$/, '买家已付款,须在 {t} 前发货'],
  [/^line (?<id>\S+) added: (?<n>\d+) x (?<sku>.+)$/, '新增一行:{sku} × {n}'],
  [/^line (?<id>\S+): (?<a>\d+) x (?<from>.+) became (?<b>\d+) x (?<to>.+)$/, '{from} × {a} 变为 {to} × {b}'],
  [/^line (?<id>\S+) \((?<sku>.+)\) was refunded$/, '{sku} 已退款'],
  [/^line (?<id>\S+) \((?<sku>.+)\) was cancelled$/, '{sku} 已取消'],
  [/^the buyer asked to refund line (?<id>\S+) \((?<sku>.+)\)$/, '买家申请退款:{sku}'],
  [/^the refund of line (?<id>\S+) \((?<sku>.+)\) was withdrawn or refused$/, '退款已撤销或被拒绝:{sku}'],
  [/^from (?<from>.*) to (?<to>.*), but goods have left: intercept the parcel or refuse the change$/, '{from} → {to},但已发货:请拦截包裹或拒绝改址'],
  [/^from (?<from>.*) to (?<to>.*): to be routed again$/, '{from} → {to},将重新分仓'],
  [/^from (?<from>.*) to (?<to>.*)$/, '{from} → {to}'],
  [/^(?<n>\d+) x (?<sku>.+) left, as (?<channel>\w+) says$/, '{channel}显示 {sku} × {n} 已发出'],
  [/^(?<goods>\d+ x .+) from (?<w>\S+) by (?<carrier>\S+) (?<id>\S+)$/, '{goods},从{w}发出,{carrier} {id}'],
  [/^(?<channel>\w+) says (?<stage>\w+)$/, '{channel}状态:{stage}'],
  [/^(?<channel>\w+) closed the deal$/, '{channel}交易完成'],
  [/^cancelled on (?<channel>\w+) after goods left: intercept or take back the parcel$/, '已发货后在{channel}取消:请拦截或召回包裹'],
  [/^cancelled on (?<channel>\w+)$/, '在{channel}取消'],
  [/^(?<ended>no longer: )?(?<hold>the platform reviews the order for risk|the buying group is not complete yet|a change of address is under review|the platform does not let it ship yet|a refund is open|the place cannot be told from the address|the order has more than \d+ lines|held by a person)$/, '{ended}{hold}'],
];

/** Words inside the sentences. */
const PHRASES = [
  [/([\d.]+) yuan \(freight ([\d.]+), handling ([\d.]+)/, '$1 元(运费 $2,操作 $3'],
  [/, distance ([\d.]+)/, ',距离 $1'],
  [/, splitting ([\d.]+)/, ',拆单 $1'],
  [/\), (\d+) km/, '),$1 公里'],
  [/(\d+) km further/, '远 $1 公里'],
  [/(\d+) km nearer/, '近 $1 公里'],
  [/same distance/, '距离相同'],
  [/, lower priority/, ',优先级较低'],
  [/, later by code/, ',按代码排序在后'],
  [/; needs (\d+) parcels/, ';需 $1 个包裹'],
  [/^paused$/i, '停用'],
  [/^full for today$/i, '今日已满'],
  [/^does not deliver there$/i, '不配送该地区'],
  [/^no longer: $/, '已解除:'],
  [/^the platform reviews the order for risk$/, '平台风控审核中'],
  [/^the buying group is not complete yet$/, '拼团尚未成团'],
  [/^a change of address is under review$/, '改址审核中'],
  [/^the platform does not let it ship yet$/, '平台暂不允许发货'],
  [/^a refund is open$/, '退款处理中'],
  [/^the place cannot be told from the address$/, '无法从地址识别地区'],
  [/^the order has more than (\d+) lines$/, '订单超过 $1 行'],
  [/^held by a person$/, '人工拦截'],
];
const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)/g;

/** A text of the hub in the language of the page, with times of this place and names of warehouses. */
export function sentence({ t, names, nowMs }, text) {
  if (t.lang !== 'zh') return text.replaceAll(TIME, (iso) => shortTime(iso, t.lang, nowMs));
  const whole = inChinese({ t, names, nowMs }, text);
  if (whole !== undefined) return whole;
  const parts = text.split(/(?<=\.) (?=[A-Z\d])/).map((part) => inChinese({ t, names, nowMs }, part) ?? `${part} `);
  return parts.join('').trim();
}

/** True where the text was said in Chinese, so that a screen reader uses the right voice. */
export function isChinese(text) {
  return /[\u4e00-\u9fff]/.test(text);
}

function inChinese(page, text) {
  // "Ships whole: … 3.08 yuan." would also swallow the sentences after it.
  if (/\. [A-Z\d]/.test(text)) return undefined;
  for (const [pattern, chinese] of CHINESE) {
    const groups = pattern.exec(text)?.groups;
    if (groups !== undefined || pattern.test(text)) return chinese.replaceAll(/\{(\w+)\}/g, (_, name) => wordOf(page, name, groups?.[name]));
  }
  return undefined;
}

function wordOf({ t, names, nowMs }, name, text = '') {
  if (text === '') return '';
  if (name === 'w') return text.split(' + ').map((code) => names.warehouse(code)).join(' + ');
  if (name === 't') return shortTime(text, t.lang, nowMs);
  if (name === 'channel') return t(`channel.${text}`);
  if (name === 'carrier') return t(`carrier.${text}`);
  if (name === 'stage') return t(text === 'paid' ? 'order.paidAt' : `status.${text}`);
  if (name === 'more') return `,另有 ${text} 种`;
  return PHRASES.reduce((said, [pattern, chinese]) => said.replace(pattern, chinese), text);
}
