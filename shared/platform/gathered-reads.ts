import { BatchGetItemCommand, GetItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Item, Key, TableName } from '../kernel/tables.ts';
import { itemOf, keyOf, type Attributes } from './attributes.ts';

/** What a table of ours is called where it is deployed; throws for one that the function was not given. */
export type TableNames = (table: TableName) => string;

/** BatchGetItem takes at most this many keys. */
const BATCH_GET_KEYS_MAX = 100;

type Asked = Record<string, { Keys: Attributes[]; ConsistentRead: boolean }>;

interface Waiting {
  readonly key: Key;
  readonly resolve: (item: Item | undefined) => void;
  readonly reject: (fault: unknown) => void;
}

/**
 * Consistent reads that travel together: what is asked for in one turn of the event loop goes out as one BatchGetItem.
 * A worker with ten messages reads its ten orders in one call; each reader still reads after it asked.
 */
export class GatheredReads {
  readonly #client: DynamoDBClient;
  readonly #names: TableNames;
  #waiting: Waiting[] = [];

  constructor(client: DynamoDBClient, names: TableNames) {
    this.#client = client;
    this.#names = names;
  }

  read(key: Key): Promise<Item | undefined> {
    if (this.#waiting.length === 0) setImmediate(() => this.#flush());
    return new Promise((resolve, reject) => this.#waiting.push({ key, resolve, reject }));
  }

  #flush(): void {
    const byKey = Map.groupBy(this.#waiting, ({ key }) => nameOf(key));
    this.#waiting = [];
    const groups = [...byKey.values()];
    for (let from = 0; from < groups.length; from += BATCH_GET_KEYS_MAX) void this.#settle(groups.slice(from, from + BATCH_GET_KEYS_MAX));
  }

  async #settle(groups: readonly Waiting[][]): Promise<void> {
    const keys = groups.flatMap(([first]) => (first === undefined ? [] : [first.key]));
    try {
      const found = await this.#fetch(keys);
      for (const { key, resolve } of groups.flat()) resolve(found.get(nameOf(key)));
    } catch (fault) {
      for (const { reject } of groups.flat()) reject(fault);
    }
  }

  async #fetch(keys: readonly Key[]): Promise<Map<string, Item>> {
    const [only] = keys;
    if (only !== undefined && keys.length === 1) {
      const { Item: item } = await this.#client.send(new GetItemCommand({ TableName: this.#names(only.table), Key: keyOf(only), ConsistentRead: true }));
      return new Map(item === undefined ? [] : [[nameOf(only), itemOf(item)]]);
    }
    const found = new Map<string, Item>();
    const tableOf = new Map(keys.map(({ table }) => [this.#names(table), table]));
    let asked = this.#requestOf(keys);
    while (Object.keys(asked).length > 0) {
      const { Responses, UnprocessedKeys } = await this.#client.send(new BatchGetItemCommand({ RequestItems: asked }));
      for (const [name, items] of Object.entries(Responses ?? {})) {
        for (const item of items.map(itemOf)) found.set(`${tableOf.get(name)}|${item.pk}|${item.sk}`, item);
      }
      asked = againOf(UnprocessedKeys);
    }
    return found;
  }

  #requestOf(keys: readonly Key[]): Asked {
    const request: Asked = {};
    for (const key of keys) (request[this.#names(key.table)] ??= { Keys: [], ConsistentRead: true }).Keys.push(keyOf(key));
    return request;
  }
}

function nameOf({ table, pk, sk }: Key): string {
  return `${table}|${pk}|${sk}`;
}

function againOf(unprocessed: Record<string, { Keys?: Attributes[] | undefined }> | undefined): Asked {
  return Object.fromEntries(Object.entries(unprocessed ?? {}).map(([name, { Keys }]) => [name, { Keys: Keys ?? [], ConsistentRead: true }]));
}
