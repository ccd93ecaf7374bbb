import { el, svg } from './dom.js';
import { count, yuan } from './format.js';
import { card, chip } from './parts.js';
import { isChinese, sentence } from './sentences.js';

/** Why the goods come from where they come: the chosen plan beside those that lost, with costs to compare. */
export function routing({ t, order: { routing: decision }, names, nowMs }) {
  if (decision === null) return card({ id: 'routing', title: t('order.routing'), body: el('p', { class: 'nothing' }, t('order.noRouting')) });
  const { chosen, alternatives, versions } = decision;
  const costMax = Math.max(1, ...[chosen, ...alternatives].map((plan) => plan?.costFen ?? 0));
  const base = chosen?.costFen;
  const first = chosen === null ? el('p', { class: 'nothing', 'data-key': 'none' }, t('order.noneChosen')) : planOf({ t, plan: chosen, names, nowMs, costMax });
  const rest = alternatives.map((plan) => planOf({ t, plan, names, nowMs, costMax, base, lost: true }));
  const basis = Object.entries(versions).map(([name, version]) => `${name} ${version}`).join(' · ');
  const body = el('div', {}, el('ul', { class: 'plans' }, el('li', { 'data-key': 'chosen' }, first), rest.map((plan) => el('li', {}, plan))), basis !== '' && el('p', { class: 'basis small muted' }, t('order.versions', { versions: basis })));
  return card({ id: 'routing', title: t('order.routing'), body });
}

function planOf({ t, plan, names, nowMs, costMax, base, lost = false }) {
  const why = sentence({ t, names, nowMs }, plan.why);
  const warehouses = plan.warehouses.map((code) => names.warehouse(code)).join(' + ');
  const bar = svg(
    'svg',
    { class: 'bar', 'aria-hidden': 'true', height: 6, width: '100%' },
    svg('rect', { class: 'bar-track', width: '100%', height: 6, rx: 3 }),
    svg('rect', { class: 'bar-fill', width: `${((100 * plan.costFen) / costMax).toFixed(1)}%`, height: 6, rx: 3 }),
  );
  return el(
    'article',
    { class: `plan ${lost ? 'plan-lost' : 'plan-chosen'}` },
    el('h3', {}, warehouses === '' ? '—' : warehouses, chip(lost ? 'quiet' : 'good', t(lost ? 'order.notChosen' : 'order.chosen'))),
    el(
      'dl',
      { class: 'plan-numbers' },
      el('div', {}, el('dt', {}, t('order.cost')), el('dd', { class: 'number' }, yuan(plan.costFen), base !== undefined && base !== plan.costFen && el('span', { class: 'muted small' }, ` ${difference(t, plan.costFen - base)}`))),
      el('div', {}, el('dt', {}, t('order.distance')), el('dd', { class: 'number' }, `${count(Math.round(plan.distanceKm))} km`)),
    ),
    bar,
    el('p', { class: 'why', lang: isChinese(why) ? null : 'en' }, why),
  );
}

function difference(t, fen) {
  return t(fen > 0 ? 'order.dearer' : 'order.cheaper', { amount: yuan(Math.abs(fen)) });
}
