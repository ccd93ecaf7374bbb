import { el, svg } from './dom.js';
import { fullTime, shortTime } from './format.js';

/** Pieces that several views draw. All are plain functions from data to an element. */

const ICONS = {
  orders: 'M6 3.5h12v17l-3-1.8-3 1.8-3-1.8-3 1.8zM9.5 8.5h5M9.5 12.5h5',
  stock: 'M12 3.5l7.5 4.2v8.6L12 20.5l-7.5-4.2V7.7zM4.5 7.7L12 12l7.5-4.3M12 12v8.5',
  warehouses: 'M4 20V9.5l8-5.5 8 5.5V20M8 20v-7h8v7M8 16.5h8',
  shops: 'M4.5 9.5L6 4.5h12l1.5 5M5.5 12v8h13v-8M4.5 9.5a2.5 2.5 0 0 0 5 0 2.5 2.5 0 0 0 5 0 2.5 2.5 0 0 0 5 0M10 20v-4.5h4V20',
  search: 'M10.5 5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11zM14.5 14.5L19.5 19.5',
  back: 'M14.5 5.5L8 12l6.5 6.5',
  docs: 'M8.5 8L4.5 12l4 4M15.5 8l4 4-4 4M13.5 5.5l-3 13',
  out: 'M10 4.5H5.5v15H10M14 8l4 4-4 4M18 12H9.5',
  copy: 'M9 9h10.5v10.5H9zM15 9V4.5H4.5V15H9',
};

export function icon(name) {
  return svg('svg', { viewBox: '0 0 24 24', class: 'icon', 'aria-hidden': 'true', focusable: 'false' }, svg('path', { d: ICONS[name] }));
}

export function logo() {
  const path = svg('path', { d: 'M9 10.5h5.5a3 3 0 0 1 3 3v5a3 3 0 0 0 3 3H23M9 21.5h3.5M20 10.5h3' });
  return svg('svg', { viewBox: '0 0 32 32', class: 'logo', 'aria-hidden': 'true', focusable: 'false' }, svg('rect', { width: 32, height: 32, rx: 8 }), path);
}

const TONES = {
  status: { awaiting_payment: 'quiet', held: 'warn', backordered: 'bad', allocated: 'info', partly_shipped: 'info', shipped: 'good', completed: 'good', cancelled: 'quiet' },
  line: { open: 'quiet', allocated: 'info', backordered: 'bad', refund_open: 'warn', shipped: 'good', cancelled: 'quiet', refunded: 'quiet' },
};

export function chip(tone, text) {
  return el('span', { class: `chip chip-${tone}` }, text);
}

/** The word of a status with its colour; `kind` is `status` or `line`. */
export function statusChip(t, kind, status) {
  return chip(TONES[kind][status] ?? 'quiet', t(`${kind}.${status}`));
}

export function channelMark(t, channel) {
  return el('span', { class: 'channel' }, el('span', { class: `dot dot-${channel}`, 'aria-hidden': 'true' }), t(`channel.${channel}`));
}

export function timeOf(t, iso, nowMs) {
  return el('time', { datetime: iso, title: fullTime(iso, t.lang) }, shortTime(iso, t.lang, nowMs));
}

/** A card with a heading; `aside` stands at the right of it. */
export function card({ id, title, aside, body, tight = false }) {
  const head = el('header', { class: 'card-head' }, el('h2', { id: `${id}-title` }, title), aside);
  return el('section', { class: `card ${tight ? 'card-tight' : ''}`, 'aria-labelledby': `${id}-title`, 'data-key': id }, head, body);
}

/**
 * A table that becomes a list of cards on a phone. The roles are spelled out because a table that is laid out as
 * blocks loses them in some browsers. Columns: {name, label, class?}; rows: {key, cells: {name: node}}.
 */
export function table({ caption, columns, rows, className = '' }) {
  const head = columns.map(({ name, label }) => el('th', { role: 'columnheader', scope: 'col', class: `col-${name}` }, label));
  const body = rows.map(({ key, cells }) =>
    el(
      'tr',
      { role: 'row', 'data-key': key },
      columns.map(({ name, label }) => el('td', { role: 'cell', class: `col-${name}`, 'data-label': label }, cells[name])),
    ),
  );
  return el(
    'table',
    { role: 'table', class: className },
    el('caption', { class: 'unseen' }, caption),
    el('thead', { role: 'rowgroup' }, el('tr', { role: 'row' }, head)),
    el('tbody', { role: 'rowgroup' }, body),
  );
}

/** Names and values, one pair a line; pairs without a value are left out. */
export function facts(pairs) {
  return el('dl', { class: 'facts' }, pairs.filter(([, value]) => value !== undefined && value !== '').map(([name, value]) => el('div', {}, el('dt', {}, name), el('dd', {}, value))));
}

/** Stands where a sentence names a call of the API; what follows and what comes before are text around it. */
export const CALL_PLACE = '\u0000';

/** What to do next where there is nothing to see. `call` is shown as code at CALL_PLACE of the text. */
export function empty({ title, next, call, action }) {
  const [before, after] = next.split(CALL_PLACE);
  const text = call === undefined ? [next] : [before, el('code', {}, call), after];
  return el('div', { class: 'empty', 'data-key': 'empty' }, el('p', { class: 'empty-title' }, title), el('p', {}, text), action);
}

export function skeleton(t) {
  const rows = Array.from({ length: 6 }, () => el('div', { class: 'skeleton-row' }));
  return el('div', { class: 'card skeleton', 'aria-busy': 'true', 'data-key': 'skeleton' }, el('p', { class: 'unseen' }, t('app.loading')), rows);
}

/** A failure with all a person needs to report it, and a way to try again. */
export function failure(t, error) {
  const title = t.lang === 'zh' ? error.titleZh : error.title;
  const text = t.has(`error.${error.code}`) ? t(`error.${error.code}`) : (title ?? t('error.title'));
  return el(
    'div',
    { class: 'card failure', role: 'alert', 'data-key': 'failure' },
    el('p', { class: 'failure-title' }, text),
    error.detail !== undefined && el('p', { lang: 'en' }, error.detail),
    facts([[t('error.code'), el('code', {}, error.code ?? 'unknown')], [t('error.request'), error.requestId === undefined ? undefined : el('code', {}, error.requestId)]]),
    el('button', { type: 'button', class: 'button', 'data-action': 'retry' }, t('error.retry')),
  );
}

/** The heading of a view: its name, how much there is, and how fresh it is. */
export function heading({ title, count, aside }) {
  return el('div', { class: 'heading', 'data-key': 'heading' }, el('h1', { tabindex: '-1' }, title), count !== undefined && el('p', { class: 'muted' }, count), aside);
}

export function searchForm({ t, name, label, value, hint }) {
  const input = el('input', { type: 'search', name: 'q', value, 'aria-label': label, placeholder: label, title: hint, maxlength: '64', autocomplete: 'off', spellcheck: 'false', enterkeyhint: 'search' });
  return el('form', { class: 'search', role: 'search', 'data-form': name, 'data-key': 'search' }, icon('search'), input, el('kbd', { 'aria-hidden': 'true' }, '/'), el('button', { type: 'submit', class: 'unseen' }, t('app.search')));
}
