import { ApiError } from './api.js';
import { el, morph } from './dom.js';
import { nameReader } from './names.js';
import { order } from './order.js';
import { orders } from './orders.js';
import { failure, skeleton } from './parts.js';
import { keyInHash, parseRoute, routeHref } from './route.js';
import { shops, warehouses } from './setup.js';
import { signedIn, staleNotice } from './shell.js';
import { keys, refusalOf, signInForm } from './sign-in.js';
import { stock } from './stock.js';
import { HTML_LANGUAGES, LANGUAGES, translator } from './translate.js';

/** What is seen is read again this often; after failures less and less often. */
const REFRESH_MS = 3_000;
const REFRESH_MS_MAX = 60_000;
const ROWS_STEP = 50;
const LANGUAGE_STORED = 'shuniu.language';

const VIEWS = { orders, order, stock, warehouses, shops };

/** All there is to know between two drawings. */
const state = {
  key: keys.read(),
  lang: LANGUAGES.find((lang) => lang === localStorage.getItem(LANGUAGE_STORED)) ?? LANGUAGES[0],
  route: parseRoute(location.hash),
  /** The last list, with its filters, that "back" leads to. */
  back: '#/orders',
  wanted: ROWS_STEP,
  data: undefined,
  error: undefined,
  /** Data of other filters is still seen while the new is read. */
  pending: false,
  updatedAtMs: 0,
  failures: 0,
  signIn: { problem: undefined, busy: false },
};
let names = nameReader(state.key);
let reading = new AbortController();
let timer;

function draw() {
  const t = translator(state.lang);
  document.documentElement.lang = HTML_LANGUAGES[state.lang];
  const shown = viewName(state.route);
  document.title = `${state.key === undefined ? t('signIn.title') : t(`view.${state.route.name}`)} · ${t('app.name')}`;
  const page = el('div', { id: 'app' }, state.key === undefined ? signInForm({ t, ...state.signIn }) : signedIn({ t, state, view: VIEWS[shown], shown, content: content(t, VIEWS[shown]) }));
  morph(document.querySelector('#app'), page);
}

function content(t, view) {
  const { data, error, route, back, wanted, updatedAtMs, pending } = state;
  if (data === undefined) return error === undefined ? skeleton(t) : failure(t, error);
  const body = view.draw({ t, route, data, back, wanted, nowMs: Date.now() });
  return [error !== undefined && staleNotice(t, error, updatedAtMs), el('div', { class: 'body', 'aria-busy': pending ? 'true' : 'false', 'data-key': 'body' }, body)];
}

function viewName({ name, id }) {
  return name === 'orders' && id !== '' ? 'order' : name;
}

/** Reads what the view shows, draws it, and comes again. An answer that was overtaken is dropped. */
async function refresh() {
  clearTimeout(timer);
  if (state.key === undefined) return;
  reading.abort();
  reading = new AbortController();
  const { signal } = reading;
  const { key, route, wanted } = state;
  const first = state.data === undefined || state.pending;
  try {
    const data = await VIEWS[viewName(route)].load({ key, route, wanted, signal, names });
    if (signal.aborted) return;
    Object.assign(state, { data, error: undefined, pending: false, updatedAtMs: Date.now(), failures: 0 });
  } catch (error) {
    if (signal.aborted) return;
    if (!(error instanceof ApiError)) console.error(error);
    if (error.status === 401) return signOut('signIn.ended');
    Object.assign(state, { error, failures: state.failures + 1, ...(state.pending && { data: undefined, pending: false }) });
  }
  draw();
  if (first) announce();
  wait();
}

function wait() {
  clearTimeout(timer);
  if (!document.hidden) timer = setTimeout(refresh, Math.min(REFRESH_MS_MAX, REFRESH_MS * 2 ** state.failures));
}

/** Tells a screen reader what came; the refreshes after it stay silent. */
function announce() {
  const t = translator(state.lang);
  const heading = VIEWS[viewName(state.route)].head({ t, data: state.data, route: state.route, back: state.back });
  document.querySelector('#announcer').textContent = state.error === undefined ? heading.textContent : '';
}

