import { assert } from '../kernel/assert.ts';
import { cursorOf, positionOf, type Page } from '../kernel/page.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import type { RowDelta, RowName } from '../kernel/row-delta.ts';
import type { Item, Key, Tables, Write } from '../kernel/tables.ts';
import { kindOf, type RowSum } from './movements.ts';
import { MOVEMENT_KINDS, movementSchema, productBodySchema, stockRowSchema, type Movement, type Product, type StockLevel, type StockRow } from './schema.ts';

/** Rows of one SKU (warehouses x buckets) that one routing decision reads. */
export const SKU_ROWS_MAX = 2_000;
/** Rows whose movements are merged into one list when the caller names no SKU. */
const MERGED_ROWS_MAX = 200;

/** Everything that is known of a SKU, in one query: its product, and its rows in every warehouse. */
export interface SkuStock {
  readonly product: Product | undefined;
  readonly rows: readonly StockRow[];
}

/** Why and when rows change. `movementId` names the cause; where it changes several rows, each movement adds its number. */
export interface Cause {
  readonly movementId: string;
  readonly at: string;
  readonly reason: string;
  readonly by?: string | undefined;
  readonly orderId?: string | undefined;
  readonly kind?: Movement['kind'] | undefined;
}

export interface StockFilter {
  readonly sku?: string | undefined;
  readonly warehouse?: string | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** Stock rows, products and movements of one table. A row changes only together with its movement. */
export class StockStore {
  readonly #tables: Tables;

  constructor(tables: Tables) {
    this.#tables = tables;
  }

  async row(tenantId: string, name: RowName): Promise<StockRow | undefined> {
    const item = await this.#tables.get(rowKey(tenantId, name));
    return item === undefined ? undefined : rowOf(item, name.sku);
  }

  async sku(tenantId: string, sku: string): Promise<SkuStock> {
    const items = await this.#tables.query({ table: 'stock', pk: partition(tenantId, sku), limit: SKU_ROWS_MAX });
    const product = items.find(({ sk }) => sk === 'product');
    return { product: product === undefined ? undefined : productOf(product, sku), rows: items.filter(({ sk }) => sk.startsWith('row#')).map((item) => rowOf(item, sku)) };
  }

  /**
   * The writes of row changes with their movements. They refuse with `stock_short` when a row has less available
   * (or less on hand, or less reserved) than is taken from it: the check and the take are one.
   */
  writes(tenantId: string, deltas: readonly RowDelta[], cause: Cause): Write<'stock_short'>[] {
    return deltas.flatMap((delta, index): Write<'stock_short'>[] => {
      const movementId = index === 0 ? cause.movementId : `${cause.movementId}.${index}`;
      return [rowWrite(tenantId, delta), movementWrite(tenantId, delta, { ...cause, movementId })];
    });
  }

  /** Sets a row to what its movements add up to, if it still is as it was read, and records that it did. */
  repairWrites(tenantId: string, row: StockRow, repair: { sum: RowSum; cause: Cause }): Write<'row_changed'>[] {
    const { onHand, reserved, available } = row;
    const nothing: RowDelta = { ...row, onHandDelta: 0, reservedDelta: 0 };
    return [
      { kind: 'update', key: rowKey(tenantId, row), set: { ...repair.sum }, when: { equals: { onHand, reserved, available } }, refusal: 'row_changed' },
      { ...movementWrite(tenantId, nothing, { ...repair.cause, kind: 'correct' }), refusal: 'row_changed' },
    ];
  }

  productWrite(tenantId: string, { sku, ...body }: Product): Write<never> {
    const attributes = Object.entries(body).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
    return { kind: 'put', key: productKey(tenantId, sku), attributes: { ...Object.fromEntries(attributes), gsi1pk: `${tenantId}#product`, gsi1sk: sku } };
  }

  async products(tenantId: string, page: { limit: number; cursor?: string | undefined }): Promise<Result<Page<Product>, 'invalid_cursor'>> {
    const listed = await this.#indexed(`${tenantId}#product`, '', page);
    if (!listed.ok) return listed;
    return ok({ items: listed.value.items.map((item) => productOf(item, String(item['gsi1sk']))), nextCursor: listed.value.nextCursor });
  }

