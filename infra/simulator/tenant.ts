import { PLATFORM_CHANNELS } from '../../shared/kernel/channel-order.ts';
import type { PlatformChannel } from '../../shared/kernel/channel-order.ts';
import { testPush } from './douyin/push.ts';
import type { Goods } from './goods.ts';
import type { HubClient, WarehouseBody } from './hub-client.ts';
import { post } from './sender.ts';
import type { Shop } from './shop.ts';
import { urlCheck } from './wechat/push.ts';
import type { World } from './world.ts';

const CALLS_AT_ONCE = 8;

/** Five warehouses that cover the country the way mid-size sellers do. */
export const WAREHOUSES: Readonly<Record<string, WarehouseBody>> = {
  JX: { name: '嘉兴仓', province: '浙江省', city: '嘉兴市', district: '南湖区' },
  DG: { name: '东莞仓', province: '广东省', city: '东莞市', district: '长安镇' },
  LF: { name: '廊坊仓', province: '河北省', city: '廊坊市', district: '广阳区' },
  CD: { name: '成都仓', province: '四川省', city: '成都市', district: '双流区' },
  WH: { name: '武汉仓', province: '湖北省', city: '武汉市', district: '东西湖区' },
};

export interface TenantPlan {
  /** A client without a key: the trial is opened with it. */
  readonly hub: HubClient;
  readonly world: World;
  /** Where the platforms' APIs are served. */
  readonly apiBaseUrl: string;
  readonly company: string;
  readonly channels?: readonly PlatformChannel[];
  readonly warehouses?: Readonly<Record<string, WarehouseBody>>;
  /** Pieces of a thing in a warehouse at the start; 0 puts none there. */
  readonly stock?: (goods: Goods, warehouse: string) => number;
}

export interface OpenedTenant {
  readonly tenantId: string;
  /** Speaks with the tenant's key. */
  readonly client: HubClient;
  readonly shops: readonly Shop[];
}

/** Opens a trial and sets it up through the hub's own API: warehouses, products, stock, and one shop per channel. */
export async function openTenant(plan: TenantPlan): Promise<OpenedTenant> {
  const { tenantId, client } = await plan.hub.startTrial({ company: plan.company, contact: '13800000000' });
  const warehouses = plan.warehouses ?? WAREHOUSES;
  const stock = plan.stock ?? usualStock;
  await atMost(CALLS_AT_ONCE, Object.entries(warehouses), ([code, body]) => client.putWarehouse(code, body));
  await atMost(CALLS_AT_ONCE, plan.world.goods, ({ sku, title, weightGrams, unitCostFen }) => client.putProduct(sku, { name: title, weightGrams, unitCostFen }));
  const receipts = plan.world.goods.flatMap((goods) => Object.keys(warehouses).map((warehouse) => ({ warehouse, sku: goods.sku, delta: stock(goods, warehouse) })));
  await atMost(CALLS_AT_ONCE, receipts.filter(({ delta }) => delta > 0), (receipt) => client.adjustStock({ ...receipt, reason: '期初入库' }));
  const shops: Shop[] = [];
  for (const channel of plan.channels ?? PLATFORM_CHANNELS) shops.push(await connectShop(client, plan, plan.world.openShop(channel)));
  return { tenantId, client, shops };
}

/** Opens the hub's connection for a shop, and tells the platform where to push. */
export async function connectShop(client: HubClient, plan: Pick<TenantPlan, 'world' | 'apiBaseUrl'>, shop: Shop): Promise<Shop> {
  const { channel, shopName, shopId, credentials } = shop;
  const { webhookUrl, relaySecret = '' } = await client.connect({ channel, shopName, shopId, credentials: { ...credentials }, apiBaseUrl: plan.apiBaseUrl });
  const connected = plan.world.putShop({ ...shop, webhookUrl: new URL(webhookUrl, client.url).href, relaySecret });
  await saveAddress(connected);
  return connected;
}

/** What the platforms do before they save a webhook address: Douyin sends a test push, WeChat an echo. Throws when the hub fails it. */
export async function saveAddress(shop: Shop): Promise<void> {
  if (shop.channel === 'douyin') {
    const push = testPush(shop, Date.now());
    const reply = await post(push);
    if (!push.accepts(reply)) throw new Error(`Douyin does not save the address: the test push got ${reply.status} ${reply.body.slice(0, 200)}`);
  }
  if (shop.channel === 'wechat') {
    const check = urlCheck(shop, Date.now());
    const response = await fetch(check.url);
    if (!response.ok || (await response.text()) !== check.echo) throw new Error(`WeChat does not save the address: the echo got ${response.status}`);
  }
}

/** Everything lies in the biggest warehouse, and in two or three of the others: some orders have a choice, some have none. */
function usualStock(goods: Goods, warehouse: string): number {
  const place = Object.keys(WAREHOUSES).indexOf(warehouse);
  if (place === 0) return 120;
  return (goods.index + place) % 5 < 3 ? 40 + ((goods.index * 7 + place * 13) % 40) : 0;
}

/** Works through items, a few at once; the first failure ends it. */
export async function atMost<T>(atOnce: number, items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const item = items[next];
      next += 1;
      if (item !== undefined) await work(item);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
}
