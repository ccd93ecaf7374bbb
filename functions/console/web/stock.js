import { readList } from './api.js';
import { el } from './dom.js';
import { count } from './format.js';
import { CALL_PLACE, empty, heading, searchForm, table } from './parts.js';

/** Stock rows read at most; a whole SKU in the search finds what lies beyond. */
const ROWS_MAX = 1000;

/** What lies where: products down, warehouses across. */
export const stock = {
  async load({ key, signal, route, names }) {
    const [levels, products, known] = await Promise.all([
      readList({ key, signal, path: '/v1/stock', wanted: ROWS_MAX }),
      readList({ key, signal, path: '/v1/products', wanted: ROWS_MAX }),
      names(),
    ]);
    const { q } = route.query;
    const beyond = levels.more && q ? await readList({ key, signal, path: '/v1/stock', wanted: ROWS_MAX, query: { sku: q } }) : { items: [] };
    return { rows: matrixOf([...levels.items, ...beyond.items], products.items), more: levels.more, names: known };
  },

  head({ t, data }) {
    const numbers = data && { n: count(data.rows.length), m: count(warehousesIn(data.rows).length) };
    return heading({ title: t('view.stock'), count: numbers && t('stock.count', numbers) });
  },

  tools({ t, route }) {
    const search = searchForm({ t, name: 'search', label: t('stock.search'), value: route.query.q ?? '', hint: t('stock.search') });
    return el('div', { class: 'tools', 'data-key': 'tools' }, search, el('p', { class: 'muted small legend' }, t('stock.legend')));
  },

  draw({ t, route, data }) {
    const rows = matching(data.rows, route.query.q ?? '');
    if (data.rows.length === 0) return empty({ title: t('stock.empty'), next: t('stock.emptyNext', { call: CALL_PLACE }), call: 'POST /v1/stock/adjustments', action: el('a', { class: 'button', href: '/docs' }, t('app.docs')) });
    if (rows.length === 0) return empty({ title: t('stock.noMatch'), next: t('stock.noMatchNext'), action: el('a', { class: 'button', href: '#/stock' }, t('app.clear')) });
    const codes = warehousesIn(data.rows);
    const columns = [{ name: 'sku', label: t('stock.sku') }, { name: 'total', label: t('stock.total') }, ...codes.map((code) => ({ name: `w-${code}`, label: data.names.warehouse(code) }))];
    const grid = table({ caption: t('view.stock'), columns, rows: rows.map((row) => ({ key: row.sku, cells: cellsOf(t, row, codes) })), className: 'matrix' });
    const note = data.more && el('p', { class: 'card-foot muted', 'data-key': 'partial' }, t('stock.partial', { n: count(ROWS_MAX) }));
    return el('div', { class: 'card', 'data-key': 'list' }, el('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': t('view.stock') }, grid), note);
  },
};

/** One row a SKU with its levels by warehouse, in the order of SKUs. */
function matrixOf(levels, products) {
  const rows = new Map(products.map(({ sku, name }) => [sku, { sku, name, levels: new Map() }]));
  for (const level of levels) {
    const row = rows.get(level.sku) ?? { sku: level.sku, name: '', levels: new Map() };
    row.levels.set(level.warehouse, level);
    rows.set(level.sku, row);
  }
  return [...rows.values()].toSorted((a, b) => (a.sku < b.sku ? -1 : 1));
}

function warehousesIn(rows) {
  return [...new Set(rows.flatMap(({ levels }) => [...levels.keys()]))].toSorted((a, b) => (a < b ? -1 : 1));
}

function matching(rows, query) {
  const wanted = query.trim().toLowerCase();
  return wanted === '' ? rows : rows.filter(({ sku, name }) => sku.toLowerCase().includes(wanted) || name.toLowerCase().includes(wanted));
}

function cellsOf(t, row, codes) {
  const levels = [...row.levels.values()];
  const total = levels.reduce((sum, { available }) => sum + available, 0);
  const cells = {
    sku: el('div', { class: 'stack' }, el('span', {}, row.name || row.sku), row.name !== '' && el('span', { class: 'muted small mono' }, row.sku)),
    total: el('strong', { class: `number ${total <= 0 ? 'out' : ''}` }, count(total)),
  };
  for (const code of codes) cells[`w-${code}`] = levelOf(t, row.levels.get(code));
  return cells;
}

function levelOf(t, level) {
  if (level === undefined) return el('span', { class: 'faint level-none' }, '—');
  const { onHand, reserved, available } = level;
  return el(
    'div',
    { class: 'level', title: `${t('stock.available')} ${available} = ${t('stock.onHand')} ${onHand} − ${t('stock.reserved')} ${reserved}` },
    el('span', { class: `number ${available <= 0 ? 'out' : ''}` }, el('span', { class: 'unseen' }, `${t('stock.available')} `), count(available)),
    el('span', { class: 'muted small number' }, el('span', { class: 'unseen' }, `${t('stock.onHand')} `), count(onHand), ' · ', el('span', { class: 'unseen' }, `${t('stock.reserved')} `), el('span', { class: reserved > 0 ? 'reserved' : '' }, count(reserved))),
  );
}
