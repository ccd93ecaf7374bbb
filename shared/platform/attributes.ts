import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { assert } from '../kernel/assert.ts';
import type { Item, Value } from '../kernel/tables.ts';

export type Attributes = Record<string, AttributeValue>;

export function keyOf({ pk, sk }: { readonly pk: string; readonly sk: string }): Attributes {
  return { pk: { S: pk }, sk: { S: sk } };
}

/** A value of ours in DynamoDB's form, and back. Lists hold texts. */
export function attributeOf(value: Value): AttributeValue {
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number') return { N: String(value) };
  if (typeof value === 'boolean') return { BOOL: value };
  if (value instanceof Uint8Array) return { B: value };
  return { L: value.map((each) => ({ S: each })) };
}

function valueOf(attribute: AttributeValue): Value {
  if (attribute.S !== undefined) return attribute.S;
  if (attribute.N !== undefined) return Number(attribute.N);
  if (attribute.BOOL !== undefined) return attribute.BOOL;
  if (attribute.B !== undefined) return attribute.B;
  assert(attribute.L !== undefined, 'a stored attribute of a type we never write');
  return attribute.L.map((each) => each.S ?? '');
}

export function itemOf(attributes: Attributes): Item {
  const { pk, sk, ...rest } = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, valueOf(value)]));
  assert(typeof pk === 'string' && typeof sk === 'string', 'a record without a key');
  return { ...rest, pk, sk };
}
