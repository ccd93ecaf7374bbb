import { never } from '../../../shared/kernel/assert.ts';
import { isoFromMs } from '../../../shared/kernel/time.ts';
import { linePaidFen, linesOf, totalsOf } from '../order.ts';
import type { Move, OrderLine } from '../order.ts';
import { personalOf } from '../personal.ts';
import type { Place } from '../places.ts';
import { jsonField } from '../push.ts';
import type { Push, PushBuilder, Told } from '../push.ts';
import type { DouyinShop } from '../shop.ts';
import { wireText } from '../wire.ts';
import type { Wire } from '../wire.ts';
import { addressOf, seconds, statusOf } from './detail.ts';
import { eventSign } from './sign.ts';
import type { DouyinSignMethod } from './sign.ts';

type Input = Told<DouyinShop>;

/** One message of a push; `data` is JSON text inside JSON. */
export interface DouyinMessage {
  readonly tag: string;
  readonly msg_id: string;
  readonly data: string;
}

/** The pushes of an event: one POST with every message of it; an event Douyin is silent about gives none. */
export function pushes(input: Input): PushBuilder[] {
  const messages = messagesOf(input);
  return messages.length === 0 ? [] : [() => pushOf({ shop: input.shop, messages, orderId: input.order.orderId })];
}

/** One signed POST with any number of messages, also of several orders: Douyin batches. */
export function pushOf(batch: { readonly shop: DouyinShop; readonly messages: readonly DouyinMessage[]; readonly orderId: string; readonly method?: DouyinSignMethod }): Push {
  const { shop, messages } = batch;
  const body = Buffer.from(JSON.stringify(messages));
  const sign = eventSign(shop.credentials, body, batch.method ?? 'md5');
  return {
    channel: 'douyin',
    orderId: batch.orderId,
    event: messages.map(({ tag }) => tag).join('+'),
    url: shop.webhookUrl,
    headers: { 'content-type': 'application/json', 'app-id': shop.credentials.appKey, 'event-sign': sign },
    body,
    accepts: ({ status, body: reply }) => status === 200 && jsonField(reply, 'code') === 0 && jsonField(reply, 'msg') === 'success',
  };
}

/** The push Douyin sends when the address is saved in its console: its data is a bare time, not JSON. */
export function testPush(shop: DouyinShop, nowMs: number): Push {
  return pushOf({ shop, orderId: '', messages: [{ tag: '0', msg_id: '0', data: isoFromMs(nowMs) }] });
}

/** The messages of an event. The msg_id depends on the event alone, so a message sent again can be known again. */
export function messagesOf(input: Input): DouyinMessage[] {
  return contentsOf(input).map(({ tag, data }, index) => ({
    tag: String(tag),
    msg_id: `${input.order.orderId.slice(-8)}::${tag}:${seconds(input.order.updatedAtMs)}:${71_000_000_000_000 + input.sequence * 100 + index}`,
    data: wireText(data),
  }));
}

interface Content {
  readonly tag: number;
  readonly data: { readonly [name: string]: Wire };
}

function contentsOf(input: Input): Content[] {
  const { order, event } = input;
  const at = seconds(order.updatedAtMs);
  const base = baseOf(input);
  switch (event.kind) {
    case 'create':
      return [{ tag: 100, data: { ...base, create_time: at } }];
    case 'pay':
      return [statusOf(order) === 105 ? { tag: 110, data: base } : paid(base, input)];
    case 'end_review':
    case 'complete_group':
    case 'permit':
      return [paid(base, input)];
    case 'start_review':
    case 'forbid':
      return [{ tag: 110, data: base }];
    case 'cancel':
      return [{ tag: 106, data: { ...base, cancel_time: at, cancel_reason: order.paidAtMs === undefined ? '超时未支付' : '买家取消' } }];
    case 'change_address':
      return [{ tag: 105, data: { ...base, receiver_msg: receiver(input, order.place), update_time: at } }];
    case 'ask_address':
      return [asked(input, event.place)];
    case 'answer_address':
      return event.approved ? [{ tag: 105, data: { ...base, receiver_msg: receiver(input, order.place), update_time: at } }] : [];
    case 'open_refund':
    case 'close_refund':
    case 'succeed_refund':
      return linesOf(order, event.lineId).map((line) => refund(input, event.kind, line));
    case 'ship':
      return [shipped(input, event)];
    case 'complete':
      return [{ tag: 103, data: { ...base, complete_time: at } }];
    default:
      return never(event);
  }
}

function baseOf({ shop, order, event }: Input): { [name: string]: Wire } {
  return {
    p_id: BigInt(order.orderId), s_ids: order.lines.map((line) => BigInt(line.lineId)), shop_id: BigInt(shop.shopId),
    order_status: event.kind === 'create' ? 1 : statusOf(order), order_type: 0, biz: 2,
  };
}

function paid(base: { [name: string]: Wire }, { order }: Input): Content {
  return { tag: 101, data: { ...base, pay_type: 1, pay_time: seconds(order.paidAtMs ?? order.updatedAtMs), pay_amount: totalsOf(order).paidFen } };
}

/** In 111 `post_receiver_msg` is the new address and `receiver_msg` the old one. */
function asked(input: Input, place: Place): Content {
  const { order, shop } = input;
  const data = {
    p_id: BigInt(order.orderId), shop_id: BigInt(shop.shopId), apply_time: seconds(order.updatedAtMs),
    post_receiver_msg: receiver(input, place), receiver_msg: receiver(input, order.place),
  };
  return { tag: 111, data };
}

const REFUND_TAG = {
  open_refund: { tag: 200, status: 6, time: 'apply_time' },
  close_refund: { tag: 207, status: 28, time: 'update_time' },
  succeed_refund: { tag: 206, status: 12, time: 'success_time' },
} as const;

function refund({ order, shop }: Input, kind: keyof typeof REFUND_TAG, line: OrderLine): Content {
  const { tag, status, time } = REFUND_TAG[kind];
  const data = {
    p_id: BigInt(order.orderId), s_id: BigInt(line.lineId), shop_id: BigInt(shop.shopId),
    aftersale_id: BigInt(line.refundId), aftersale_status: status, aftersale_type: 2,
    refund_amount: linePaidFen(line), refund_post_amount: 0, reason_code: 15, refund_voucher_num: 0,
    [time]: seconds(order.updatedAtMs),
  };
  return { tag, data };
}

function shipped(input: Input, move: Extract<Move, { kind: 'ship' }>): Content {
  const { order } = input;
  const logistics = { express_company_id: move.company, logistics_code: move.trackingNumber };
  const base = { ...baseOf(input), update_time: seconds(order.updatedAtMs), receiver_msg: receiver(input, order.place) };
  if (order.stage !== 'partly_shipped') return { tag: 102, data: { ...base, logistics_msg: logistics } };
  const parcel = order.shipments.at(-1)?.lines ?? [];
  const parts = parcel.map(({ lineId, quantity }) => ({ shipped_order_id: BigInt(lineId), shipped_num: quantity, sku_num: quantity }));
  return { tag: 108, data: { ...base, logistics_msg: { ...logistics, pack_id: `72${order.orderId.slice(-12)}`, shipped_order_info: parts } } };
}

/** The receiver of a push: a third level of JSON inside JSON, names and numbers only as ciphertext. */
function receiver({ order }: Input, place: Place): Wire {
  const { sealed } = personalOf(order);
  const addr = wireText({ ...addressOf(place), detail: '', encrypt_detail: `##${sealed}==#1` });
  return { name: '', encrypt_name: `#${sealed}==#1`, tel: '', encrypt_tel: `$${sealed}==$1`, addr };
}
