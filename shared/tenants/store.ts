import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Item, Key, Tables, Write } from '../kernel/tables.ts';
import { cursorOf, positionOf, type Page } from '../kernel/page.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import {
  apiKeySchema,
  connectionSchema,
  tenantSchema,
  warehouseSchema,
  WAREHOUSES_MAX,
  type ApiKey,
  type Connection,
  type Tenant,
  type Warehouse,
} from './schema.ts';

/** An answer is repeated for the same Idempotency-Key this long. */
export const IDEMPOTENCY_SECONDS = 24 * 3_600;
/** The index partition that lists tenants. */
const TENANTS = 'tenants';
const COUNTER_SECONDS = 3 * 86_400;

/** What was answered to an Idempotency-Key, and the digest of the body it came with. */
export interface Replay {
  readonly digest: string;
  readonly answer: string;
}

/** Tenants, keys, warehouses, connections: one partition a tenant holds all that is set up. */
export class TenantStore {
  readonly #tables: Tables;

  constructor(tables: Tables) {
    this.#tables = tables;
  }

  async tenant(tenantId: string): Promise<Tenant | undefined> {
    const item = await this.#tables.get(tenantKey(tenantId));
    return item === undefined ? undefined : tenantOf(item);
  }

  tenantWrite({ tenantId, ...tenant }: Tenant): Write<never> {
    return { kind: 'put', key: tenantKey(tenantId), attributes: { ...tenant, gsi1pk: TENANTS, gsi1sk: tenantId } };
  }

  /** Ids of all tenants, for jobs that visit each. */
  async tenantIds(page: { after?: string; limit: number }): Promise<string[]> {
    const items = await this.#tables.query({ table: 'registry', index: 'gsi1', pk: TENANTS, limit: page.limit, ...(page.after !== undefined && { after: page.after }) });
    return items.map(({ gsi1sk }) => String(gsi1sk));
  }

  async apiKey(tenantId: string, keyId: string): Promise<ApiKey | undefined> {
    const item = await this.#tables.get(apiKeyKey(tenantId, keyId));
    return item === undefined ? undefined : apiKeySchema.parse({ ...item, tenantId, keyId });
  }

  apiKeyWrite({ tenantId, keyId, ...key }: ApiKey): Write<never> {
    return { kind: 'put', key: apiKeyKey(tenantId, keyId), attributes: key };
  }

