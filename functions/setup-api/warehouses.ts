import { err, ok, refuse, type Result } from '../../shared/kernel/result.ts';
import { resolveRegion } from '../../shared/routing/regions.ts';
import { WAREHOUSES_MAX, type Warehouse, type WarehouseBody } from '../../shared/tenants/schema.ts';
import type { Hub } from '../flows/hub.ts';

const PRIORITY_DEFAULT = 100;

/** Creates or changes a warehouse. Its place must be one we can point to, or routing could not use it. */
export async function putWarehouse(hub: Hub, { tenantId, code, body }: { tenantId: string; code: string; body: WarehouseBody }): Promise<Result<Warehouse>> {
  const region = resolveRegion(body);
  if (region.lng === undefined || region.lat === undefined || region.level === 'unknown' || region.level === 'ambiguous') {
    const candidates = region.candidates ?? [];
    return err({ code: 'region_unknown', detail: candidates.length > 0 ? `Several places fit: ${candidates.join(', ')}.` : `${body.province} ${body.city} ${body.district} is not a place we know.` });
  }
  const known = await hub.tenants.warehouses(tenantId);
  if (known.length >= WAREHOUSES_MAX && !known.some((warehouse) => warehouse.code === code)) return refuse('warehouse_limit', `At most ${WAREHOUSES_MAX}.`);
  const { dailyParcelsMax } = body;
  const warehouse: Warehouse = {
    code,
    name: body.name,
    province: body.province,
    city: body.city,
    district: body.district,
    priority: body.priority ?? PRIORITY_DEFAULT,
    active: body.active ?? true,
    ...(dailyParcelsMax !== undefined && { dailyParcelsMax }),
    regionCode: region.code,
    lng: region.lng,
    lat: region.lat,
  };
  await hub.tables.transact(hub.tenants.warehouseWrites(tenantId, warehouse));
  // Orders may wait for goods that lie in a warehouse which was paused, full or unknown until now.
  if (warehouse.active) await hub.queues.send('releases', JSON.stringify({ tenantId }));
  return ok(warehouse);
}
