import { globSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import type { Contract, Route } from '../../shared/kernel/contract.ts';

/** A route of any contract of the hub. */
export interface NamedRoute {
  readonly name: string;
  readonly route: Route;
}

const PROJECT_DIR = path.join(import.meta.dirname, '../..');
const moduleSchema = z.object({ contract: z.custom<Contract>((value) => typeof value === 'object' && value !== null) });

/** Every route of every contract there is, so that a new one is tried without anybody thinking of it. */
export async function allRoutes(): Promise<NamedRoute[]> {
  const files = globSync('functions/*/contract.ts', { cwd: PROJECT_DIR });
  const contracts = await Promise.all(files.map(async (file) => moduleSchema.parse({ ...Object(await import(path.join(PROJECT_DIR, file))) }).contract));
  return contracts.flatMap((contract) => Object.entries(contract).map(([name, route]) => ({ name, route })));
}

/** What a field of a name is filled with, wherever it stands: in the path, the query or the body. */
export type Values = Readonly<Record<string, string>>;

export interface SampleCall {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
}

/** A call of the route that its own schemas accept. Throws for a variable of the path that has no value. */
export function callOf({ name, route }: NamedRoute, values: Values): SampleCall {
  const filled = route.path.replaceAll(/\{(\w+)\+?\}/g, (_variable, field: string) => {
    const value = values[field];
    if (value === undefined) throw new Error(`${name} has a {${field}} in its path: say here what it is filled with`);
    return encodeURIComponent(value);
  });
  const query = route.query === undefined ? '' : queryOf(route.query, values);
  const call = { method: route.method, path: query === '' ? filled : `${filled}?${query}` };
  return route.body === undefined ? call : { ...call, body: sampleBody(route.body, values) };
}

/** The filters that have a value; the others are left open. */
function queryOf(query: z.ZodObject, values: Values): string {
  const fields = Object.keys(query.shape).flatMap((field) => (values[field] === undefined ? [] : [[field, values[field]] as const]));
  return new URLSearchParams(Object.fromEntries(fields)).toString();
}

type Schema = z.core.JSONSchema.BaseSchema;
type SchemaOrAny = Schema | boolean | undefined;

const DEFINITIONS = '#/$defs/';

interface Sampling {
  readonly values: Values;
  readonly definitions: Readonly<Record<string, SchemaOrAny>>;
}

/** A value the schema takes, with all that must be there, and what is named in `values`. */
function sampleBody(body: z.ZodType, values: Values): unknown {
  const schema = z.toJSONSchema(body, { io: 'input' });
  return sampleOf(schema, '', { values, definitions: schema.$defs ?? {} });
}

function sampleOf(given: SchemaOrAny, name: string, sampling: Sampling): unknown {
  const schema = resolved(given, sampling);
  const value = sampling.values[name];
  if (value !== undefined) return value;
  if (schema.enum !== undefined) return schema.enum[0];
  switch (schema.type) {
    case 'array':
      return [sampleOf(Array.isArray(schema.items) ? undefined : schema.items, '', sampling)];
    case 'object':
      return Object.fromEntries(Object.entries(schema.properties ?? {}).filter(([field]) => isWanted(field, schema, sampling)).map(([field, property]) => [field, sampleOf(property, field, sampling)]));
    case 'integer':
    case 'number':
      return Math.max(1, schema.minimum ?? 1);
    case 'boolean':
      return true;
    default:
      return schema.format === 'date-time' ? '2026-11-24T00:00:00Z' : 'sample';
  }
}

function isWanted(field: string, { required = [] }: Schema, { values }: Sampling): boolean {
  return required.includes(field) || values[field] !== undefined;
}

function resolved(schema: SchemaOrAny, { definitions }: Sampling): Schema {
  if (typeof schema !== 'object') return {};
  const named = schema.$ref?.startsWith(DEFINITIONS) === true ? definitions[schema.$ref.slice(DEFINITIONS.length)] : schema;
  return typeof named === 'object' ? named : {};
}
