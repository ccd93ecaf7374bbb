import type { PlatformChannel } from '../../shared/kernel/channel-order.ts';
import * as douyin from './douyin/push.ts';
import type { PlatformOrder, PushEvent } from './order.ts';
import * as pinduoduo from './pinduoduo/push.ts';
import type { Push } from './push.ts';
import type { Shop } from './shop.ts';
import * as taobao from './taobao/push.ts';
import * as wechat from './wechat/push.ts';

/**
 * One push that is to be sent, and perhaps sent again: built anew each time, because nonces, relay times and
 * Pinduoduo's frame ids differ between sendings while the event stays the same.
 */
export interface PushTask {
  readonly channel: PlatformChannel;
  readonly orderId: string;
  readonly kind: PushEvent['kind'];
  build(sending: { readonly attempt: number; readonly nowMs: number }): Push;
}

export interface Happening {
  readonly shop: Shop;
  /** The order just after the event. */
  readonly order: PlatformOrder;
  readonly event: PushEvent;
  /** Numbers the event; equal numbers give equal event ids. */
  readonly sequence: number;
}

/** What the order's platform pushes about an event; empty where it is silent. */
export function tasksFor(happening: Happening): PushTask[] {
  const { order, event } = happening;
  const first = pushesOf(happening, { attempt: 0, nowMs: order.updatedAtMs });
  return first.map((_push, index) => ({
    channel: order.channel,
    orderId: order.orderId,
    kind: event.kind,
    build: (sending) => {
      const push = pushesOf(happening, sending)[index];
      if (push === undefined) throw new RangeError('an event gave fewer pushes than before');
      return push;
    },
  }));
}

function pushesOf({ shop, order, event, sequence }: Happening, sending: { readonly attempt: number; readonly nowMs: number }): Push[] {
  const input = { order, event, sequence, ...sending };
  switch (shop.channel) {
    case 'douyin':
      return douyin.pushes({ ...input, shop });
    case 'taobao':
      return taobao.pushes({ ...input, shop });
    case 'pinduoduo':
      return pinduoduo.pushes({ ...input, shop });
    case 'wechat':
      return wechat.pushes({ ...input, shop });
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
      shop.channel === 'douyin' ? douyin.messagesOf({ shop, order, event, sequence, attempt: 0, nowMs: order.updatedAtMs }).map((message) => ({ shop, order, message })) : [],
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
