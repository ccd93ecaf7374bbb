import { read } from './api.js';
import { el } from './dom.js';
import { count, place, yuan } from './format.js';
import { card, channelMark, chip, facts, icon, statusChip, table, timeOf } from './parts.js';
import { routing } from './routing.js';
import { isChinese, sentence } from './sentences.js';

/** One order with everything that happened to it and why. */
export const order = {
  async load({ key, signal, route, names }) {
    const [found, known] = await Promise.all([read({ key, signal, path: `/v1/orders/${encodeURIComponent(route.id)}` }), names()]);
    return { order: found, names: known };
  },

  head({ t, data, route, back }) {
    const found = data?.order;
    return el(
      'div',
      { class: 'heading order-heading', 'data-key': 'heading' },
      el('a', { href: back, class: 'back' }, icon('back'), t('order.back')),
      el('h1', { tabindex: '-1', class: 'number' }, found?.channelOrderId ?? route.id),
      found && el('button', { type: 'button', class: 'icon-button', 'data-action': 'copy', 'data-copy': found.channelOrderId, 'aria-label': t('app.copy'), title: t('app.copy') }, icon('copy')),
      found && statusChip(t, 'status', found.status),
      found && channelMark(t, found.channel),
    );
  },

  tools: () => undefined,

  draw({ t, data, nowMs }) {
    const view = { t, order: data.order, names: data.names, nowMs };
    return el(
      'div',
      { class: 'order', 'data-key': 'order' },
      el('div', { class: 'order-main' }, notices(view), lines(view), routing(view), allocations(view), shipments(view)),
      el('div', { class: 'order-side' }, timeline(view), receiver(view), about(view)),
    );
  },
};

/** What stands in the way: holds, and stock that is waited for. */
function notices({ t, order: { holds, waitingFor } }) {
  const waiting = waitingFor.map((sku) => (sku.startsWith('~') ? t('order.capacity') : sku)).join(', ');
  return [
    holds.length > 0 && el('p', { class: 'notice notice-warn', 'data-key': 'holds' }, el('strong', {}, t('order.holds')), holds.map((code) => t(`hold.${code}`)).join(' · ')),
    waiting !== '' && el('p', { class: 'notice notice-bad', 'data-key': 'waiting' }, el('strong', {}, t('order.waitingFor')), el('span', {}, waiting, el('span', { class: 'muted' }, `  ${t('order.waitingNext')}`))),
  ];
}

function lines({ t, order: { lines: all, amounts } }) {
  const columns = ['line', 'quantity', 'unitPrice', 'linePaid', 'status'].map((name) => ({ name, label: name === 'status' ? t('orders.status') : t(`order.${name}`) }));
  const rows = all.map((line) => ({
    key: line.lineId,
    cells: {
      line: el('div', { class: 'stack' }, el('span', {}, line.title), el('span', { class: 'muted small mono' }, line.sku)),
      quantity: el('div', { class: 'stack' }, el('span', { class: 'number' }, count(line.quantity)), line.shippedQuantity > 0 && el('span', { class: 'muted small' }, `${t('order.shippedQuantity')} ${count(line.shippedQuantity)}`)),
      unitPrice: el('span', { class: 'number' }, yuan(line.unitPriceFen)),
      linePaid: el('span', { class: 'number' }, yuan(line.paidFen)),
      status: statusChip(t, 'line', line.status),
    },
  }));
  const body = el('div', {}, table({ caption: t('order.lines'), columns, rows, className: 'lines' }), sums(t, amounts));
  return card({ id: 'lines', title: t('order.lines'), body, tight: true });
}

function sums(t, amounts) {
  const row = (name, sign) => amounts[name] !== 0 && el('div', {}, el('dt', {}, t(`order.${name}`)), el('dd', { class: 'number' }, yuan(sign * amounts[name])));
  const paid = el('div', { class: 'sum' }, el('dt', {}, t('order.paidFen')), el('dd', { class: 'number' }, yuan(amounts.paidFen)));
  return el('dl', { class: 'sums', 'aria-label': t('order.amounts') }, row('goodsFen', 1), row('freightFen', 1), row('sellerDiscountFen', -1), row('platformDiscountFen', -1), paid);
}