  /** Levels by warehouse, then SKU; the buckets of a level are summed. */
  async levels(tenantId: string, filter: StockFilter): Promise<Result<Page<StockLevel>, 'invalid_cursor'>> {
    if (filter.sku !== undefined) {
      const { rows } = await this.sku(tenantId, filter.sku);
      return ok({ items: summed(rows.filter(({ warehouse }) => filter.warehouse === undefined || warehouse === filter.warehouse)), nextCursor: null });
    }
    const listed = await this.#indexed(`${tenantId}#stock`, filter.warehouse === undefined ? '' : `${filter.warehouse}#`, filter);
    if (!listed.ok) return listed;
    const { items, nextCursor } = listed.value;
    return ok({ items: summed(items.map((item) => rowOf(item, skuOf(item)))), nextCursor });
  }

  /** Newest first. `sku_needed` when there are too many rows to merge without one. */
  async movements(tenantId: string, filter: StockFilter): Promise<Result<Page<Movement>, 'invalid_cursor' | 'sku_needed'>> {
    const before = filter.cursor === undefined ? undefined : positionOf(filter.cursor);
    if (filter.cursor !== undefined && before === undefined) return err('invalid_cursor');
    const rows = await this.#rowNames(tenantId, filter);
    if (rows.length > MERGED_ROWS_MAX) return err('sku_needed');
    const range = { table: 'stock', descending: true, limit: filter.limit + 1, ...(before !== undefined && { before }) } as const;
    const lists = await Promise.all(rows.map(async (row) => (await this.#tables.query({ ...range, pk: movementPartition(tenantId, row) })).map((item) => ({ item, row }))));
    const all = lists.flat().toSorted((a, b) => (a.item.sk < b.item.sk ? 1 : -1));
    const page = all.slice(0, filter.limit);
    const last = page.at(-1);
    return ok({ items: page.map(({ item, row }) => movementOf(item, row)), nextCursor: all.length > filter.limit && last !== undefined ? cursorOf(last.item.sk) : null });
  }

  /** All movements of one row, oldest first, from a position on: what an audit adds up. */
  async rowMovements(tenantId: string, row: RowName, page: { after?: string; limit: number }): Promise<{ movements: Movement[]; position: string | undefined }> {
    const items = await this.#tables.query({ table: 'stock', pk: movementPartition(tenantId, row), limit: page.limit, ...(page.after !== undefined && { after: page.after }) });
    return { movements: items.map((item) => movementOf(item, row)), position: items.length < page.limit ? undefined : items.at(-1)?.sk };
  }

  async #rowNames(tenantId: string, filter: StockFilter): Promise<RowName[]> {
    if (filter.sku === undefined) return (await this.rowsOf(tenantId, { limit: MERGED_ROWS_MAX + 1, warehouse: filter.warehouse })).rows;
    const { rows } = await this.sku(tenantId, filter.sku);
    return rows.filter(({ warehouse }) => filter.warehouse === undefined || warehouse === filter.warehouse);
  }

  /** Rows of a tenant (or of one of its warehouses), by warehouse and SKU, from a position on. */
  async rowsOf(tenantId: string, page: { after?: string; limit: number; warehouse?: string | undefined }): Promise<{ rows: StockRow[]; position: string | undefined }> {
    const range = { ...(page.after !== undefined && { after: page.after }), ...(page.warehouse !== undefined && { prefix: `${page.warehouse}#` }) };
    const keys = await this.#tables.query({ table: 'stock', index: 'gsi1', pk: `${tenantId}#stock`, limit: page.limit, ...range });
    const found = await this.#tables.getMany(keys.map(({ pk, sk }) => ({ table: 'stock', pk, sk })));
    const position = keys.length < page.limit ? undefined : keys.at(-1)?.['gsi1sk'];
    return { rows: found.flatMap((item) => (item === undefined ? [] : [rowOf(item, skuOf(item))])), position: typeof position === 'string' ? position : undefined };
  }

  async #indexed(pk: string, prefix: string, page: { limit: number; cursor?: string | undefined }): Promise<Result<Page<Item>, 'invalid_cursor'>> {
    const after = page.cursor === undefined ? undefined : positionOf(page.cursor);
    if (page.cursor !== undefined && after === undefined) return err('invalid_cursor');
    const keys = await this.#tables.query({ table: 'stock', index: 'gsi1', pk, limit: page.limit + 1, ...(prefix !== '' && { prefix }), ...(after !== undefined && { after }) });
    const shown = keys.slice(0, page.limit);
    const found = await this.#tables.getMany(shown.map((key) => ({ table: 'stock', pk: key.pk, sk: key.sk })));
    const last = shown.at(-1)?.['gsi1sk'];
    return ok({ items: found.flatMap((item) => (item === undefined ? [] : [item])), nextCursor: keys.length > page.limit && typeof last === 'string' ? cursorOf(last) : null });
  }
}

function partition(tenantId: string, sku: string): string {
  return `${tenantId}#stock#${sku}`;
}

function productKey(tenantId: string, sku: string): Key {
  return { table: 'stock', pk: partition(tenantId, sku), sk: 'product' };
}

function rowKey(tenantId: string, { sku, warehouse, bucket }: RowName): Key {
  return { table: 'stock', pk: partition(tenantId, sku), sk: `row#${warehouse}#${String(bucket).padStart(3, '0')}` };
}

/** Movements of one row stand together, so that a row's sum is one query and a hot SKU's writes spread over buckets. */
function movementPartition(tenantId: string, { sku, warehouse, bucket }: RowName): string {
  return `${tenantId}#move#${sku}#${warehouse}#${bucket}`;
}

function rowWrite(tenantId: string, delta: RowDelta): Write<'stock_short'> {
  const availableDelta = delta.onHandDelta - delta.reservedDelta;
  const needs = Object.entries({ available: -availableDelta, onHand: -delta.onHandDelta, reserved: -delta.reservedDelta }).filter(([, least]) => least > 0);
  return {
    kind: 'update',
    key: rowKey(tenantId, delta),
    add: { onHand: delta.onHandDelta, reserved: delta.reservedDelta, available: availableDelta },
    // Only an increase can create a row; all others find it in the index already.
    ...(delta.onHandDelta > 0 && { set: { gsi1pk: `${tenantId}#stock`, gsi1sk: `${delta.warehouse}#${delta.sku}#${delta.bucket}` } }),
    ...(needs.length > 0 && { when: { atLeast: Object.fromEntries(needs) } }),
    refusal: 'stock_short',
  };
}

function movementWrite(tenantId: string, delta: RowDelta, cause: Cause): Write<never> {
  return {
    kind: 'put',
    key: { table: 'stock', pk: movementPartition(tenantId, delta), sk: `${cause.at}#${cause.movementId}` },
    attributes: {
      kind: cause.kind ?? kindOf(delta),
      delta: delta.onHandDelta - delta.reservedDelta,
      onHandDelta: delta.onHandDelta,
      reservedDelta: delta.reservedDelta,
      reason: cause.reason,
      ...(cause.by !== undefined && { by: cause.by }),
      ...(cause.orderId !== undefined && { orderId: cause.orderId }),
    },
  };
}

function movementOf(item: Item, { sku, warehouse }: RowName): Movement {
  const [at, ...id] = item.sk.split('#');
  const kind = MOVEMENT_KINDS.find((each) => each === item['kind']);
  assert(kind !== undefined, `a movement of an unknown kind: ${item.pk}`);
  return movementSchema.parse({ ...item, kind, at, movementId: id.join('#'), sku, warehouse });
}

function rowOf(item: Item, sku: string): StockRow {
  const [, warehouse, bucket] = item.sk.split('#');
  return stockRowSchema.parse({ ...item, sku, warehouse, bucket: Number(bucket) });
}

function productOf({ pk: _pk, sk: _sk, gsi1pk: _gsi1pk, gsi1sk: _gsi1sk, ...body }: Item, sku: string): Product {
  return { sku, ...productBodySchema.parse(body) };
}

function skuOf({ pk }: Item): string {
  return pk.slice(pk.indexOf('#stock#') + '#stock#'.length);
}

function summed(rows: readonly StockRow[]): StockLevel[] {
  const levels = new Map<string, StockLevel>();
  for (const { sku, warehouse, onHand, reserved, available } of rows) {
    const key = JSON.stringify([warehouse, sku]);
    const level = levels.get(key) ?? { sku, warehouse, onHand: 0, reserved: 0, available: 0 };
    levels.set(key, { ...level, onHand: level.onHand + onHand, reserved: level.reserved + reserved, available: level.available + available });
  }
  return [...levels.values()];
}
