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
  return route.body === undefined ? call : { ...call, body: sampleOf(schemaOf(route.body), { values, name: '' }) };
}

/** The filters that have a value; the others are left open. */
function queryOf(query: z.ZodObject, values: Values): string {
  const fields = Object.keys(query.shape).flatMap((field) => (values[field] === undefined ? [] : [[field, values[field]] as const]));
  return new URLSearchParams(Object.fromEntries(fields)).toString();
}

interface Schema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly minimum?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
}

const jsonSchema: z.ZodType<Schema> = z.lazy(() =>
  z.object({
    type: z.string().optional(),
    enum: z.array(z.unknown()).optional(),
    format: z.string().optional(),
    minimum: z.number().optional(),
    properties: z.record(z.string(), jsonSchema).optional(),
    required: z.array(z.string()).optional(),
    items: jsonSchema.optional(),
  }).transform((schema) => Object.fromEntries(Object.entries(schema).filter(([, value]) => value !== undefined))),
);

function schemaOf(schema: z.ZodType): Schema {
  return jsonSchema.parse(z.toJSONSchema(schema, { io: 'input', reused: 'inline', unrepresentable: 'any' }));
}

/** A value with all that must be there, and what is named in `values`. */
function sampleOf(schema: Schema, { values, name }: { values: Values; name: string }): unknown {
  const value = values[name];
  if (value !== undefined) return value;
  if (schema.enum !== undefined) return schema.enum[0];
  if (schema.type === 'array') return [sampleOf(schema.items ?? {}, { values, name: '' })];
  if (schema.type === 'object') {
    const fields = Object.entries(schema.properties ?? {}).filter(([field]) => schema.required?.includes(field) === true || values[field] !== undefined);
    return Object.fromEntries(fields.map(([field, property]) => [field, sampleOf(property, { values, name: field })]));
  }
  if (schema.type === 'integer' || schema.type === 'number') return Math.max(1, schema.minimum ?? 1);
  if (schema.type === 'boolean') return true;
  return schema.format === 'date-time' ? '2026-11-24T00:00:00Z' : 'sample';
}
