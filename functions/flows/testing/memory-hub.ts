import type { Hint } from '../../../shared/channels/channel.ts';
import type { BoundChannel } from '../../../shared/channels/registry.ts';
import { channelOrderSchema, type ChannelOrder } from '../../../shared/kernel/channel-order.ts';
import type { RandomBytes } from '../../../shared/kernel/ids.ts';
import type { QueueName } from '../../../shared/kernel/ports.ts';
import { err, ok } from '../../../shared/kernel/result.ts';
import { MemoryTables, type Pause } from '../../../shared/kernel/tables.memory.ts';
import type { Tenant, Warehouse } from '../../../shared/tenants/schema.ts';
import { resolveRegion } from '../../../shared/routing/regions.ts';
import { hubOf, type Hub } from '../hub.ts';
import type { KnownShop } from '../shops.ts';

/** A hub over memory, with a clock that ticks by itself and everything it sends kept for the test to look at. */
export interface MemoryHub extends Hub {
  readonly tables: MemoryTables;
  readonly sent: { readonly queue: QueueName; readonly message: string }[];
  readonly metrics: { readonly name: string; readonly value: number }[];
  /** The platform's side: the newest detail by channel order id. */
  readonly platform: Map<string, ChannelOrder>;
  readonly advance: (ms: number) => void;
}

export const TENANT: Tenant = { tenantId: 'tenant0001', company: 'c', contact: 'c', createdAt: '2026-01-01T00:00:00.000Z', trialEndsAt: '2027-01-01T00:00:00.000Z', setupVersion: 1, allowParts: false };

const START_MS = Date.parse('2026-11-24T02:00:00.000Z');

export function memoryHub(pause?: Pause): MemoryHub {
  let nowMs = START_MS;
  const sent: { queue: QueueName; message: string }[] = [];
  const metrics: { name: string; value: number }[] = [];
  const platform = new Map<string, ChannelOrder>();
  const secrets = new Map<string, string>();
  const tables = new MemoryTables(pause);
  const ports = {
    queues: {
      send: async (queue: QueueName, message: string) => void sent.push({ queue, message }),
      postpone: async () => {},
    },
    secrets: { get: async (name: string) => secrets.get(name), getFresh: async (name: string) => secrets.get(name), put: async (name: string, value: string) => void secrets.set(name, value) },
    http: async ({ url }: { url: string }) => {
      await pause?.();
      const detail = platform.get(decodeURIComponent(new URL(url).pathname.slice(1)));
      return detail === undefined ? { status: 404, body: '' } : { status: 200, body: JSON.stringify(detail) };
    },
    files: { put: async () => {}, linkTo: async (name: string) => `https://files.invalid/${name}` },
    // Every look at the clock moves it: no two movements of a row share an instant, as in life.
    clock: { nowMs: () => (nowMs += 1) },
    random: countingBytes(),
    log: { info: () => {}, error: () => {}, metric: (name: string, value: number) => void metrics.push({ name, value }) },
    sleep: async () => {},
  };
  return { ...hubOf(tables, ports, 'local'), tables, sent, metrics, platform, advance: (ms) => void (nowMs += ms) };
}

/** Bytes that differ from call to call and are the same in every run. */
function countingBytes(): RandomBytes {
  let state = 1;
  return (count) =>
    Uint8Array.from({ length: count }, () => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
      return state >>> 16;
    });
}

/** A shop of a platform whose detail API answers with what the test put into `hub.platform`. */
export const SHOP: KnownShop = {
  channel: plainChannel(),
  connection: { tenantId: TENANT.tenantId, connectionId: `${TENANT.tenantId}-conn000001`, channel: 'douyin', shopName: 'shop', shopId: 's1', authorised: true, createdAt: '2026-01-01T00:00:00.000Z' },
  relaySecret: undefined,
  trialEndsAt: TENANT.trialEndsAt,
};

