import { never } from '../../shared/kernel/assert.ts';
import type { PlatformChannel } from '../../shared/kernel/channel-order.ts';
import * as douyin from './douyin/push.ts';
import type { PushEvent } from './order.ts';
import * as pinduoduo from './pinduoduo/push.ts';
import type { PushBuilder, Told } from './push.ts';
import type { Shop } from './shop.ts';
import * as taobao from './taobao/push.ts';
import * as wechat from './wechat/push.ts';

/** One push that is to be sent, and perhaps sent again. */
export interface PushTask {
  readonly channel: PlatformChannel;
  readonly orderId: string;
  readonly kind: PushEvent['kind'];
  readonly build: PushBuilder;
}

export type Happening = Told<Shop>;

/** What the order's platform pushes about an event; empty where it is silent. Nothing is signed before it is built. */
export function tasksFor(happening: Happening): PushTask[] {
  const { order, event } = happening;
  return buildersOf(happening).map((build) => ({ channel: order.channel, orderId: order.orderId, kind: event.kind, build }));
}

function buildersOf({ shop, ...told }: Happening): PushBuilder[] {
  switch (shop.channel) {
    case 'douyin':
      return douyin.pushes({ ...told, shop });
    case 'taobao':
      return taobao.pushes({ ...told, shop });
    case 'pinduoduo':
      return pinduoduo.pushes({ ...told, shop });
    case 'wechat':
      return wechat.pushes({ ...told, shop });
    default:
      return never(shop);
  }
}

/** Puts Douyin's messages of one shop together, as the platform does under load; other tasks stay as they are. */
export function batched(happenings: readonly Happening[], messagesMax: number): PushTask[] {
  const others = happenings.filter(({ shop }) => shop.channel !== 'douyin').flatMap(tasksFor);
  const byShop = Map.groupBy(happenings, ({ shop }) => (shop.channel === 'douyin' ? shop.shopId : ''));
  byShop.delete('');
  const batches: PushTask[] = [];
  for (const group of byShop.values()) {
    const messages = group.flatMap(({ shop, order, event, sequence }) =>
      shop.channel === 'douyin' ? douyin.messagesOf({ shop, order, event, sequence }).map((message) => ({ shop, order, message })) : [],
    );
    for (let start = 0; start < messages.length; start += messagesMax) {
      const part = messages.slice(start, start + messagesMax);
      const [head] = part;
      if (head === undefined) continue;
      const push = douyin.pushOf({ shop: head.shop, messages: part.map(({ message }) => message), orderId: head.order.orderId });
      batches.push({ channel: 'douyin', orderId: head.order.orderId, kind: 'create', build: () => push });
    }
  }
  return [...batches, ...others];
}
