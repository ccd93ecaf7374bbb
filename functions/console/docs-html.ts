/** Markup that is safe to send: whatever is put into `html` is escaped unless it is markup itself. */
export interface Html {
  readonly markup: string;
}

export type Insert = string | number | Html | undefined | false | readonly Insert[];

export function html(parts: TemplateStringsArray, ...inserts: readonly Insert[]): Html {
  return { markup: parts.map((part, index) => part + (index < inserts.length ? markupOf(inserts[index]) : '')).join('') };
}

function markupOf(insert: Insert): string {
  if (insert === undefined || insert === false) return '';
  if (typeof insert === 'string' || typeof insert === 'number') return escaped(String(insert));
  return 'markup' in insert ? insert.markup : insert.map((each) => markupOf(each)).join('');
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/** Text in which `backticks` mark code, as descriptions are written. */
export function prose(text: string): Html {
  return html`${text.split('`').map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part))}`;
}
