import { chinaTextFromMs } from '../../shared/kernel/time.ts';
import { DemoStore } from './demo-memory.ts';
import { storyFor, unfinished } from './demo-story.ts';
import { tasksFor } from './events.ts';
import { HubClient, HubError } from './hub-client.ts';
import type { HubOrder } from './hub-client.ts';
import type { Move, PlatformOrder } from './order.ts';
import type { Place } from './places.ts';
import { post, sendPushes } from './sender.ts';
import { startServer } from './server.ts';
import type { PlatformServer } from './server.ts';
import { channelLabel, orderLine } from './show.ts';
import { addressQuestion, answerOf } from './taobao/address-question.ts';
import { openTenant } from './tenant.ts';
import { World } from './world.ts';

const GENTLE_PACE = { orderEveryMs: 1_500, watchEveryMs: 1_000 };
const SAVE_EVERY_MS = 5_000;
const TOP_UP_EVERY_MS = 60_000;
const DUPLICATE_SHARE = 0.1;
/** An order the hub has not decided by then is no longer watched. */
const WATCHED_MS_MAX = 120_000;
const WATCHED_MAX = 100;
const STOCK_LOW = 12;
const STOCK_RECEIPT = 60;
const UNFINISHED_FROM_MS = 5_000;

export interface DemoOptions {
  readonly hubUrl: string;
  readonly dataDir: string;
  readonly log: (line: string) => void;
  readonly coloured?: boolean;
  /** How often an order comes, and how often the hub is looked at. */
  readonly pace?: { readonly orderEveryMs: number; readonly watchEveryMs: number };
}

/** Opens (or finds again) the demo tenant, says where to look, and lets orders come in gently until stopped. */
export async function startDemo(options: DemoOptions): Promise<{ stop(): Promise<void> }> {
  const stage = await openStage(options);
  const feed = new Feed(stage, options);
  options.log(`演示租户已就绪,打开 Open:  ${options.hubUrl.replace(/\/$/, '')}/#key=${stage.client.apiKey}`);
  feed.start();
  return { stop: () => feed.stop() };
}

interface Stage {
  readonly world: World;
  readonly server: PlatformServer;
  readonly client: HubClient;
  readonly store: DemoStore;
  readonly resumed: boolean;
}

/** The last run's tenant when the hub still knows it and the platforms' port is free again; else a new one. */
async function openStage({ hubUrl, dataDir, log }: DemoOptions): Promise<Stage> {
  const store = new DemoStore(dataDir);
  const world = new World({ seed: Date.now() });
  const last = await store.load();
  if (last !== undefined) {
    const client = new HubClient(hubUrl, last.memory.apiKey);
    const server = (await isKnown(client)) ? await startServer({ world, port: last.memory.port }).catch(() => undefined) : undefined;
    if (server !== undefined) {
      world.restore(last.world);
      return { world, server, client, store, resumed: true };
    }
  }
  const server = await startServer({ world });
  log('正在建立演示租户:5 个仓库、40 种商品、4 个店铺 …');
  const { tenantId, client } = await openTenant({ hub: new HubClient(hubUrl), world, apiBaseUrl: server.url, company: '山野户外(演示)' });
  await store.saveMemory({ hubUrl, tenantId, apiKey: client.apiKey, port: server.port });
  await store.saveWorld(world);
  return { world, server, client, store, resumed: false };
}

async function isKnown(client: HubClient): Promise<boolean> {
  try {
    await client.listOrders({ limit: '1' });
    return true;
  } catch (error) {
    if (error instanceof HubError && error.status < 500) return false;
    throw error;
  }
}

interface Watched {
  readonly order: PlatformOrder;
  readonly untilMs: number;
  shown: string;
}

/** The running demo: timers for orders, their later moves, watching, saving and topping up. */
class Feed {
  readonly #stage: Stage;
  readonly #options: DemoOptions;
  readonly #watched = new Map<string, Watched>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #running = new Set<Promise<void>>();
  #stopped = false;
  #complained = false;

  constructor(stage: Stage, options: DemoOptions) {
    this.#stage = stage;
    this.#options = options;
  }

  start(): void {
    if (this.#stage.resumed) this.#resume();
    const { orderEveryMs, watchEveryMs } = this.#options.pace ?? GENTLE_PACE;
    this.#every(orderEveryMs, () => this.#newOrder());
    this.#every(watchEveryMs, () => this.#watch());
    this.#every(SAVE_EVERY_MS, () => this.#stage.store.saveWorld(this.#stage.world));
    this.#every(TOP_UP_EVERY_MS, () => this.#topUp());
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const timer of this.#timers) clearTimeout(timer);
    await Promise.allSettled(this.#running);
    await this.#stage.store.saveWorld(this.#stage.world);
    await this.#stage.server.close();
  }

  #resume(): void {
    for (const order of this.#stage.world.orders()) {
      const move = unfinished(order);
      if (move !== undefined) this.#after(UNFINISHED_FROM_MS + this.#stage.world.random.integer(0, 30_000), () => this.#move(order, move));
    }
  }

  async #newOrder(): Promise<void> {
    const { world } = this.#stage;
    const shop = world.random.pick(world.shops());
    const order = world.create(shop, Date.now());
    for (const { afterMs, move } of storyFor(world, shop.channel)) this.#after(afterMs, () => this.#move(order, move));
    await this.#push(order, { kind: 'create' });
  }

