/** Numbers and times as people read them. */

const LOCALES = { zh: 'zh-CN', en: 'en-GB' };
const DAY_MS = 86_400_000;

/** Integer fen as yuan. No float is ever the amount: the two parts are split as whole numbers. */
export function yuan(fen) {
  const whole = Math.trunc(Math.abs(fen) / 100);
  const rest = String(Math.abs(fen) % 100).padStart(2, '0');
  return `${fen < 0 ? '−' : ''}¥${count(whole)}.${rest}`;
}

export function count(number) {
  return String(number).replaceAll(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** Day and minute; the year only where it is not this one. */
export function shortTime(iso, lang, nowMs) {
  const at = new Date(iso);
  const day = { month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hour12: false };
  const year = at.getFullYear() === new Date(nowMs).getFullYear() ? {} : { year: 'numeric' };
  return new Intl.DateTimeFormat(LOCALES[lang], { ...day, ...year }).format(at);
}

export function fullTime(iso, lang) {
  return new Intl.DateTimeFormat(LOCALES[lang], { dateStyle: 'long', timeStyle: 'medium', hour12: false }).format(new Date(iso));
}

export function clock(ms, lang) {
  return new Intl.DateTimeFormat(LOCALES[lang], { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false }).format(new Date(ms));
}

/** How urgent a promise is: past, within a day, or far. */
export function urgency(iso, nowMs) {
  const leftMs = Date.parse(iso) - nowMs;
  if (leftMs < 0) return 'late';
  return leftMs < DAY_MS ? 'soon' : 'calm';
}

/** The place without names that repeat: a city under itself, or a municipality under its own name. */
export function place({ province, city, district, town }) {
  return [province, city, district, town].filter((name, index, names) => name && name !== names[index - 1]).join(' ');
}