function navigate() {
  if (adoptKey()) return;
  const before = state.route;
  state.route = parseRoute(location.hash);
  if (viewName(state.route) === 'orders') state.back = routeHref(state.route);
  const sameView = viewName(before) === viewName(state.route) && before.id === state.route.id;
  Object.assign(state, sameView ? { pending: state.data !== undefined } : { data: undefined, pending: false });
  Object.assign(state, { error: undefined, failures: 0, wanted: sameView ? state.wanted : ROWS_STEP });
  draw();
  if (!sameView) {
    scrollTo(0, 0);
    document.querySelector('h1')?.focus({ preventScroll: true });
  }
  void refresh();
}

/** `#key=sk_…` signs in, and does not stay in the address or the history. */
function adoptKey() {
  const key = keyInHash(location.hash);
  if (key === undefined) return false;
  history.replaceState(null, '', '#/orders');
  signIn(key);
  return true;
}

function signIn(key) {
  keys.keep(key);
  names = nameReader(key);
  Object.assign(state, { key, data: undefined, error: undefined, pending: false, failures: 0, signIn: { problem: undefined, busy: false } });
  navigate();
}

function signOut(problem) {
  reading.abort();
  clearTimeout(timer);
  keys.forget();
  Object.assign(state, { key: undefined, data: undefined, error: undefined, signIn: { problem, busy: false } });
  draw();
  document.querySelector('#key')?.focus();
}

async function trySignIn(key) {
  state.signIn = { problem: undefined, busy: true };
  draw();
  const problem = await refusalOf(key);
  if (problem === undefined) return signIn(key);
  state.signIn = { problem, busy: false };
  draw();
  document.querySelector('#key')?.focus();
}

const ACTIONS = {
  retry: () => refresh(),
  more() {
    state.wanted += ROWS_STEP;
    void refresh();
  },
  language() {
    state.lang = LANGUAGES.find((lang) => lang !== state.lang);
    localStorage.setItem(LANGUAGE_STORED, state.lang);
    draw();
  },
  'sign-out': () => signOut(undefined),
  skip() {
    document.querySelector('h1')?.focus();
  },
  async copy(button) {
    await navigator.clipboard.writeText(button.dataset.copy);
    document.querySelector('#announcer').textContent = translator(state.lang)('app.copied');
    button.classList.add('done');
  },
};

const FORMS = {
  'sign-in': (values) => trySignIn(values.key.trim()),
  search: ({ q }) => goTo({ q: q.trim() }),
};

/** The same list with another filter; the address carries it, so "back" undoes it. */
function goTo(change) {
  const href = routeHref({ name: state.route.name, query: { ...state.route.query, ...change } });
  if (href !== location.hash) location.hash = href;
}

// One listener each for the whole page: what is drawn carries no listeners, so it can be redrawn freely.
document.addEventListener('click', (event) => {
  const button = event.target.closest?.('[data-action]');
  if (button === null || button === undefined) return;
  // A link that acts must not also change the address, which is the state of the page.
  if (button.nodeName === 'A') event.preventDefault();
  ACTIONS[button.dataset.action]?.(button);
});
document.addEventListener('submit', (event) => {
  event.preventDefault();
  FORMS[event.target.dataset.form]?.(Object.fromEntries(new FormData(event.target)));
});
document.addEventListener('change', (event) => {
  const { filter } = event.target.dataset;
  if (filter !== undefined) goTo({ [filter]: event.target.value });
});
// The cross in a search field empties it without submitting.
document.addEventListener('search', (event) => {
  if (event.target.value === '') goTo({ q: '' });
}, true);
document.addEventListener('keydown', (event) => {
  const typing = /^(?:INPUT|SELECT|TEXTAREA)$/.test(event.target.nodeName);
  if (event.key !== '/' || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const input = document.querySelector('.search input');
  if (input === null) return;
  event.preventDefault();
  input.focus();
});
document.addEventListener('visibilitychange', () => {
  clearTimeout(timer);
  if (!document.hidden) void refresh();
});
addEventListener('hashchange', navigate);

navigate();
