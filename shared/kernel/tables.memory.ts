import { assert } from './assert.ts';
import { err, ok, type Result } from './result.ts';
import { TRANSACTION_WRITES_MAX, type Condition, type Item, type Key, type Range, type TableName, type Tables, type Value, type Write } from './tables.ts';

type Stored = Readonly<Record<string, Value>>;

/** What happens between the steps of the memory store: tests put other work there to try every interleaving. */
export type Pause = () => Promise<void>;

/**
 * The hub's tables in memory: what unit and property tests run on. It passes the same contract test as DynamoDB.
 * A transaction checks and writes without yielding, so it is atomic; reads before it may be stale, as in life.
 */
export class MemoryTables implements Tables {
  readonly #tables = new Map<TableName, Map<string, Map<string, Stored>>>();
  readonly #pause: Pause;

  constructor(pause: Pause = async () => {}) {
    this.#pause = pause;
  }

  async get(key: Key): Promise<Item | undefined> {
    await this.#pause();
    return this.#read(key);
  }

  async getMany(keys: readonly Key[]): Promise<(Item | undefined)[]> {
    await this.#pause();
    return keys.map((key) => this.#read(key));
  }

  async query(range: Range): Promise<Item[]> {
    await this.#pause();
    const items = range.index === undefined ? this.#partition(range) : this.#indexed(range);
    const kept = items.filter(({ position }) => inRange(position, range)).toSorted((a, b) => compareBytes(a.position, b.position));
    return (range.descending ? kept.toReversed() : kept).slice(0, range.limit).map(({ item }) => item);
  }

  async transact<R extends string>(writes: readonly Write<R>[]): Promise<Result<void, R>> {
    assert(writes.length > 0 && writes.length <= TRANSACTION_WRITES_MAX, `${writes.length} writes in one transaction`);
    assert(new Set(writes.map(({ key }) => JSON.stringify(key))).size === writes.length, 'one key twice in a transaction');
    await this.#pause();
    for (const write of writes) {
      if (holds(this.#read(write.key), write.when)) continue;
      assert(write.refusal !== undefined, `a condition without a refusal failed on ${write.key.pk}`);
      return err(write.refusal);
    }
    for (const write of writes) this.#apply(write);
    await this.#pause();
    return ok(undefined);
  }

  /** Every record of a table, for tests that prove an invariant over all of them. */
  all(table: TableName): Item[] {
    return [...(this.#tables.get(table) ?? [])].flatMap(([pk, rows]) => [...rows].map(([sk, row]) => ({ ...row, pk, sk })));
  }

  #read({ table, pk, sk }: Key): Item | undefined {
    const row = this.#tables.get(table)?.get(pk)?.get(sk);
    return row === undefined ? undefined : { ...row, pk, sk };
  }

  #apply(write: Write): void {
    const { table, pk, sk } = write.key;
    const partitions = this.#tables.get(table) ?? new Map<string, Map<string, Stored>>();
    this.#tables.set(table, partitions);
    const rows = partitions.get(pk) ?? new Map<string, Stored>();
    partitions.set(pk, rows);
    if (write.kind === 'put') rows.set(sk, { ...write.attributes });
    if (write.kind === 'delete') rows.delete(sk);
    if (write.kind === 'update') rows.set(sk, updated(rows.get(sk) ?? {}, write));
  }

  #partition(range: Range): { position: string; item: Item }[] {
    const rows = this.#tables.get(range.table)?.get(range.pk) ?? new Map<string, Stored>();
    return [...rows].map(([sk, row]) => ({ position: sk, item: { ...row, pk: range.pk, sk } }));
  }

  #indexed(range: Range): { position: string; item: Item }[] {
    return this.all(range.table).flatMap(({ pk, sk, gsi1pk, gsi1sk }) =>
      gsi1pk === range.pk && typeof gsi1sk === 'string' ? [{ position: gsi1sk, item: { pk, sk, gsi1pk, gsi1sk } }] : [],
    );
  }
}

function updated(row: Stored, write: Extract<Write, { kind: 'update' }>): Stored {
  const added = Object.entries(write.add ?? {}).map(([name, by]) => {
    const current = row[name] ?? 0;
    assert(typeof current === 'number', `${name} is not a number`);
    return [name, current + by] as const;
  });
  const removed = new Set(write.remove ?? []);
  const kept = Object.entries(row).filter(([name]) => !removed.has(name));
  return Object.fromEntries([...kept, ...Object.entries(write.set ?? {}), ...added]);
}

function holds(item: Item | undefined, when: Condition | undefined): boolean {
  if (when === undefined) return true;
  if (when.exists !== undefined && when.exists !== (item !== undefined)) return false;
  if (Object.entries(when.equals ?? {}).some(([name, value]) => item?.[name] !== value)) return false;
  const enough = Object.entries(when.atLeast ?? {}).every(([name, least]) => {
    const value = item?.[name];
    return typeof value === 'number' && value >= least;
  });
  return enough && Object.entries(when.atMost ?? {}).every(([name, most]) => Number(item?.[name] ?? 0) <= most);
}

function inRange(position: string, { prefix, after, before }: Range): boolean {
  if (prefix !== undefined && !position.startsWith(prefix)) return false;
  if (after !== undefined && compareBytes(position, after) <= 0) return false;
  return before === undefined || compareBytes(position, before) < 0;
}

/** DynamoDB orders string keys by their UTF-8 bytes, not by UTF-16 units. */
function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
