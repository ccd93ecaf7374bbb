import { vi } from 'vitest';
import type { PlatformChannel } from '../../shared/kernel/channel-order.ts';
import { tasksFor, type Happening } from '../simulator/events.ts';
import type { OrderWish } from '../simulator/generate.ts';
import { GOODS, type Goods } from '../simulator/goods.ts';
import type { HubClient, HubOrder, WarehouseBody } from '../simulator/hub-client.ts';
import type { Move, PlatformOrder } from '../simulator/order.ts';
import { sendPushes, type Sent, type SendOptions } from '../simulator/sender.ts';
import { startServer, type PlatformServer } from '../simulator/server.ts';
import type { Shop } from '../simulator/shop.ts';
import { openTenant } from '../simulator/tenant.ts';
import { World } from '../simulator/world.ts';
import { WAIT } from './test-hub.ts';

/** Two warehouses far from each other, so that every test can tell which is the nearest. */
export const TWO_WAREHOUSES: Readonly<Record<string, WarehouseBody>> = {
  JX: { name: '嘉兴仓', province: '浙江省', city: '嘉兴市', district: '南湖区' },
  CD: { name: '成都仓', province: '四川省', city: '成都市', district: '双流区' },
};
const GOODS_OF_A_STORY = 4;
const STOCK_OF_A_STORY = 1_000;

export interface StoryPlan {
  /** A client without a key. */
  readonly hub: HubClient;
  readonly seed?: number;
  readonly goods?: readonly Goods[];
  readonly channels?: readonly PlatformChannel[];
  readonly warehouses?: Readonly<Record<string, WarehouseBody>>;
  readonly stock?: (goods: Goods, warehouse: string) => number;
}

/** A new tenant with a shop on each platform, and the platforms that play their side. */
export async function openStory(plan: StoryPlan): Promise<Story> {
  const { hub, seed = 1, goods = GOODS.slice(0, GOODS_OF_A_STORY), warehouses = TWO_WAREHOUSES, stock = () => STOCK_OF_A_STORY, channels } = plan;
  const world = new World({ seed, goods });
  const platforms = await startServer({ world });
  try {
    const tenant = await openTenant({ hub, world, apiBaseUrl: platforms.url, company: 'Journey', warehouses, stock, ...(channels !== undefined && { channels }) });
    return new Story({ world, platforms, client: tenant.client, shops: tenant.shops });
  } catch (error) {
    await platforms.close();
    throw error;
  }
}

interface StoryParts {
  readonly world: World;
  readonly platforms: PlatformServer;
  readonly client: HubClient;
  readonly shops: readonly Shop[];
}

/** Lets things happen on the platforms, tells the hub, and looks at what the hub makes of it. */
export class Story {
  readonly world: World;
  readonly platforms: PlatformServer;
  /** Speaks with the tenant's key. */
  readonly client: HubClient;
  readonly shops: readonly Shop[];

  constructor({ world, platforms, client, shops }: StoryParts) {
    this.world = world;
    this.platforms = platforms;
    this.client = client;
    this.shops = shops;
  }

  shop<C extends PlatformChannel>(channel: C): Extract<Shop, { channel: C }> {
    const isOfChannel = (shop: Shop): shop is Extract<Shop, { channel: C }> => shop.channel === channel;
    const shop = this.shops.find(isOfChannel);
    if (shop === undefined) throw new Error(`the story has no shop on ${channel}`);
    return shop;
  }

  goods(index: number): Goods {
    const goods = this.world.goods[index];
    if (goods === undefined) throw new Error(`the story has no goods ${index}`);
    return goods;
  }

  /** A new unpaid order that its platform has not told of yet. */
  create(channel: PlatformChannel, wish: OrderWish = {}): { order: PlatformOrder; happening: Happening } {
    const order = this.world.create(this.shop(channel), Date.now(), { discounts: false, basket: [{ goods: this.goods(0), quantity: 1 }], ...wish });
    return { order, happening: this.world.happening(order, { kind: 'create' }) };
  }

  /** A move on the platform that it has not told of yet. */
  move(order: PlatformOrder, move: Move): { order: PlatformOrder; happening: Happening } {
    const moved = this.world.move(order, move, Date.now());
    if (!moved.ok) throw new Error(`${order.channel} does not let its order ${move.kind}: ${moved.error}`);
    return { order: moved.value, happening: this.world.happening(moved.value, move) };
  }

  /** An order is placed and paid, and the platform tells both. */
  async buy(channel: PlatformChannel, wish: OrderWish = {}, pay: Move = { kind: 'pay' }): Promise<PlatformOrder> {
    const created = this.create(channel, wish);
    const paid = this.move(created.order, pay);
    await this.tell([created.happening, paid.happening]);
    return paid.order;
  }

  /** Something happens on the platform, and the platform tells of it. */
  async happens(order: PlatformOrder, move: Move): Promise<PlatformOrder> {
    const moved = this.move(order, move);
    await this.tell([moved.happening]);
    return moved.order;
  }

  /** Sends what the platforms push about these events, and checks that each was received. */
  async tell(happenings: readonly Happening[], options: SendOptions = {}): Promise<Sent[]> {
    const sent = await sendPushes(happenings.flatMap(tasksFor), options);
    const lost = sent.filter(({ accepted }) => !accepted);
    if (lost.length > 0) throw new Error(`${lost.length} pushes were not received: ${JSON.stringify(lost.slice(0, 3))}`);
    return sent;
  }

  find({ channel, orderId }: Pick<PlatformOrder, 'channel' | 'orderId'>): Promise<HubOrder | undefined> {
    return this.client.findOrder(channel, orderId);
  }

  /** Waits until the hub's order passes the check, and gives it. */
  until(order: Pick<PlatformOrder, 'channel' | 'orderId'>, check: (order: HubOrder) => void): Promise<HubOrder> {
    return vi.waitFor(async () => {
      const found = await this.find(order);
      if (found === undefined) throw new Error(`the hub does not know ${order.channel} ${order.orderId}`);
      check(found);
      return found;
    }, WAIT);
  }

  close(): Promise<void> {
    return this.platforms.close();
  }
}
