import { ApiError, read } from './api.js';
import { el } from './dom.js';
import { CALL_PLACE, logo } from './parts.js';

const STORED = 'shuniu.key';
const CALL = 'POST /v1/trials';

/** The key lives in this tab only; closing it forgets the key. */
export const keys = {
  read: () => sessionStorage.getItem(STORED) ?? undefined,
  keep: (key) => sessionStorage.setItem(STORED, key),
  forget: () => sessionStorage.removeItem(STORED),
};

/** Why a typed key is not accepted, as a word of the dictionary; undefined when it is. */
export async function refusalOf(key) {
  if (!key.startsWith('sk_')) return 'signIn.form';
  try {
    await read({ key, path: '/v1/orders', query: { limit: '1' } });
    return undefined;
  } catch (error) {
    if (error instanceof ApiError) return error.status === 401 ? 'signIn.refused' : `error.${error.code}`;
    throw error;
  }
}

/** The form; `problem` is a word of the dictionary. */
export function signInForm({ t, problem, busy }) {
  const [before, after] = t('signIn.trial', { call: CALL_PLACE }).split(CALL_PLACE);
  const input = el('input', {
    id: 'key',
    name: 'key',
    type: 'password',
    autocomplete: 'off',
    spellcheck: 'false',
    required: true,
    placeholder: 'sk_…',
    'aria-describedby': problem === undefined ? 'key-hint' : 'key-problem key-hint',
    'aria-invalid': problem === undefined ? null : 'true',
  });
  return el(
    'main',
    { class: 'sign-in', id: 'main', 'data-key': 'sign-in' },
    el(
      'form',
      { class: 'card', 'data-form': 'sign-in' },
      el('div', { class: 'brand' }, logo(), t('app.name')),
      el('h1', { tabindex: '-1' }, t('signIn.title')),
      el('p', { class: 'muted' }, t('signIn.lead')),
      el('label', { for: 'key' }, t('signIn.key')),
      input,
      problem !== undefined && el('p', { id: 'key-problem', class: 'problem', role: 'alert' }, t(problem)),
      el('p', { id: 'key-hint', class: 'muted small' }, t('signIn.hint')),
      el('button', { type: 'submit', class: 'button button-main', disabled: busy }, t(busy ? 'app.loading' : 'signIn.submit')),
    ),
    el('p', { class: 'muted small' }, before, el('code', {}, CALL), after, ' ', el('a', { href: '/docs' }, t('app.docs'))),
    el('button', { type: 'button', class: 'link', 'data-action': 'language', lang: t.lang === 'zh' ? 'en' : 'zh-CN' }, t('app.language')),
  );
}