  /** A story's later move may no longer fit (cancelled here, shipped there): then it just does not happen. */
  async #move(order: PlatformOrder, move: Move): Promise<void> {
    if (move.kind === 'change_address' && !(await this.#mayChange(order, move.place))) return;
    const moved = this.#stage.world.move(order, move, Date.now());
    if (moved.ok) await this.#push(moved.value, move);
  }

  async #push(order: PlatformOrder, event: Move | { readonly kind: 'create' }): Promise<void> {
    const tasks = tasksFor(this.#stage.world.happening(order, event));
    if (tasks.length === 0) return;
    if (event.kind !== 'create' && event.kind !== 'complete') this.#watchFor(order);
    const sent = await sendPushes(tasks, { duplicates: DUPLICATE_SHARE, seed: Date.now() });
    const lost = sent.find(({ accepted }) => !accepted);
    if (lost !== undefined) this.#complain(`推送未被接受 ${lost.channel} ${lost.event}: ${lost.status} ${lost.reply.slice(0, 120)}`);
  }

  /** Taobao asks first whether the address may still change; the others just change it. */
  async #mayChange(order: PlatformOrder, place: Place): Promise<boolean> {
    const shop = this.#stage.world.shopOf(order);
    if (shop.channel !== 'taobao') return true;
    const reply = await post(addressQuestion({ shop, order, place, nowMs: Date.now() }));
    if (answerOf(reply.body) !== false) return true;
    this.#options.log(`${chinaTextFromMs(Date.now()).slice(11)}  ${channelLabel('taobao', this.#coloured())}  买家改址被枢纽拒绝:已进入发货环节`);
    return false;
  }

  #watchFor(order: PlatformOrder): void {
    const key = `${order.channel}/${order.orderId}`;
    const shown = this.#watched.get(key)?.shown ?? '';
    if (this.#watched.size < WATCHED_MAX) this.#watched.set(key, { order, untilMs: Date.now() + WATCHED_MS_MAX, shown });
  }

  /** Prints an order once for each decision the hub takes about it. */
  async #watch(): Promise<void> {
    for (const [key, watched] of this.#watched) {
      if (this.#stopped) return;
      const order = await this.#stage.client.findOrder(watched.order.channel, watched.order.orderId);
      if (order !== undefined && isDecided(order)) this.#show(order, watched);
      if (Date.now() > watched.untilMs) this.#watched.delete(key);
    }
  }

  #show(order: HubOrder, watched: Watched): void {
    const decision = `${order.status} ${order.holds.join()} ${order.allocations.map(({ warehouse }) => warehouse).join()} ${order.receiver.regionCode}`;
    if (decision === watched.shown) return;
    watched.shown = decision;
    this.#options.log(orderLine(order, { nowText: chinaTextFromMs(Date.now()).slice(11), coloured: this.#coloured() }));
  }

  async #topUp(): Promise<void> {
    const low = (await this.#stage.client.stock()).filter(({ available }) => available < STOCK_LOW);
    for (const { warehouse, sku } of low) await this.#stage.client.adjustStock({ warehouse, sku, delta: STOCK_RECEIPT, reason: '演示补货' });
    if (low.length > 0) this.#options.log(`${chinaTextFromMs(Date.now()).slice(11)}  补货入库 ${low.length} 项,每项 ${STOCK_RECEIPT} 件`);
  }

  #coloured(): boolean {
    return this.#options.coloured ?? (process.stdout.isTTY && process.env['NO_COLOR'] === undefined);
  }

  #every(everyMs: number, work: () => Promise<void>): void {
    const again = (): void => this.#after(everyMs, () => work().finally(() => this.#stopped || again()));
    again();
  }

  #after(afterMs: number, work: () => Promise<void>): void {
    if (this.#stopped) return;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      const run = this.#attempt(work).finally(() => this.#running.delete(run));
      this.#running.add(run);
    }, afterMs);
    this.#timers.add(timer);
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.#complained = false;
    } catch (error) {
      this.#complain(String(error));
    }
  }

  /** Once until something works again: a hub that is down would otherwise fill the screen. */
  #complain(text: string): void {
    if (!this.#complained && !this.#stopped) this.#options.log(`演示 demo: ${text}`);
    this.#complained = true;
  }
}

function isDecided(order: HubOrder): boolean {
  return order.status !== 'awaiting_payment';
}
