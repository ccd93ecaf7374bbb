import type { Result } from './result.ts';

/** The hub's tables. Every key begins with a tenant, except the few records that exist before one is known. */
export type TableName = 'registry' | 'orders' | 'stock';

export interface Key {
  readonly table: TableName;
  readonly pk: string;
  readonly sk: string;
}

export type Value = string | number | boolean | Uint8Array | readonly string[];

/** A stored record: its key, and flat attributes. `gsi1pk`/`gsi1sk` put it into the table's one index. */
export type Item = { readonly pk: string; readonly sk: string } & { readonly [attribute: string]: Value };

/**
 * What must hold of the stored record for a write to happen.
 * `atLeast` and `atMost` compare the value before the write. A missing attribute fails `atLeast`, and is 0 to `atMost`.
 */
export interface Condition {
  readonly exists?: boolean;
  readonly equals?: Readonly<Record<string, string | number>>;
  readonly atLeast?: Readonly<Record<string, number>>;
  readonly atMost?: Readonly<Record<string, number>>;
}

/**
 * One conditional write. `refusal` is the word `transact` answers with when the condition fails.
 * `update` creates the record when it is missing, unless the condition forbids it; `add` starts from 0.
 */
export type Write<R extends string = string> = { readonly key: Key; readonly when?: Condition; readonly refusal?: R } & (
  | { readonly kind: 'put'; readonly attributes: Readonly<Record<string, Value>> }
  | {
      readonly kind: 'update';
      readonly set?: Readonly<Record<string, Value>>;
      readonly add?: Readonly<Record<string, number>>;
      readonly remove?: readonly string[];
    }
  | { readonly kind: 'delete' }
  | { readonly kind: 'check' }
);

/** A range of one partition, by sort key, ascending unless `descending`. `after` and `before` exclude themselves. */
export interface Range {
  readonly table: TableName;
  readonly index?: 'gsi1';
  readonly pk: string;
  readonly prefix?: string;
  readonly after?: string;
  readonly before?: string;
  readonly descending?: boolean;
  readonly limit: number;
}

/** The most writes one transaction can hold (DynamoDB TransactWriteItems). */
export const TRANSACTION_WRITES_MAX = 100;

/** Contention that outlived our retries. A fault: the queue, or the caller, tries again later. */
export class BusyError extends Error {
  override readonly name = 'BusyError';
}

/**
 * The one way to stored records, with two implementations that pass the same contract test: DynamoDB and memory.
 * Reads are strongly consistent, except through an index, which gives keys only.
 */
export interface Tables {
  get(key: Key): Promise<Item | undefined>;
  /** In the order asked; undefined where there is no record. Any number of keys. */
  getMany(keys: readonly Key[]): Promise<(Item | undefined)[]>;
  query(range: Range): Promise<Item[]>;
  /** All or nothing. The error is the `refusal` of the first write (in order) whose condition failed. */
  transact<R extends string>(writes: readonly Write<R>[]): Promise<Result<void, R>>;
}