  async warehouses(tenantId: string): Promise<Warehouse[]> {
    return (await this.#setup(tenantId, 'warehouse#', { limit: WAREHOUSES_MAX + 1 })).map((item) => warehouseSchema.parse({ ...item, code: item.sk.slice('warehouse#'.length) }));
  }

  async warehouse(tenantId: string, code: string): Promise<Warehouse | undefined> {
    const item = await this.#tables.get(setupKey(tenantId, `warehouse#${code}`));
    return item === undefined ? undefined : warehouseSchema.parse({ ...item, code });
  }

  /** The warehouse, and the tenant's setup version, by which readers see that theirs is old. */
  warehouseWrites(tenantId: string, { code, dailyParcelsMax, ...warehouse }: Warehouse): Write<never>[] {
    const attributes = { ...warehouse, ...(dailyParcelsMax !== undefined && { dailyParcelsMax }) };
    return [
      { kind: 'put', key: setupKey(tenantId, `warehouse#${code}`), attributes },
      { kind: 'update', key: tenantKey(tenantId), add: { setupVersion: 1 } },
    ];
  }

  async connection(tenantId: string, connectionId: string): Promise<Connection | undefined> {
    const item = await this.#tables.get(setupKey(tenantId, `connection#${connectionId}`));
    return item === undefined ? undefined : connectionOf(item, tenantId);
  }

  async connections(tenantId: string, page: { limit: number; cursor?: string | undefined }): Promise<Result<Page<Connection>, 'invalid_cursor'>> {
    const after = page.cursor === undefined ? undefined : positionOf(page.cursor);
    if (page.cursor !== undefined && after === undefined) return err('invalid_cursor');
    const items = await this.#setup(tenantId, 'connection#', { limit: page.limit + 1, ...(after !== undefined && { after }) });
    const shown = items.slice(0, page.limit);
    const last = shown.at(-1);
    return ok({ items: shown.map((item) => connectionOf(item, tenantId)), nextCursor: items.length > page.limit && last !== undefined ? cursorOf(last.sk) : null });
  }

  connectionWrite({ tenantId, connectionId, apiBaseUrl, ...connection }: Connection): Write<never> {
    return { kind: 'put', key: setupKey(tenantId, `connection#${connectionId}`), attributes: { ...connection, ...(apiBaseUrl !== undefined && { apiBaseUrl }) } };
  }

  async replay(tenantId: string, use: string): Promise<Replay | undefined> {
    const item = await this.#tables.get(replayKey(tenantId, use));
    return item === undefined ? undefined : z.object({ digest: z.string(), answer: z.string() }).parse(item);
  }

  /** Rides in the transaction of the thing it protects, so that both happen or neither. Refuses with `replayed`. */
  replayWrite(tenantId: string, use: string, replay: Replay & { nowMs: number }): Write<'replayed'> {
    const { nowMs, ...attributes } = replay;
    return {
      kind: 'put',
      key: replayKey(tenantId, use),
      attributes: { ...attributes, expiresAt: expiry(nowMs, IDEMPOTENCY_SECONDS) },
      when: { exists: false },
      refusal: 'replayed',
    };
  }

  /** Counts one use; false when `most` were counted already in this window. */
  async countUse(counter: { pk: string; window: string; most: number; nowMs: number }): Promise<boolean> {
    const counted = await this.#tables.transact([
      {
        kind: 'update',
        key: { table: 'registry', pk: counter.pk, sk: counter.window },
        add: { used: 1 },
        set: { expiresAt: expiry(counter.nowMs, COUNTER_SECONDS) },
        when: { atMost: { used: counter.most - 1 } },
        refusal: 'used_up',
      },
    ]);
    return counted.ok;
  }

  /** Parcels routed to warehouses on a China day, in the order of the codes asked. */
  async parcels(tenantId: string, day: string, codes: readonly string[]): Promise<number[]> {
    if (codes.length === 0) return [];
    const items = await this.#tables.getMany(codes.map((code) => parcelsKey(tenantId, { day, code })));
    return items.map((item) => Number(item?.['parcels'] ?? 0));
  }

  /** Counts one parcel of a day more against a warehouse's capacity. Its twin is `parcelBackWrite`. */
  parcelWrite(tenantId: string, parcel: { day: string; code: string; most: number; nowMs: number }): Write<'warehouse_full'> {
    return {
      kind: 'update',
      key: parcelsKey(tenantId, parcel),
      add: { parcels: 1 },
      set: { expiresAt: expiry(parcel.nowMs, COUNTER_SECONDS) },
      when: { atMost: { parcels: parcel.most - 1 } },
      refusal: 'warehouse_full',
    };
  }

  /** Gives a counted parcel back: the order was cancelled, refunded or routed elsewhere. */
  parcelBackWrite(tenantId: string, parcel: { day: string; code: string; nowMs: number }): Write<never> {
    return { kind: 'update', key: parcelsKey(tenantId, parcel), add: { parcels: -1 }, set: { expiresAt: expiry(parcel.nowMs, COUNTER_SECONDS) } };
  }

  async #setup(tenantId: string, prefix: string, page: { limit: number; after?: string }): Promise<Item[]> {
    return this.#tables.query({ table: 'registry', pk: `${tenantId}#setup`, prefix, ...page });
  }
}

/** The record that says who a tenant is; read together with an order, in one call. */
export function tenantKey(tenantId: string): Key {
  return setupKey(tenantId, 'tenant');
}

export function tenantOf(item: Item): Tenant {
  return tenantSchema.parse({ ...item, tenantId: item.pk.slice(0, item.pk.indexOf('#')) });
}

/** What makes two requests the same request: route, key, and the digest of the body. */
export function digestOf(body: string): string {
  return createHash('sha256').update(body).digest('base64url');
}

function expiry(nowMs: number, seconds: number): number {
  return Math.floor(nowMs / 1_000) + seconds;
}

function setupKey(tenantId: string, sk: string): Key {
  return { table: 'registry', pk: `${tenantId}#setup`, sk };
}

function apiKeyKey(tenantId: string, keyId: string): Key {
  return { table: 'registry', pk: `${tenantId}#keys`, sk: keyId };
}

function replayKey(tenantId: string, use: string): Key {
  return { table: 'registry', pk: `${tenantId}#replays`, sk: use };
}

function parcelsKey(tenantId: string, { day, code }: { day: string; code: string }): Key {
  return { table: 'registry', pk: `${tenantId}#parcels`, sk: `${day}#${code}` };
}

function connectionOf(item: Item, tenantId: string): Connection {
  return connectionSchema.parse({ ...item, tenantId, connectionId: item.sk.slice('connection#'.length) });
}
