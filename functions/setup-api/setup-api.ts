import { err, ok } from '../../shared/kernel/result.ts';
import type { Hub } from '../flows/hub.ts';
import type { Handlers } from '../flows/serve.ts';
import { authoriseConnection, connectionView, createConnection } from './connections.ts';
import type { contract } from './contract.ts';
import { exportTenant } from './export.ts';
import { openTrial } from './trials.ts';
import { putWarehouse } from './warehouses.ts';

/** Trials, warehouses, connections and export over HTTP. */
export function handlersOf(hub: Hub): Handlers<typeof contract> {
  return {
    openTrial: ({ body, request }) => openTrial(hub, body, request),
    putWarehouse: ({ params, body, caller }) => putWarehouse(hub, { tenantId: caller.tenant.tenantId, code: params.code, body }),
    listWarehouses: async ({ caller }) => ok({ items: await hub.tenants.warehouses(caller.tenant.tenantId), nextCursor: null }),
    createConnection: ({ body, caller, request }) => createConnection(hub, body, { tenantId: caller.tenant.tenantId, request }),
    authoriseConnection: ({ params, body, caller, request }) =>
      authoriseConnection(hub, { tenantId: caller.tenant.tenantId, connectionId: params.connectionId, credentials: body.credentials, origin: request.origin }),
    async listConnections({ query, caller, request }) {
      const page = await hub.tenants.connections(caller.tenant.tenantId, query);
      if (!page.ok) return err({ code: 'invalid_input', fields: [{ path: 'cursor', message: 'not a cursor of this list' }] });
      return ok({ items: page.value.items.map((connection) => connectionView(connection, request.origin)), nextCursor: page.value.nextCursor });
    },
    exportTenant: ({ caller }) => exportTenant(hub, caller.tenant.tenantId),
  };
}
