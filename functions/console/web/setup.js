import { readList } from './api.js';
import { el } from './dom.js';
import { count, place } from './format.js';
import { CALL_PLACE, channelMark, chip, empty, heading, icon, table, timeOf } from './parts.js';

/** Warehouses and shops: two short lists of what is set up. */

const ROWS_MAX = 200;

function listView({ name, path, call, columns, cellsOf, keyOf }) {
  return {
    load: ({ key, signal }) => readList({ key, signal, path, wanted: ROWS_MAX }),
    head: ({ t, data }) => heading({ title: t(`view.${name}`), count: data && t(`${name}.count`, { n: count(data.items.length) }) }),
    tools: () => undefined,
    draw({ t, data, nowMs }) {
      if (data.items.length === 0) return empty({ title: t(`${name}.empty`), next: t(`${name}.emptyNext`, { call: CALL_PLACE }), call, action: el('a', { class: 'button', href: '/docs' }, t('app.docs')) });
      const rows = data.items.map((item) => ({ key: keyOf(item), cells: cellsOf({ t, item, nowMs }) }));
      const note = data.more && el('p', { class: 'card-foot muted' }, t('app.limit', { n: count(ROWS_MAX) }));
      return el('div', { class: 'card', 'data-key': 'list' }, table({ caption: t(`view.${name}`), columns: columns.map((column) => ({ name: column, label: t(`${name}.${column}`) })), rows, className: name }), note);
    },
  };
}

export const warehouses = listView({
  name: 'warehouses',
  path: '/v1/warehouses',
  call: 'PUT /v1/warehouses/{code}',
  columns: ['name', 'region', 'priority', 'capacity', 'state'],
  keyOf: ({ code }) => code,
  cellsOf: ({ t, item }) => ({
    name: el('div', { class: 'stack' }, el('span', {}, item.name), el('span', { class: 'muted small mono' }, item.code)),
    region: el('div', { class: 'stack' }, el('span', {}, place(item)), el('span', { class: 'muted small mono' }, item.regionCode)),
    priority: el('span', { class: 'number' }, count(item.priority)),
    capacity: item.dailyParcelsMax === undefined ? el('span', { class: 'muted' }, t('warehouses.noCapacity')) : el('span', { class: 'number' }, count(item.dailyParcelsMax)),
    state: item.active ? chip('good', t('warehouses.active')) : chip('quiet', t('warehouses.inactive')),
  }),
});

export const shops = listView({
  name: 'shops',
  path: '/v1/connections',
  call: 'POST /v1/connections',
  columns: ['name', 'channel', 'webhook', 'since', 'authorised'],
  keyOf: ({ connectionId }) => connectionId,
  cellsOf: ({ t, item, nowMs }) => ({
    name: el('div', { class: 'stack' }, el('span', {}, item.shopName), el('span', { class: 'muted small mono' }, item.shopId)),
    channel: channelMark(t, item.channel),
    webhook: el(
      'span',
      { class: 'address' },
      el('code', { class: 'clip', title: item.webhookUrl }, item.webhookUrl),
      el('button', { type: 'button', class: 'icon-button', 'data-action': 'copy', 'data-copy': item.webhookUrl, 'aria-label': `${t('app.copy')} ${item.shopName}`, title: t('app.copy') }, icon('copy')),
    ),
    since: timeOf(t, item.createdAt, nowMs),
    authorised: item.authorised ? chip('good', t('shops.yes')) : chip('warn', t('shops.no')),
  }),
});
