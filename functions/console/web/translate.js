import { WORDS } from './words.js';

/** The languages of the page; the first is the one it starts in. */
export const LANGUAGES = ['zh', 'en'];
export const HTML_LANGUAGES = { zh: 'zh-CN', en: 'en' };

/** `t('orders.count', {n: 3})` in one language. A code that has no word of its own is shown as it is. */
export function translator(lang) {
  const column = LANGUAGES.indexOf(lang);
  const t = (key, values = {}) => {
    const text = WORDS[key]?.[column] ?? key.slice(key.indexOf('.') + 1);
    return text.replaceAll(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ''));
  };
  return Object.assign(t, { lang, has: (key) => key in WORDS });
}
