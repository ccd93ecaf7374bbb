import { readList } from './api.js';
import { el } from './dom.js';
import { count, shortTime, urgency, yuan } from './format.js';
import { channelMark, empty, heading, searchForm, statusChip, table, timeOf } from './parts.js';
import { routeHref } from './route.js';

/** Beyond so many rows a person filters or searches; each refresh reads all of what is shown. */
const ROWS_MAX = 1000;

export const STATUSES = ['awaiting_payment', 'held', 'backordered', 'allocated', 'partly_shipped', 'shipped', 'completed', 'cancelled'];
export const CHANNELS = ['douyin', 'taobao', 'pinduoduo', 'wechat', 'offline', 'partner'];
/** While goods are still to go out, the promised time matters. */
const UNSHIPPED = ['held', 'backordered', 'allocated', 'partly_shipped'];

export const orders = {
  async load({ key, signal, route, wanted, names }) {
    const { status, channel, q } = route.query;
    const [list, known] = await Promise.all([
      readList({ key, signal, path: '/v1/orders', wanted, query: { status, channel, channelOrderId: q } }),
      names(),
    ]);
    return { ...list, names: known };
  },

  head({ t, data }) {
    const words = data?.more ? 'orders.countMore' : 'orders.count';
    return heading({ title: t('view.orders'), count: data && t(words, { n: count(data.items.length) }) });
  },

  tools({ t, route }) {
    const { status = '', channel = '', q = '' } = route.query;
    const link = (value) =>
      el('a', { href: hrefWith(route, { status: value }), 'aria-current': value === status ? 'true' : null }, t(value === '' ? 'orders.all' : `status.${value}`));
    const option = (value) => el('option', { value, selected: value === channel }, t(value === '' ? 'orders.allChannels' : `channel.${value}`));
    return el(
      'div',
      { class: 'tools', 'data-key': 'tools' },
      searchForm({ t, name: 'search', label: t('orders.search'), value: q, hint: t('orders.searchHint') }),
      el('label', { class: 'select' }, el('span', { class: 'unseen' }, t('orders.channel')), el('select', { 'data-filter': 'channel' }, ['', ...CHANNELS].map(option))),
      el('nav', { class: 'pills', 'aria-label': t('orders.status') }, ['', ...STATUSES].map(link)),
    );
  },

  draw({ t, route, data, nowMs, wanted }) {
    if (data.items.length === 0) return nothing(t, route);
    const columns = ['id', 'goods', 'warehouse', 'paid', 'status', 'time'].map((name) => ({ name, label: t(`orders.${name}`) }));
    const rows = data.items.map((order) => ({ key: order.orderId, cells: cellsOf({ t, order, names: data.names, nowMs }) }));
    return el('div', { class: 'card', 'data-key': 'list' }, table({ caption: t('view.orders'), columns, rows, className: 'orders' }), data.more && footer(t, wanted));
  },
};

function hrefWith(route, change) {
  return routeHref({ name: 'orders', query: { ...route.query, ...change } });
}

function cellsOf({ t, order, names, nowMs }) {
  const href = routeHref({ name: 'orders', id: order.orderId });
  return {
    id: el(
      'div',
      { class: 'stack' },
      el('a', { href, class: 'row-link number' }, order.channelOrderId),
      el('span', { class: 'muted small' }, channelMark(t, order.channel), el('span', { class: 'shop' }, names.shop(order.channel, order.shopId))),
    ),
    goods: goodsOf(t, order),
    warehouse: warehousesOf(order, names),
    paid: el('span', { class: 'number' }, yuan(order.amounts.paidFen)),
    status: el('div', { class: 'stack' }, statusChip(t, 'status', order.status), order.holds.length > 0 && el('span', { class: 'small muted' }, order.holds.map((code) => t(`hold.${code}`)).join(' · '))),
    time: timesOf(t, order, nowMs),
  };
}

function goodsOf(t, { lines }) {
  const [first] = lines;
  const rest = lines.length - 1;
  return el(
    'div',
    { class: 'stack' },
    el('span', { class: 'clip', title: first.title }, first.title),
    el('span', { class: 'muted small' }, el('span', { class: 'mono' }, first.sku), ` × ${count(first.quantity)}`, rest > 0 && `${t.lang === 'zh' ? ' ' : ', '}${t('orders.andMore', { n: t.lang === 'zh' ? lines.length : rest })}`),
  );
}

/** Where its goods lie now, or left from. */
export function warehousesOf(order, names) {
  const codes = [...new Set([...order.allocations, ...order.shipments].map(({ warehouse }) => warehouse))];
  return codes.length === 0 ? el('span', { class: 'faint' }, '—') : codes.map((code) => names.warehouse(code)).join(' + ');
}

function timesOf(t, order, nowMs) {
  const due = order.shipBy !== undefined && UNSHIPPED.includes(order.status) && el('span', { class: `small due-${urgency(order.shipBy, nowMs)}` }, t('orders.shipBy', { time: shortTime(order.shipBy, t.lang, nowMs) }));
  return el('div', { class: 'stack' }, timeOf(t, order.createdAt, nowMs), due);
}

function nothing(t, route) {
  const filtered = Object.keys(route.query).length > 0;
  if (!filtered) return empty({ title: t('orders.empty'), next: t('orders.emptyNext'), action: el('a', { class: 'button', href: '/docs' }, t('app.docs')) });
  return empty({ title: t('orders.noMatch'), next: t('orders.noMatchNext'), action: el('a', { class: 'button', href: '#/orders' }, t('app.clear')) });
}

function footer(t, wanted) {
  const content = wanted >= ROWS_MAX ? el('p', { class: 'muted' }, t('app.limit', { n: count(ROWS_MAX) })) : el('button', { type: 'button', class: 'button', 'data-action': 'more' }, t('app.more'));
  return el('div', { class: 'card-foot', 'data-key': 'foot' }, content);
}
