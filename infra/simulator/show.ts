import { yuanText } from '../../shared/kernel/money.ts';
import type { HubOrder } from './hub-client.ts';
import { DIRECT_COUNTY } from './places.ts';
import { WAREHOUSES } from './tenant.ts';

const LABELS: Readonly<Record<string, { readonly text: string; readonly colour: number }>> = {
  douyin: { text: '抖音', colour: 35 },
  taobao: { text: '淘宝', colour: 33 },
  pinduoduo: { text: '拼多多', colour: 31 },
  wechat: { text: '微信', colour: 32 },
};
const LABEL_WIDTH = 6;
const GOODS_SHOWN_MAX = 2;
const HOLDS: Readonly<Record<string, string>> = {
  risk_review: '平台风控审核', group_open: '拼团未成', address_under_review: '改址待审', platform_forbids: '平台暂不可发',
  refund_open: '退款中', region_unknown: '地区待核', oversized: '订单过大', manual: '人工拦截',
};

/** A channel's short name, coloured where the terminal takes colours, padded so that columns stand. */
export function channelLabel(channel: string, coloured: boolean): string {
  const { text, colour } = LABELS[channel] ?? { text: channel, colour: 0 };
  const padded = padCell(text, LABEL_WIDTH);
  return coloured ? `\u001B[${colour}m${padded}\u001B[0m` : padded;
}

/** One line about an order as the hub has decided it: when, where from, what, from which warehouse to where, and why. */
export function orderLine(order: HubOrder, options: { readonly nowText: string; readonly coloured: boolean }): string {
  const where = placeText([order.receiver.province, order.receiver.city, order.receiver.district]);
  const parts = [options.nowText, channelLabel(order.channel, options.coloured), goodsOf(order), outcomeOf(order, where)];
  return parts.filter((part) => part !== '').join('  ');
}

/** Without the placeholder of 省直辖 counties, and without saying a municipality twice. */
function placeText(names: readonly string[]): string {
  const told = names.filter((name) => name !== '' && name !== DIRECT_COUNTY);
  return told.filter((name, index) => !(told[index + 1] ?? '').startsWith(name)).join('');
}

function goodsOf(order: HubOrder): string {
  const shown = order.lines.slice(0, GOODS_SHOWN_MAX).map(({ title, quantity }) => `${title}×${quantity}`);
  const rest = order.lines.length - shown.length;
  return shown.join(' ') + (rest > 0 ? ` 等${order.lines.length}种` : '');
}

function outcomeOf(order: HubOrder, where: string): string {
  switch (order.status) {
    case 'held':
      return `⏸ ${where}  拦截:${order.holds.map((code) => HOLDS[code] ?? code).join('、')}`;
    case 'backordered':
      return `… ${where}  缺货待补`;
    case 'cancelled':
      return `✕ ${where}  已取消`;
    case 'awaiting_payment':
      return `○ ${where}  待付款`;
    case 'partly_shipped':
    case 'shipped':
    case 'completed':
      return `✓ ${where}  ${order.status === 'completed' ? '已完成' : order.status === 'shipped' ? '已发货' : '部分发货'}`;
    default: {
      const from = order.allocations.map(({ warehouse }) => WAREHOUSES[warehouse]?.name ?? warehouse).join('+');
      const why = whyText(order.routing?.chosen);
      return `${from} → ${where}${why === '' ? '' : `  (${why})`}`;
    }
  }
}

/** Cost and distance, then what the hub says beyond them: its first sentence repeats the two in full. */
function whyText(chosen: NonNullable<HubOrder['routing']>['chosen']): string {
  if (chosen === undefined || chosen === null) return '';
  const sentences = typeof chosen.why === 'string' ? chosen.why.split(/(?<=\.) /) : [];
  const rest = sentences.length > 1 ? sentences.slice(1) : sentences;
  return [`${yuanText(Math.round(chosen.costFen))} 元,${Math.round(chosen.distanceKm)} km`, ...rest].join(';');
}

/** Columns that stand in a terminal, where a Chinese character is two cells wide. The first row is the head. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => cellWidth(row[column] ?? ''))));
  const line = (row: readonly string[]): string =>
    row.map((cell, column) => (column === 0 ? padCell(cell, widths[column] ?? 0) : ' '.repeat(Math.max(0, (widths[column] ?? 0) - cellWidth(cell))) + cell)).join('  ');
  return rows.map(line).join('\n');
}

function padCell(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - cellWidth(text)));
}

function cellWidth(text: string): number {
  let width = 0;
  for (const character of text) width += /[\u2E80-\u9FFF\uFF00-\uFF60]/.test(character) ? 2 : 1;
  return width;
}

/** The value below which a share of the values lies; undefined of nothing. */
export function percentile(values: readonly number[], share: number): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)];
}
