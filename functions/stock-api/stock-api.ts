import { err, ok, type Result } from '../../shared/kernel/result.ts';
import { adjustStock } from '../flows/adjust-stock.ts';
import type { Hub } from '../flows/hub.ts';
import { replayableOf } from '../flows/replays.ts';
import type { Handlers } from '../flows/serve.ts';
import type { contract } from './contract.ts';

/** Products and stock over HTTP. */
export function handlersOf(hub: Hub): Handlers<typeof contract> {
  return {
    async putProduct({ params, body, caller }) {
      const product = { sku: params.sku, ...body };
      await hub.tables.transact([hub.stock.productWrite(caller.tenant.tenantId, product)]);
      return ok(product);
    },
    listProducts: async ({ query, caller }) => listed(await hub.stock.products(caller.tenant.tenantId, query)),
    adjustStock: ({ body, caller, request }) => adjustStock(hub, body, { tenantId: caller.tenant.tenantId, by: caller.name, replayable: replayableOf(caller.tenant.tenantId, request) }),
    listStock: async ({ query, caller }) => listed(await hub.stock.levels(caller.tenant.tenantId, query)),
    listMovements: async ({ query, caller }) => listed(await hub.stock.movements(caller.tenant.tenantId, query)),
  };
}

const LIST_REFUSALS = {
  invalid_cursor: { path: 'cursor', message: 'not a cursor of this list' },
  sku_needed: { path: 'sku', message: 'there is too much stock to list movements of all of it; name a SKU' },
} as const;

function listed<T>(page: Result<T, keyof typeof LIST_REFUSALS>): Result<T> {
  return page.ok ? page : err({ code: 'invalid_input', fields: [LIST_REFUSALS[page.error]] });
}
