import type { Context } from 'aws-lambda';
import { auditTenant } from '../flows/audit-stock.ts';
import type { Hub } from '../flows/hub.ts';

const TENANTS_PAGE = 100;
/** No new tenant is begun with less time left than this. */
const LEAST_TIME_LEFT_MS = 60_000;

/** Every night, tenant by tenant: rows equal their movements, or are repaired with a record. */
export function handlerOf(hub: Hub): (event: unknown, context: Pick<Context, 'getRemainingTimeInMillis'>) => Promise<void> {
  return async (_event, context) => {
    for (let after: string | undefined, more = true; more; ) {
      const tenantIds = await hub.tenants.tenantIds({ limit: TENANTS_PAGE, ...(after !== undefined && { after }) });
      for (const tenantId of tenantIds) {
        if (context.getRemainingTimeInMillis() < LEAST_TIME_LEFT_MS) return hub.log.error('audit ran out of time', { before: tenantId });
        hub.log.info('audited', { tenantId, ...(await auditTenant(hub, tenantId)) });
        // A new day has new capacity in the warehouses that were full; and an order whose change was cut short is finished.
        await hub.queues.send('releases', JSON.stringify({ tenantId }));
      }
      after = tenantIds.at(-1);
      more = tenantIds.length === TENANTS_PAGE;
    }
  };
}
