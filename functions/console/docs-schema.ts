import type { JsonSchema, OpenApiDocument } from './openapi-model.ts';
import { html, prose, type Html } from './docs-html.ts';

/** Schemas refer to each other; a tree shows so many levels and then only names. */
const DEPTH_MAX = 6;

/** A schema as nested lists: each field with its type, limits and meaning. */
export function schemaTree(document: OpenApiDocument, schema: JsonSchema, depth = 0): Html {
  const { properties, required = [] } = objectOf(document, schema);
  if (properties === undefined || depth >= DEPTH_MAX) return html``;
  const fields = Object.entries(properties).map(([name, property]) => {
    const field = schemaOf(property);
    return html`<li>
      <div class="field"><code class="name">${name}</code> <span class="type">${typeText(field)}</span>${!required.includes(name) && html` <span class="optional">optional</span>`} ${limitsNote(document, field)}</div>
      ${noteOf(document, field)}${schemaTree(document, field, depth + 1)}
    </li>`;
  });
  return html`<ul class="tree">${fields}</ul>`;
}

/** The meaning of a value, as a line below its name. */
export function noteOf(document: OpenApiDocument, schema: JsonSchema): Html | undefined {
  const description = schema.description ?? resolved(document, schema).description;
  return description === undefined ? undefined : html`<p class="note">${prose(description)}</p>`;
}

/** What a value may be at most, and what it is when left out. */
export function limitsNote(document: OpenApiDocument, schema: JsonSchema): Html | undefined {
  const limits = limitsOf(resolved(document, schema));
  return limits.length === 0 ? undefined : html`<span class="limits">${limits.join(' · ')}</span>`;
}

/** `string`, `integer`, `Order`, `array of objects`, or the words it may be. */
export function typeText(schema: JsonSchema): string {
  const options = schema.anyOf?.map((option) => typeText(schemaOf(option)));
  if (options !== undefined) return options.join(' or ');
  if (schema.$ref !== undefined) return nameOf(schema.$ref);
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map((word) => JSON.stringify(word)).join(' | ');
  if (schema.type === 'array') return `array of ${typeText(itemsOf(schema))}`;
  if (isRecord(schema)) return 'object of strings by name';
  return schema.format === undefined ? String(schema.type ?? 'anything') : `${String(schema.type)} (${schema.format})`;
}

/** The schema itself, where this is a reference. */
export function resolved(document: OpenApiDocument, schema: JsonSchema): JsonSchema {
  return schema.$ref === undefined ? schema : (document.components.schemas[nameOf(schema.$ref)] ?? {});
}

export function nameOf(reference: string): string {
  return reference.slice(reference.lastIndexOf('/') + 1);
}

/** A list's single schema of items. */
export function itemsOf({ items }: JsonSchema): JsonSchema {
  return items === undefined || Array.isArray(items) ? {} : schemaOf(items);
}

/** JSON Schema also allows `true` for "anything". */
export function schemaOf(schema: JsonSchema | boolean): JsonSchema {
  return typeof schema === 'boolean' ? {} : schema;
}

/** The object in it: itself, what it refers to, an item of a list, or the one option that is not null. */
function objectOf(document: OpenApiDocument, schema: JsonSchema): JsonSchema {
  const found = resolved(document, schema);
  if (found.type === 'array') return objectOf(document, itemsOf(found));
  const option = found.anyOf?.map((each) => schemaOf(each)).find(({ type }) => type !== 'null');
  return option === undefined ? found : objectOf(document, option);
}

function isRecord({ type, properties, additionalProperties }: JsonSchema): boolean {
  return type === 'object' && properties === undefined && typeof additionalProperties === 'object' && additionalProperties.type === 'string';
}

function limitsOf(schema: JsonSchema): string[] {
  const { minLength, maxLength, minimum, maximum, minItems, maxItems, pattern, format, default: preset } = schema;
  return [
    span(minLength === 0 ? undefined : minLength, maxLength, 'characters'),
    span(minimum, maximum, ''),
    span(minItems, maxItems, 'items'),
    pattern === undefined || format !== undefined ? undefined : `matches ${pattern}`,
    preset === undefined ? undefined : `default ${JSON.stringify(preset)}`,
  ].filter((text) => text !== undefined);
}

function span(least: number | undefined, most: number | undefined, unit: string): string | undefined {
  if (least === undefined && most === undefined) return undefined;
  const words = least === undefined ? `at most ${number(most)}` : most === undefined ? `at least ${number(least)}` : `${number(least)} to ${number(most)}`;
  return `${words} ${unit}`.trim();
}

function number(value: number | undefined): string {
  return String(value ?? '').replaceAll(/\B(?=(\d{3})+(?!\d))/g, ',');
}