function goods(t, all, titles) {
  return el('ul', { class: 'goods' }, all.map(({ lineId, sku, quantity }) => el('li', {}, el('span', {}, titles.get(lineId) ?? sku), el('span', { class: 'muted mono small' }, sku), el('span', { class: 'number' }, `× ${count(quantity)}`))));
}

function titlesOf({ lines: all }) {
  return new Map(all.map(({ lineId, title }) => [lineId, title]));
}

function allocations({ t, order: found, names }) {
  const parts = found.allocations.map((each) => el('div', { class: 'part' }, el('h3', {}, names.warehouse(each.warehouse), el('code', {}, each.warehouse)), goods(t, each.lines, titlesOf(found))));
  return card({ id: 'allocations', title: t('order.allocations'), body: parts.length > 0 ? el('div', {}, parts) : el('p', { class: 'nothing' }, t('order.noAllocations')) });
}

function shipments({ t, order: found, names, nowMs }) {
  const parts = found.shipments.map((each) =>
    el(
      'div',
      { class: 'part', 'data-key': each.shipmentId },
      el('h3', {}, each.carrier === '' ? t('order.elsewhere') : t(`carrier.${each.carrier}`), each.trackingNumber !== '' && el('code', {}, each.trackingNumber)),
      el('p', { class: 'muted small' }, names.warehouse(each.warehouse), ' · ', timeOf(t, each.at, nowMs), ' · ', who(t, each.by)),
      goods(t, each.lines, titlesOf(found)),
    ),
  );
  return card({ id: 'shipments', title: t('order.shipments'), body: parts.length > 0 ? el('div', {}, parts) : el('p', { class: 'nothing' }, t('order.noShipments')) });
}

function who(t, by) {
  return by === 'auto' ? t('app.auto') : by;
}

/** Newest first: what happened last is what a person looks for. */
function timeline(view) {
  const { t, order: found, nowMs } = view;
  const entry = ({ at, event, by, detail }, index) => {
    const text = sentence(view, detail);
    return el(
      'li',
      { 'data-key': `${at}-${event}-${index}`, class: 'event' },
      el('div', { class: 'event-head' }, el('strong', {}, t(`event.${event}`)), chip(by === 'auto' ? 'quiet' : 'person', who(t, by)), timeOf(t, at, nowMs)),
      text !== '' && el('p', { class: 'event-detail', lang: isChinese(text) ? null : 'en' }, text),
    );
  };
  return card({ id: 'timeline', title: t('order.timeline'), body: el('ol', { class: 'timeline', reversed: true }, found.timeline.map(entry).toReversed()) });
}

function receiver({ t, order: { receiver: to } }) {
  const masked = Object.entries(to.masked).map(([name, value]) => [t(`receiver.${name}`), value]);
  const region = el('span', {}, place(to));
  const code = to.regionCode === '' ? undefined : el('span', {}, el('code', {}, to.regionCode), ' ', chip(to.regionStatus === 'current' ? 'quiet' : 'warn', t(`region.${to.regionStatus}`)));
  return card({ id: 'receiver', title: t('order.receiver'), body: facts([[t('warehouses.region'), region], [t('order.regionCode'), code], ...masked]) });
}

function about({ t, order: found, names, nowMs }) {
  const time = (iso) => (iso === undefined ? undefined : timeOf(t, iso, nowMs));
  const pairs = [
    [t('order.shop'), names.shop(found.channel, found.shopId)],
    [t('order.createdAt'), time(found.createdAt)],
    [t('order.paidAt'), time(found.paidAt)],
    [t('order.shipByAt'), time(found.shipBy)],
    [t('order.buyerNote'), found.buyerNote],
    [t('order.sellerNote'), found.sellerNote],
    [t('order.version'), el('span', {}, String(found.version))],
  ];
  return card({ id: 'about', title: t('order.facts'), body: facts(pairs) });
}
