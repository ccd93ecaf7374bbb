import { never } from '../../../shared/kernel/assert.ts';
import { yuanText } from '../../../shared/kernel/money.ts';
import { chinaTextFromMs } from '../../../shared/kernel/time.ts';
import { linePaidFen, linesOf, totalsOf } from '../order.ts';
import type { OrderLine, PlatformOrder, PushEvent } from '../order.ts';
import type { PushBuilder, Told } from '../push.ts';
import { acceptsRelayReply, relayHeaders } from '../relay.ts';
import type { TaobaoShop } from '../shop.ts';
import { wireText } from '../wire.ts';
import type { Wire } from '../wire.ts';
import { buyerOf, tradeStatus } from './trade.ts';

type Input = Told<TaobaoShop>;

interface Message {
  readonly topic: string;
  readonly content: { readonly [name: string]: Wire };
}

const MESSAGE_ID_BASE = 9_120_300_000_000_000_001n;
const PUBLISHER = '4272';

/** The relayed TMC messages of an event, one POST each, as entries of taobao.tmc.messages.consume. */
export function pushes(input: Input): PushBuilder[] {
  return messagesOf(input).map((message, index) => ({ nowMs }) => {
    const id = MESSAGE_ID_BASE + BigInt(input.sequence * 100 + index * 2);
    const body = Buffer.from(wireText(entryOf(input, message, id)));
    return {
      channel: 'taobao',
      orderId: input.order.orderId,
      event: message.topic,
      url: input.shop.webhookUrl,
      headers: relayHeaders(input.shop.relaySecret, `tmc_${id}`, { body, nowMs }),
      body,
      accepts: acceptsRelayReply,
    };
  });
}

/** The id stays the same over redeliveries, so that a repeat can be known. */
function entryOf({ shop, order }: Input, message: Message, id: bigint): Wire {
  return {
    id, topic: message.topic, content: wireText(message.content), pub_app_key: PUBLISHER,
    pub_time: chinaTextFromMs(order.updatedAtMs), user_id: BigInt(shop.shopId), user_nick: shop.shopName,
  };
}

function messagesOf(input: Input): Message[] {
  const { order, event } = input;
  const first = order.lines[0];
  if (first === undefined) return [];
  switch (event.kind) {
    case 'create':
      return [trade(input, 'TradeCreate', { oid: BigInt(first.lineId), status: 'WAIT_BUYER_PAY' })];
    case 'pay':
      return [trade(input, 'TradeBuyerPay', { oid: BigInt(first.lineId), fenxiao_id: 0 })];
    case 'cancel':
      return order.lines.map((line) => closed(input, line));
    case 'change_address':
      return [addressChanged(order)];
    case 'answer_address':
      return event.approved ? [addressChanged(order)] : [];
    case 'start_review':
    case 'end_review':
    case 'complete_group':
    case 'forbid':
    case 'permit':
      return [trade(input, 'TradeChanged', { oid: BigInt(first.lineId), status: tradeStatus(order) })];
    case 'open_refund':
    case 'close_refund':
    case 'succeed_refund':
      return refunds(input, event.kind, event.lineId);
    case 'ship':
      return [trade(input, order.stage === 'partly_shipped' ? 'TradePartlySellerShip' : 'TradeSellerShip', { oid: BigInt(first.lineId), status: tradeStatus(order) })];
    case 'complete':
      return [trade(input, 'TradeSuccess', { oid: BigInt(first.lineId), status: 'TRADE_FINISHED' })];
    case 'ask_address':
      return [];
    default:
      return never(event);
  }
}

function trade({ shop, order }: Input, name: string, more: { [name: string]: Wire }): Message {
  const content = {
    ...buyerOf(order), seller_nick: shop.shopName, payment: yuanText(totalsOf(order).paidFen),
    tid: BigInt(order.orderId), type: 'guarantee_trade', ...more,
  };
  return { topic: `taobao_trade_${name}`, content };
}

function closed(input: Input, line: OrderLine): Message {
  return trade(input, 'TradeClose', {
    oid: BigInt(line.lineId), num: line.quantity, num_iid: BigInt(line.productId), sku_id: BigInt(line.skuId), status: tradeStatus(input.order),
  });
}

/** Carries no address and not even the seller: those stand in the entry around it. */
function addressChanged(order: PlatformOrder): Message {
  return { topic: 'taobao_trade_TradeLogisticsAddressChanged', content: { ...buyerOf(order), tid: BigInt(order.orderId) } };
}

const REFUND_TOPIC = { open_refund: 'RefundCreated', close_refund: 'RefundClosed', succeed_refund: 'RefundSuccess' } as const;

/** One message a line; when the last line is refunded, the trade closes too. */
function refunds(input: Input, kind: Extract<PushEvent['kind'], keyof typeof REFUND_TOPIC>, lineId: string | undefined): Message[] {
  const { order, shop } = input;
  const lines = linesOf(order, lineId);
  const messages = lines.map((line) => ({
    topic: `taobao_refund_${REFUND_TOPIC[kind]}`,
    content: {
      ...buyerOf(order), seller_nick: shop.shopName, bill_type: 'refund_bill', modified: chinaTextFromMs(order.updatedAtMs),
      oid: BigInt(line.lineId), refund_fee: yuanText(linePaidFen(line)), refund_id: BigInt(line.refundId),
      refund_phase: order.stage === 'completed' ? 'aftersale' : 'onsale', tid: BigInt(order.orderId),
    },
  }));
  return order.stage === 'cancelled' ? [...messages, ...lines.map((line) => closed(input, line))] : messages;
}
