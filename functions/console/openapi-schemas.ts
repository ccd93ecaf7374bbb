import * as z from 'zod';
import type { JsonSchema } from './openapi-model.ts';

const COMPONENTS = '#/components/schemas/';

/**
 * zod schemas as JSON Schema. Those with an id are put once among the components and referred to. Both sides are
 * described as what may be sent (`io: 'input'`): our answers may gain fields later, so they are not closed.
 */
export class SchemaBook {
  readonly schemas: Record<string, JsonSchema> = {};

  /** The schema, as a reference where it has an id. */
  add(schema: z.ZodType): JsonSchema {
    const { $schema: _, $defs: named = {}, ...root } = z.toJSONSchema(schema, { io: 'input', override: withoutNoise });
    for (const [id, definition] of Object.entries(named)) this.#keep(id, definition);
    const { id } = root;
    if (typeof id !== 'string') return referring(root);
    this.#keep(id, root);
    return { $ref: COMPONENTS + id };
  }

  #keep(id: string, definition: unknown): void {
    const found = referring(definition);
    delete found['id'];
    const before = this.schemas[id];
    if (before !== undefined && JSON.stringify(before) !== JSON.stringify(found)) throw new TypeError(`two schemas have the id ${id}`);
    this.schemas[id] = found;
  }
}

/** The properties of an object schema, with its names of those that must be there. */
export function propertiesOf(schema: z.ZodObject): { name: string; required: boolean; schema: JsonSchema }[] {
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: 'input', override: withoutNoise });
  return Object.entries(properties).map(([name, property]) => ({ name, required: required.includes(name), schema: typeof property === 'boolean' ? {} : property }));
}

/** Every zod integer carries the bounds of a double; they say nothing about the field. */
function withoutNoise({ jsonSchema }: { jsonSchema: JsonSchema }): void {
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
}

const schemaShape = z.record(z.string(), z.unknown());

/** A copy in which references to the schema's own definitions lead to the components. */
function referring(schema: unknown): JsonSchema {
  const text = JSON.stringify(schema, (name, value: unknown) => (name === '$ref' && typeof value === 'string' ? value.replace('#/$defs/', COMPONENTS) : value));
  return schemaShape.parse(JSON.parse(text));
}
