import { createHash } from 'node:crypto';
import { never } from '../../../shared/kernel/assert.ts';
import { linesOf } from '../order.ts';
import type { PlatformOrder } from '../order.ts';
import type { Push, PushBuilder, Told } from '../push.ts';
import type { WechatShop } from '../shop.ts';
import { wireText } from '../wire.ts';
import type { Wire } from '../wire.ts';
import { encryptMessage, sha1Sorted } from './crypt.ts';
import { openIdOf, seconds } from './detail.ts';

type Input = Told<WechatShop>;

interface Event {
  readonly name: string;
  readonly content: { readonly [name: string]: Wire };
}

/** The encrypted pushes of an event, one POST each. WeChat gives no event id; a retry keeps CreateTime but not the nonce. */
export function pushes(input: Input): PushBuilder[] {
  return eventsOf(input).map((event, index) => ({ attempt, nowMs }) => {
    const text = wireText({
      ToUserName: input.shop.shopId, FromUserName: openIdOf(input.order), CreateTime: seconds(input.order.updatedAtMs),
      MsgType: 'event', Event: event.name, ...event.content,
    });
    const seed = `${input.sequence}:${index}:${attempt}:${nowMs}`;
    return pushOf({ shop: input.shop, text, event: event.name, orderId: input.order.orderId, seed, nowMs });
  });
}

interface Sealed {
  readonly shop: WechatShop;
  readonly text: string;
  readonly event: string;
  readonly orderId: string;
  /** What the nonce and the 16 random bytes are drawn from. */
  readonly seed: string;
  readonly nowMs: number;
}

/** Any message as WeChat sends it in security mode. */
export function pushOf(sealed: Sealed): Push {
  const { token } = sealed.shop.credentials;
  const random = createHash('sha256').update(sealed.seed).digest();
  const encrypt = encryptMessage(sealed.shop.credentials, random, sealed.text);
  const timestamp = String(seconds(sealed.nowMs));
  const nonce = String(random.readUInt32BE(16));
  const query = new URLSearchParams({
    signature: sha1Sorted([token, timestamp, nonce]), timestamp, nonce, openid: 'oSim', encrypt_type: 'aes',
    msg_signature: sha1Sorted([token, timestamp, nonce, encrypt]),
  });
  return {
    channel: 'wechat',
    orderId: sealed.orderId,
    event: sealed.event,
    url: `${sealed.shop.webhookUrl}?${query.toString()}`,
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify({ ToUserName: sealed.shop.shopId, Encrypt: encrypt })),
    accepts: ({ status, body }) => status === 200 && (body === 'success' || body === ''),
  };
}

/** The check when the address is saved: a GET whose `echostr` must come back unchanged. */
export function urlCheck(shop: WechatShop, nowMs: number): { readonly url: string; readonly echo: string } {
  const { token } = shop.credentials;
  const timestamp = String(seconds(nowMs));
  const echo = String(4_375_120_948_345_356_249n);
  const query = new URLSearchParams({ signature: sha1Sorted([token, timestamp, '1514711492']), timestamp, nonce: '1514711492', echostr: echo });
  return { url: `${shop.webhookUrl}?${query.toString()}`, echo };
}

/** order_id is a bare number in some events and text in others, as in the platform's own samples. */
function eventsOf({ order, event }: Input): Event[] {
  const bare = BigInt(order.orderId);
  const text = order.orderId;
  switch (event.kind) {
    case 'create':
      return [info('channels_ec_order_new', { order_id: bare })];
    case 'pay':
      return [info('channels_ec_order_pay', { order_id: text, pay_time: String(seconds(order.paidAtMs ?? order.updatedAtMs)) }), info('channels_ec_order_wait_shipping', { order_id: text })];
    case 'cancel':
      return [info('channels_ec_order_cancel', { order_id: text, cancel_type: order.paidAtMs === undefined ? '2' : '3' })];
    case 'change_address':
      return [info('channels_ec_order_ext_info_update', { order_id: bare, type: 2 })];
    case 'ask_address':
      return [info('channels_ec_order_ext_info_update', { order_id: bare, type: 4 })];
    case 'answer_address':
      return [info('channels_ec_order_ext_info_update', { order_id: bare, type: event.approved ? 16 : 17 })];
    case 'open_refund':
      return aftersales(order, event.lineId, 'MERCHANT_PROCESSING');
    case 'close_refund':
      return aftersales(order, event.lineId, 'USER_CANCELD');
    case 'succeed_refund':
      return [
        ...aftersales(order, event.lineId, 'MERCHANT_REFUND_SUCCESS'),
        ...(order.stage === 'cancelled' ? [info('channels_ec_order_cancel', { order_id: text, cancel_type: '3' })] : []),
      ];
    case 'ship':
      return [info('channels_ec_order_deliver', { order_id: bare, finish_delivery: order.stage === 'partly_shipped' ? 0 : 1 })];
    case 'complete':
      return [info('channels_ec_order_confirm', { order_id: text, confirm_type: '1' })];
    case 'start_review':
    case 'end_review':
    case 'complete_group':
    case 'forbid':
    case 'permit':
      return [];
    default:
      return never(event);
  }
}

function info(name: string, order: { readonly [name: string]: Wire }): Event {
  return { name, content: { order_info: order } };
}

function aftersales(order: PlatformOrder, lineId: string | undefined, status: string): Event[] {
  return linesOf(order, lineId).map(({ refundId }) => ({
    name: 'channels_ec_aftersale_update',
    content: { finder_shop_aftersale_status_update: { status, after_sale_order_id: refundId, order_id: order.orderId } },
  }));
}