function plainChannel(): BoundChannel {
  return {
    name: 'douyin',
    isAuthorised: true,
    verify: () => ({ kind: 'refused', reply: { status: 401, contentType: 'text/plain', body: '' }, why: 'test' }),
    readPayload: () => ok({ kind: 'hints', hints: [] }),
    answerQuestion: () => undefined,
    detailCall: ({ channelOrderId }) => ({ method: 'GET', url: `https://platform.invalid/${encodeURIComponent(channelOrderId)}`, headers: {}, body: '' }),
    readDetail: ({ status, body }) => (status === 200 ? ok(JSON.parse(body)) : err({ kind: 'not_found', code: '404', message: 'no such order' })),
    translate: (detail) => ok(channelOrderSchema.parse(detail)),
  };
}

export function hintOf(channelOrderId: string, eventKey: string, expects?: Hint['expects']): Hint {
  return { eventKey, event: 'test', channelOrderId, shops: [], ...(expects !== undefined && { expects }) };
}

/** A tenant with warehouses and stock, written as the API would. */
export async function setUp(hub: MemoryHub, warehouses: readonly Warehouse[], stock: readonly { sku: string; warehouse: string; quantity: number }[]): Promise<void> {
  await hub.tables.transact([hub.tenants.tenantWrite(TENANT)]);
  for (const warehouse of warehouses) await hub.tables.transact(hub.tenants.warehouseWrites(TENANT.tenantId, warehouse));
  for (const { sku, warehouse, quantity } of stock) await addStock(hub, { sku, warehouse, quantity });
}

export async function addStock(hub: MemoryHub, { sku, warehouse, quantity }: { sku: string; warehouse: string; quantity: number }): Promise<void> {
  const at = new Date(hub.clock.nowMs()).toISOString();
  const delta = { sku, warehouse, bucket: 0, onHandDelta: quantity, reservedDelta: 0 };
  await hub.tables.transact(hub.stock.writes(TENANT.tenantId, [delta], { movementId: `set-up-${at}`, at, reason: 'set up' }));
}

export function warehouseAt(code: string, place: { province: string; city: string; district: string }, extra: Partial<Warehouse> = {}): Warehouse {
  const region = resolveRegion(place);
  return { code, name: code, ...place, priority: 100, active: true, regionCode: region.code, lng: region.lng ?? 0, lat: region.lat ?? 0, ...extra };
}

export const JIAXING = warehouseAt('JX', { province: '浙江省', city: '嘉兴市', district: '南湖区' });
export const DONGGUAN = warehouseAt('DG', { province: '广东省', city: '东莞市', district: '' });
export const LANGFANG = warehouseAt('LF', { province: '河北省', city: '廊坊市', district: '广阳区' });

/** A paid order of two lines of one SKU and one of another, to Hangzhou; tests change what they are about. */
export function detailOf(channelOrderId: string, change: Partial<ChannelOrder> = {}): ChannelOrder {
  return {
    channelOrderId,
    stage: 'paid',
    holds: [],
    lines: [lineOf('1', 'TS', 2), lineOf('2', 'TS', 1), lineOf('3', 'SH', 1)],
    amounts: { goodsFen: 4_000, freightFen: 0, sellerDiscountFen: 0, platformDiscountFen: 0, paidFen: 4_000 },
    receiver: { province: '浙江省', city: '杭州市', district: '滨江区', sealed: { name: '#c#' }, masked: { detail: '*8号' } },
    createdAt: '2026-11-24T01:00:00.000Z',
    ...(change.stage === 'unpaid' ? {} : { paidAt: '2026-11-24T01:01:00.000Z' }),
    ...change,
  };
}

export function lineOf(lineId: string, sku: string, quantity: number): ChannelOrder['lines'][number] {
  return { lineId, sku, title: sku, quantity, unitPriceFen: 1_000, paidFen: 1_000 * quantity, refund: 'none', cancelled: false, shippedQuantity: 0 };
}
