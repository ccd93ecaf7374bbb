import {
  DeleteItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  type DynamoDBClient,
  type TransactWriteItem,
} from '@aws-sdk/client-dynamodb';
import { setTimeout as delay } from 'node:timers/promises';
import { assert } from '../kernel/assert.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { BusyError, TRANSACTION_WRITES_MAX, type Condition, type Item, type Key, type Range, type Tables, type Value, type Write } from '../kernel/tables.ts';
import { attributeOf, itemOf, keyOf, type Attributes } from './attributes.ts';
import { GatheredReads, type TableNames } from './gathered-reads.ts';

/** Tries of a transaction that met another one on the same record, before the fault goes to the queue. */
const CONFLICT_TRIES_MAX = 8;
const CONFLICT_WAIT_BASE_MS = 10;
const CONFLICT_WAIT_MAX_MS = 400;

/** The hub's tables in DynamoDB. */
export class DynamoTables implements Tables {
  readonly #client: DynamoDBClient;
  readonly #names: TableNames;
  readonly #reads: GatheredReads;

  constructor(client: DynamoDBClient, names: TableNames) {
    this.#client = client;
    this.#names = names;
    this.#reads = new GatheredReads(client, names);
  }

  async get(key: Key): Promise<Item | undefined> {
    return this.#reads.read(key);
  }

