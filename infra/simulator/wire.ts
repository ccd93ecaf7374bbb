/** What a platform puts on the wire: JSON whose int64 ids are bare numbers, held here as bigint so that no digit is lost. */
export type Wire = string | number | boolean | null | bigint | readonly Wire[] | { readonly [name: string]: Wire };

/** Compact JSON text with every bigint as a bare number; `JSON.stringify` refuses them. */
export function wireText(value: Wire): string {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (isList(value)) return `[${value.map(wireText).join(',')}]`;
  const fields = Object.entries(value).map(([name, field]) => `${JSON.stringify(name)}:${wireText(field)}`);
  return `{${fields.join(',')}}`;
}

function isList(value: readonly Wire[] | { readonly [name: string]: Wire }): value is readonly Wire[] {
  return Array.isArray(value);
}
