import type { AddressAnswer, AddressQuestion, RawRequest, Reply } from '../../shared/channels/channel.ts';
import { BODY_BYTES_MAX } from '../../shared/kernel/contract.ts';
import { err, ok, refuse, type Result } from '../../shared/kernel/result.ts';
import { isoFromMs } from '../../shared/kernel/time.ts';
import { orderIdOf } from '../../shared/orders/order-id.ts';
import { isClosed } from '../../shared/orders/order.ts';
import type { Hub } from './hub.ts';
import { textOfIntake } from './intake-message.ts';
import { findShop, type KnownShop } from './shops.ts';

/**
 * Takes a push: checks it on its raw bytes, puts it on the queue, and gives the platform the reply it expects
 * (DESIGN §3.1). A push that is not authentic leaves nothing behind but a count.
 */
export async function receivePush(hub: Hub, target: { channel: string; connectionId: string }, request: RawRequest): Promise<Result<Reply>> {
  if (request.body.byteLength > BODY_BYTES_MAX) return refuse('body_too_large', `At most ${BODY_BYTES_MAX} bytes.`);
  const shop = await findShop(hub, target.connectionId);
  if (shop === undefined || shop.channel.name !== target.channel) return refuse('connection_not_found');
  const verdict = shop.channel.verify(request, shop.relaySecret, hub.clock.nowMs());
  if (verdict.kind === 'refused') {
    hub.log.metric('WebhookRefused', 1, { Channel: shop.channel.name });
    hub.log.info('push refused', { connectionId: target.connectionId, why: verdict.why });
    return ok(verdict.reply);
  }
  if (verdict.kind === 'answered') return ok(verdict.reply);
  if (shop.trialEndsAt <= isoFromMs(hub.clock.nowMs())) return refuse('trial_expired');
  return takeIn(hub, shop, verdict);
}

async function takeIn(hub: Hub, shop: KnownShop, { payload, reply }: { payload: string; reply: Reply }): Promise<Result<Reply>> {
  const read = shop.channel.readPayload(payload);
  if (read.ok && read.value.kind === 'question') return ok((await answerQuestion(hub, shop, read.value.question)) ?? reply);
  if (read.ok && read.value.kind === 'hints' && read.value.hints.length === 0) return ok(reply);
  if (!read.ok && read.error.kind === 'too_many') return err({ code: 'too_many_messages', detail: read.error.message });
  // An authentic push that makes no sense is answered like any other, and dead-lettered where it is worked off.
  await hub.queues.send('intake', textOfIntake({ connectionId: shop.connection.connectionId, receivedAt: isoFromMs(hub.clock.nowMs()), payload }));
  return ok(reply);
}

/** Taobao asks whether an order's address may still change: the order's true state answers. */
async function answerQuestion(hub: Hub, { channel, connection }: KnownShop, question: AddressQuestion): Promise<Reply | undefined> {
  const orderId = orderIdOf({ channel: connection.channel, shopId: connection.shopId, channelOrderId: question.channelOrderId });
  const order = await hub.orders.get(connection.tenantId, orderId);
  return channel.answerQuestion(addressAnswer(order));
}

function addressAnswer(order: Awaited<ReturnType<Hub['orders']['get']>>): AddressAnswer {
  // An order we do not know has not been picked: its push, or a later read of its detail, brings the new address.
  if (order === undefined) return { allowed: true };
  if (order.lines.some(({ shippedQuantity }) => shippedQuantity > 0)) return { allowed: false, code: 'ALREADY_SHIPPED', message: '商品已发出,无法修改地址' };
  if (isClosed(order)) return { allowed: false, code: 'ORDER_CLOSED', message: '订单已关闭,无法修改地址' };
  return { allowed: true };
}
