import { never } from '../../shared/kernel/assert.ts';
import type { PlatformChannel } from '../../shared/kernel/channel-order.ts';
import { batched, tasksFor } from './events.ts';
import type { Happening } from './events.ts';
import type { OrderWish } from './generate.ts';
import type { HubClient, HubOrder } from './hub-client.ts';
import type { Move, PlatformOrder } from './order.ts';
import { PLACES } from './places.ts';
import { sendPushes } from './sender.ts';
import type { Sent, SendOptions } from './sender.ts';
import type { Shop } from './shop.ts';
import type { World } from './world.ts';

/** Shares of orders (0 to 1) that do not simply get paid; they are tried in this order. */
export interface Mix {
  readonly cancelUnpaid?: number;
  readonly cancelPaid?: number;
  readonly hold?: number;
  readonly refundLine?: number;
  readonly changeAddress?: number;
}

export interface OrdersPlan {
  readonly world: World;
  readonly shops: readonly Shop[];
  readonly count: number;
  readonly nowMs: number;
  readonly wish?: OrderWish;
  readonly mix?: Mix;
}

/** An order that has gone through its story on the platform, and the events the platform will push about it. */
export interface MadeOrder {
  readonly shop: Shop;
  /** As it is in the end. */
  readonly order: PlatformOrder;
  readonly happenings: readonly Happening[];
}

const MOVE_GAP_MS = 1_000;

/** Makes orders in turn over the shops; each is created and paid, and some by the mix go further. Nothing is sent yet. */
export function makeOrders(plan: OrdersPlan): MadeOrder[] {
  return Array.from({ length: plan.count }, (_, index) => {
    const shop = plan.shops[index % plan.shops.length];
    if (shop === undefined) throw new RangeError('orders need a shop');
    return makeStory(plan, shop);
  });
}

function makeStory({ world, nowMs, wish, mix = {} }: OrdersPlan, shop: Shop): MadeOrder {
  const moves = storyMoves(world, shop.channel, mix);
  let order = world.create(shop, nowMs - (moves.length + 1) * MOVE_GAP_MS, wish);
  const happenings = [world.happening(order, { kind: 'create' })];
  for (const move of moves) {
    const moved = world.move(order, withLine(move, order), order.updatedAtMs + MOVE_GAP_MS);
    if (!moved.ok) continue;
    order = moved.value;
    happenings.push(world.happening(order, withLine(move, order)));
  }
  return { shop, order, happenings };
}

function storyMoves(world: World, channel: PlatformChannel, mix: Mix): Move[] {
  const { random } = world;
  if (random.chance(mix.cancelUnpaid ?? 0)) return [{ kind: 'cancel' }];
  if (random.chance(mix.cancelPaid ?? 0)) return [{ kind: 'pay' }, { kind: 'cancel' }];
  if (random.chance(mix.hold ?? 0)) return holdMoves(channel, world);
  if (random.chance(mix.refundLine ?? 0)) return [{ kind: 'pay' }, { kind: 'open_refund' }];
  if (random.chance(mix.changeAddress ?? 0)) return [{ kind: 'pay' }, { kind: 'change_address', place: random.pick(PLACES) }];
  return [{ kind: 'pay' }];
}

/** The way each platform says "paid, but do not ship yet". */
export function holdMoves(channel: PlatformChannel, world: World): Move[] {
  switch (channel) {
    case 'douyin':
    case 'taobao':
      return [{ kind: 'pay', forbidden: true }];
    case 'pinduoduo':
      return [world.random.chance(0.5) ? { kind: 'pay', riskReview: true } : { kind: 'pay', groupOpen: true }];
    case 'wechat':
      return [{ kind: 'pay' }, { kind: 'ask_address', place: world.random.pick(PLACES) }];
    default:
      return never(channel);
  }
}

/** A refund of a story is of the first line, where the platform refunds by line. */
function withLine(move: Move, order: PlatformOrder): Move {
  const line = order.lines[0];
  return move.kind === 'open_refund' && line !== undefined ? { ...move, lineId: line.lineId } : move;
}

export interface PushPlan extends SendOptions {
  /** Douyin messages put into one POST, at most; 1 sends each alone. */
  readonly batchMax?: number;
}

/** Sends every event of these orders, with repeats and disorder as asked, until each is received or given up. */
export function pushAll(orders: readonly MadeOrder[], plan: PushPlan = {}): Promise<Sent[]> {
  const happenings = orders.flatMap((made) => made.happenings);
  const tasks = (plan.batchMax ?? 1) > 1 ? batched(happenings, plan.batchMax ?? 1) : happenings.flatMap(tasksFor);
  return sendPushes(tasks, plan);
}

export interface Wait {
  readonly client: HubClient;
  readonly orders: readonly PlatformOrder[];
  /** When an order counts as arrived; by default as soon as the hub shows it. */
  readonly isDone?: (order: HubOrder, platform: PlatformOrder) => boolean;
  readonly timeoutMs: number;
  readonly everyMs?: number;
  readonly onProgress?: (done: number) => void;
}

export interface Waited {
  readonly found: ReadonlyMap<string, HubOrder>;
  /** Orders that had not arrived when the time was up. */
  readonly missing: readonly PlatformOrder[];
}

const POLL_MS = 400;

/** Watches GET /v1/orders until every order has arrived, or the time is up. */
export async function waitForOrders(wait: Wait): Promise<Waited> {
  const deadline = Date.now() + wait.timeoutMs;
  const isDone = wait.isDone ?? (() => true);
  for (;;) {
    const found = new Map<string, HubOrder>();
    for await (const order of wait.client.allOrders()) found.set(orderKey(order.channel, order.channelOrderId), order);
    const missing = wait.orders.filter((platform) => {
      const order = found.get(orderKey(platform.channel, platform.orderId));
      return order === undefined || !isDone(order, platform);
    });
    wait.onProgress?.(wait.orders.length - missing.length);
    if (missing.length === 0 || Date.now() > deadline) return { found, missing };
    await new Promise((resolve) => setTimeout(resolve, wait.everyMs ?? POLL_MS));
  }
}

/** Whether the hub has come to what the platform says of an order: pushes may repeat and overtake, the end must be right. */
export function agrees(hub: HubOrder, platform: PlatformOrder): boolean {
  if (platform.stage === 'cancelled') return hub.status === 'cancelled';
  if (platform.stage !== 'paid') return hub.status === (platform.stage === 'unpaid' ? 'awaiting_payment' : platform.stage);
  const isHeld = platform.riskReview || platform.groupOpen || platform.forbidden || (platform.askedPlace !== undefined && platform.channel === 'wechat');
  if (isHeld) return hub.status === 'held';
  return hub.status === 'allocated' || hub.status === 'backordered' || hub.holds.includes('refund_open');
}

export function orderKey(channel: string, channelOrderId: string): string {
  return `${channel}/${channelOrderId}`;
}
