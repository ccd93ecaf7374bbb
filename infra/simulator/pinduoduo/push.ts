import { never } from '../../../shared/kernel/assert.ts';
import { linePaidFen } from '../order.ts';
import type { PlatformOrder } from '../order.ts';
import type { PushBuilder, Told } from '../push.ts';
import { acceptsRelayReply, relayHeaders } from '../relay.ts';
import type { PinduoduoShop } from '../shop.ts';
import { wireText } from '../wire.ts';
import type { Wire } from '../wire.ts';

type Input = Told<PinduoduoShop>;

interface Message {
  readonly type: string;
  readonly more?: { readonly [name: string]: Wire };
}

/** Above 2^53 from the first one on. */
const FRAME_ID_BASE = 9_007_199_254_740_993n;
const ATTEMPTS_PER_FRAME = 16;

/** The relayed PMC frames of an event, one POST each. Pinduoduo gives a redelivered frame a new id, so nobody may rely on it. */
export function pushes(input: Input): PushBuilder[] {
  const { shop, order, sequence } = input;
  return messagesOf(input).map((message) => ({ attempt, nowMs }) => {
    const id = FRAME_ID_BASE + BigInt((sequence * ATTEMPTS_PER_FRAME + attempt) * 2);
    const mallId = BigInt(shop.shopId);
    const content = wireText({ mall_id: mallId, ...message.more, tid: order.orderId });
    const frame = { id, commandType: 'Common', time: order.updatedAtMs, sendTime: nowMs, message: { type: message.type, mallID: mallId, content } };
    const body = Buffer.from(wireText(frame));
    return {
      channel: 'pinduoduo',
      orderId: order.orderId,
      event: message.type,
      url: shop.webhookUrl,
      headers: relayHeaders(shop.relaySecret, `pmc_${id}`, { body, nowMs }),
      body,
      accepts: acceptsRelayReply,
    };
  });
}

/** There is no message for an unpaid order nor for a cancelled one: a cancellation shows as a finished refund. */
function messagesOf({ order, event }: Input): Message[] {
  switch (event.kind) {
    case 'create':
    case 'answer_address':
      return event.kind === 'answer_address' && event.approved ? [{ type: 'pdd_trade_TradeLogisticsAddressChanged' }] : [];
    case 'pay':
      // "Confirmed" means the group is complete; until then only the buyer's note gives a sign of life.
      return [{ type: order.groupOpen ? 'pdd_trade_BuyerMemoModified' : 'pdd_trade_TradeConfirmed' }];
    case 'complete_group':
      return [{ type: 'pdd_trade_TradeConfirmed' }];
    case 'start_review':
    case 'end_review':
      return [{ type: 'pdd_trade_TradeRiskChanged' }];
    case 'change_address':
      return [{ type: 'pdd_trade_TradeLogisticsAddressChanged' }];
    case 'open_refund':
      return [refund(order, 'pdd_refund_RefundCreated', 1000)];
    case 'succeed_refund':
      return [refund(order, 'pdd_refund_RefundAgreeAgreement', 1002)];
    case 'cancel':
      return order.paidAtMs === undefined ? [] : [refund(order, 'pdd_refund_RefundAgreeAgreement', 1002)];
    case 'close_refund':
      return [refund(order, 'pdd_refund_RefundClosed', 1004)];
    case 'ship':
      return [{ type: 'pdd_trade_TradeSellerShip' }];
    case 'complete':
      return [{ type: 'pdd_trade_TradeSuccess' }];
    case 'ask_address':
    case 'forbid':
    case 'permit':
      return [];
    default:
      return never(event);
  }
}

/** refund_fee in fen, modified in ms. */
function refund(order: PlatformOrder, type: string, operation: number): Message {
  const refundFen = order.lines.reduce((sum, line) => sum + linePaidFen(line), 0);
  const refundId = BigInt(order.lines[0]?.refundId ?? 0);
  return { type, more: { refund_fee: refundFen, bill_type: 1, modified: order.updatedAtMs, refund_id: refundId, operation } };
}
