import { el } from './dom.js';
import { clock } from './format.js';
import { icon, logo } from './parts.js';
import { VIEW_NAMES } from './route.js';

/** The frame around every view: brand, navigation, language, and how fresh the view is. */
export function signedIn({ t, state, view, shown, content }) {
  const { data, route, back, updatedAtMs } = state;
  return [
    el('a', { class: 'skip', href: '#main', 'data-action': 'skip', 'data-key': 'skip' }, t('app.skip')),
    el('header', { class: 'top', 'data-key': 'top' }, el('a', { class: 'brand', href: '#/orders' }, logo(), t('app.name')), freshness(t, updatedAtMs), controls(t)),
    el('nav', { class: 'menu', 'aria-label': t('app.menu'), 'data-key': 'menu' }, VIEW_NAMES.map((name) => menuLink(t, name, name === route.name)), docsLink(t)),
    el('main', { id: 'main', class: `view view-${shown}`, 'data-key': 'main' }, view.head({ t, data, route, back }), view.tools({ t, route }), el('div', { class: 'content', 'data-key': `content-${shown}-${route.id}` }, content)),
  ];
}

function menuLink(t, name, current) {
  return el('a', { href: `#/${name}`, 'aria-current': current ? 'page' : null }, icon(name), el('span', {}, t(`view.${name}`)));
}

function docsLink(t) {
  return el('a', { href: '/docs', class: 'menu-docs' }, icon('docs'), el('span', {}, t('app.docs')));
}

function freshness(t, updatedAtMs) {
  return updatedAtMs > 0 && el('p', { class: 'fresh muted small' }, el('span', { class: 'pulse', 'aria-hidden': 'true' }), t('app.updated', { time: clock(updatedAtMs, t.lang) }));
}

function controls(t) {
  return el(
    'div',
    { class: 'controls' },
    el('button', { type: 'button', class: 'button', 'data-action': 'language', lang: t.lang === 'zh' ? 'en' : 'zh-CN', title: t('app.languageHint') }, t('app.language')),
    el('button', { type: 'button', class: 'icon-button', 'data-action': 'sign-out', 'aria-label': t('app.signOut'), title: t('app.signOut') }, icon('out')),
  );
}

/** Old data stays in sight when a refresh fails, and says that it is old. */
export function staleNotice(t, error, updatedAtMs) {
  return el('p', { class: 'notice notice-warn', role: 'status', 'data-key': 'stale' }, el('span', {}, t('error.stale', { time: clock(updatedAtMs, t.lang) })), el('code', {}, error.code ?? 'unknown'));
}
