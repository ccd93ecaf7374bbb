import type { Ports } from '../../shared/kernel/ports.ts';
import type { Tables } from '../../shared/kernel/tables.ts';
import { OrderStore } from '../../shared/orders/store.ts';
import { StockStore } from '../../shared/stock/store.ts';
import type { ApiKey, Tenant, Warehouse } from '../../shared/tenants/schema.ts';
import { TenantStore } from '../../shared/tenants/store.ts';
import type { KnownShop } from './shops.ts';

/** The stores and ports that flows work with; one per process. */
export interface Hub extends Ports {
  readonly stage: string;
  readonly tables: Tables;
  readonly orders: OrderStore;
  readonly stock: StockStore;
  readonly tenants: TenantStore;
  readonly setups: Setups;
  /** Shops this process has served lately. */
  readonly shops: Map<string, { readonly shop: KnownShop; readonly keepUntilMs: number }>;
  /** API keys this process has seen lately. */
  readonly keys: Map<string, { readonly key: ApiKey; readonly tenant: Tenant; readonly keepUntilMs: number }>;
  /** API tokens this process has seen lately. */
  readonly tokens: Map<string, { readonly token: string; readonly keepUntilMs: number }>;
}

export function hubOf(tables: Tables, ports: Ports, stage: string): Hub {
  const tenants = new TenantStore(tables);
  return { ...ports, stage, tables, orders: new OrderStore(tables), stock: new StockStore(tables), tenants, setups: new Setups(tenants), shops: new Map(), keys: new Map(), tokens: new Map() };
}

/** The most tenants whose warehouses one process keeps. */
const SETUPS_MAX = 1_000;

/** Warehouses by tenant, kept until the tenant's setup version moves: never stale, and no read of their own. */
export class Setups {
  readonly #tenants: TenantStore;
  readonly #kept = new Map<string, { version: number; warehouses: Warehouse[] }>();

  constructor(tenants: TenantStore) {
    this.#tenants = tenants;
  }

  async warehouses({ tenantId, setupVersion }: Tenant): Promise<Warehouse[]> {
    const kept = this.#kept.get(tenantId);
    if (kept?.version === setupVersion) return kept.warehouses;
    const warehouses = await this.#tenants.warehouses(tenantId);
    if (this.#kept.size >= SETUPS_MAX) this.#kept.clear();
    this.#kept.set(tenantId, { version: setupVersion, warehouses });
    return warehouses;
  }
}