  getMany(keys: readonly Key[]): Promise<(Item | undefined)[]> {
    return Promise.all(keys.map((key) => this.#reads.read(key)));
  }

  async query(range: Range): Promise<Item[]> {
    const items: Item[] = [];
    if (isEmptyRange(range)) return items;
    let cursor: Attributes | undefined;
    do {
      const page = await this.#client.send(new QueryCommand({ ...queryInput(range, this.#names(range.table), range.limit - items.length), ExclusiveStartKey: cursor }));
      items.push(...(page.Items ?? []).map(itemOf));
      cursor = page.LastEvaluatedKey;
    } while (cursor !== undefined && items.length < range.limit);
    return items;
  }

  async transact<R extends string>(writes: readonly Write<R>[]): Promise<Result<void, R>> {
    assert(writes.length > 0 && writes.length <= TRANSACTION_WRITES_MAX, `${writes.length} writes in one transaction`);
    for (let tries = 1; ; tries += 1) {
      const failed = await (writes.length === 1 ? this.#writeOne(writes) : this.#writeAll(writes));
      if (failed === undefined) return ok(undefined);
      if (failed !== 'conflict') return refusalOf(writes[failed]);
      if (tries === CONFLICT_TRIES_MAX) throw new BusyError(`transaction met others ${tries} times`);
      await delay(Math.random() * Math.min(CONFLICT_WAIT_MAX_MS, CONFLICT_WAIT_BASE_MS * 2 ** tries));
    }
  }

  /** A lone write costs half of what it would in a transaction. Gives the index of the failed write. */
  async #writeOne(writes: readonly Write[]): Promise<number | 'conflict' | undefined> {
    const [write] = writes;
    assert(write !== undefined && write.kind !== 'check', 'a lone check writes nothing');
    const { Put, Update, Delete } = transactItem(write, this.#names);
    try {
      if (Put !== undefined) await this.#client.send(new PutItemCommand(Put));
      if (Update !== undefined) await this.#client.send(new UpdateItemCommand(Update));
      if (Delete !== undefined) await this.#client.send(new DeleteItemCommand(Delete));
      return undefined;
    } catch (error) {
      if (errorName(error) === 'ConditionalCheckFailedException') return 0;
      if (errorName(error) === 'TransactionConflictException') return 'conflict';
      throw error;
    }
  }

  async #writeAll(writes: readonly Write[]): Promise<number | 'conflict' | undefined> {
    try {
      await this.#client.send(new TransactWriteItemsCommand({ TransactItems: writes.map((write) => transactItem(write, this.#names)) }));
      return undefined;
    } catch (error) {
      const reasons = reasonsOf(error);
      const failed = reasons.indexOf('ConditionalCheckFailed');
      if (failed >= 0) return failed;
      if (reasons.some((reason) => reason === 'TransactionConflict' || reason === 'ThrottlingError')) return 'conflict';
      throw error;
    }
  }
}

function refusalOf<R extends string>(write: Write<R> | undefined): Result<void, R> {
  assert(write?.refusal !== undefined, `a condition without a refusal failed on ${write?.key.pk ?? 'nothing'}`);
  return err(write.refusal);
}

function errorName(error: unknown): string {
  return error instanceof Error ? error.name : '';
}

function reasonsOf(error: unknown): string[] {
  if (!(error instanceof Error) || error.name !== 'TransactionCanceledException') return [];
  const reasons: unknown = 'CancellationReasons' in error ? error.CancellationReasons : undefined;
  return Array.isArray(reasons) ? reasons.map((reason: { Code?: string } | undefined) => reason?.Code ?? 'None') : [];
}

/** Collects names and values of one expression; DynamoDB refuses placeholders that are not used. */
class Expression {
  readonly names: Record<string, string> = {};
  readonly values: Attributes = {};
  name(attribute: string): string {
    this.names[`#${attribute}`] = attribute;
    return `#${attribute}`;
  }
  value(value: Value): string {
    const placeholder = `:v${Object.keys(this.values).length}`;
    this.values[placeholder] = attributeOf(value);
    return placeholder;
  }
  get parts(): { ExpressionAttributeNames?: Record<string, string>; ExpressionAttributeValues?: Attributes } {
    return {
      ...(Object.keys(this.names).length > 0 && { ExpressionAttributeNames: this.names }),
      ...(Object.keys(this.values).length > 0 && { ExpressionAttributeValues: this.values }),
    };
  }
}

function conditionOf(when: Condition | undefined, expression: Expression): string | undefined {
  if (when === undefined) return undefined;
  const terms = [
    ...(when.exists === undefined ? [] : [`${when.exists ? 'attribute_exists' : 'attribute_not_exists'}(${expression.name('pk')})`]),
    ...Object.entries(when.equals ?? {}).map(([name, value]) => `${expression.name(name)} = ${expression.value(value)}`),
    ...Object.entries(when.atLeast ?? {}).map(([name, least]) => `${expression.name(name)} >= ${expression.value(least)}`),
    ...Object.entries(when.atMost ?? {}).map(([name, most]) => {
      const term = `${expression.name(name)} <= ${expression.value(most)}`;
      return most < 0 ? term : `(attribute_not_exists(${expression.name(name)}) OR ${term})`;
    }),
  ];
  return terms.join(' AND ');
}

function updateOf(write: Extract<Write, { kind: 'update' }>, expression: Expression): string {
  const sets = Object.entries(write.set ?? {}).map(([name, value]) => `${expression.name(name)} = ${expression.value(value)}`);
  const adds = Object.entries(write.add ?? {}).map(([name, by]) => `${expression.name(name)} ${expression.value(by)}`);
  const removes = (write.remove ?? []).map((name) => expression.name(name));
  return [
    ...(sets.length > 0 ? [`SET ${sets.join(', ')}`] : []),
    ...(adds.length > 0 ? [`ADD ${adds.join(', ')}`] : []),
    ...(removes.length > 0 ? [`REMOVE ${removes.join(', ')}`] : []),
  ].join(' ');
}

function transactItem(write: Write, names: TableNames): TransactWriteItem {
  const expression = new Expression();
  const TableName = names(write.key.table);
  const update = write.kind === 'update' ? updateOf(write, expression) : '';
  const condition = conditionOf(write.when, expression);
  const rest = { ...(condition !== undefined && { ConditionExpression: condition }), ...expression.parts };
  if (write.kind === 'put') {
    const attributes = Object.fromEntries(Object.entries(write.attributes).map(([name, value]) => [name, attributeOf(value)]));
    return { Put: { TableName, Item: { ...attributes, ...keyOf(write.key) }, ...rest } };
  }
  if (write.kind === 'update') return { Update: { TableName, Key: keyOf(write.key), UpdateExpression: update, ...rest } };
  if (write.kind === 'delete') return { Delete: { TableName, Key: keyOf(write.key), ...rest } };
  assert(condition !== undefined, 'a check needs a condition');
  return { ConditionCheck: { TableName, Key: keyOf(write.key), ConditionExpression: condition, ...expression.parts } };
}

function queryInput(range: Range, table: string, limit: number): ConstructorParameters<typeof QueryCommand>[0] {
  const expression = new Expression();
  const sort = range.index === undefined ? 'sk' : 'gsi1sk';
  const partition = `${expression.name(range.index === undefined ? 'pk' : 'gsi1pk')} = ${expression.value(range.pk)}`;
  return {
    TableName: table,
    ...(range.index !== undefined && { IndexName: range.index }),
    ConsistentRead: range.index === undefined,
    KeyConditionExpression: [partition, sortCondition(range, sort, expression)].filter((term) => term !== '').join(' AND '),
    ScanIndexForward: !(range.descending ?? false),
    Limit: limit,
    ...expression.parts,
  };
}

/** The greatest string with a prefix, for ranges that join a prefix with a bound: DynamoDB takes one sort condition. */
const LAST_CHARACTER = '\u{10FFFF}';

function sortCondition({ prefix, after, before }: Range, sort: string, expression: Expression): string {
  if (after === undefined && before === undefined) {
    return prefix === undefined ? '' : `begins_with(${expression.name(sort)}, ${expression.value(prefix)})`;
  }
  assert(after === undefined || before === undefined, 'one bound at a time');
  if (prefix === undefined) return `${expression.name(sort)} ${after === undefined ? '<' : '>'} ${expression.value(after ?? before ?? '')}`;
  // BETWEEN includes its ends, so an excluded bound moves by the smallest step a key can have. A bound outside of the
  // prefix (a cursor of another list) does not widen it.
  const low = after === undefined || compareBytes(after, prefix) < 0 ? prefix : `${after}\u0000`;
  const high = before === undefined || compareBytes(before, `${prefix}${LAST_CHARACTER}`) > 0 ? `${prefix}${LAST_CHARACTER}` : beforeOf(before);
  return `${expression.name(sort)} BETWEEN ${expression.value(low)} AND ${expression.value(high)}`;
}

/** Nothing lies beyond the end of a prefix or before its start; DynamoDB refuses to look there. */
function isEmptyRange({ prefix, after, before }: Range): boolean {
  if (prefix === undefined) return false;
  return (after !== undefined && compareBytes(after, `${prefix}${LAST_CHARACTER}`) >= 0) || (before !== undefined && compareBytes(before, prefix) <= 0);
}

/** DynamoDB orders string keys by their UTF-8 bytes. */
function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** A string just below `bound` that no key of ours can lie between: the last character stepped down, then the greatest. */
function beforeOf(bound: string): string {
  const last = bound.codePointAt(bound.length - 1) ?? 0;
  return `${bound.slice(0, -1)}${String.fromCodePoint(Math.max(0, last - 1))}${LAST_CHARACTER}`;
}
