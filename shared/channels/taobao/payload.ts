import * as z from 'zod';
import type { Stage } from '../../kernel/channel-order.ts';
import { readJson } from '../../kernel/json.ts';
import { ok, type Result } from '../../kernel/result.ts';
import type { AddressAnswer, Hint, Payload, PayloadFailure, Reply } from '../channel.ts';
import { idUpTo, malformed, readMessages } from '../messages.ts';

/** The SPI by which Taobao asks whether an order's address may still change. */
export const ADDRESS_METHOD = 'taobao.qianniu.cloudkefu.address.self.modify';

/** Of an id or a shop's name. */
const ID_CHARS_MAX = 128;
const ADDRESS_RESULT_TOPIC = 'taobao_modifyaddress_ResultNotify';
const ORDER_TOPICS = /^taobao_(trade|refund)_/;

/**
 * What the trade has reached when the topic is sent. A TradeClose is sent for a sub order (`oid`), whose siblings may
 * live on, and nothing in it tells which; it expects a cancelled trade all the same, since waiting in vain costs a few
 * reads, while a stale detail taken for new ships a cancelled order. Refund topics promise nothing of the trade.
 */
const TOPIC_STAGES: ReadonlyMap<string, Stage> = new Map([
  ['taobao_trade_TradeCreate', 'unpaid'],
  ['taobao_trade_TradeBuyerPay', 'paid'],
  ['taobao_trade_TradePartlySellerShip', 'partly_shipped'],
  ['taobao_trade_TradeSellerShip', 'shipped'],
  ['taobao_trade_TradeSuccess', 'completed'],
  ['taobao_trade_TradeClose', 'cancelled'],
]);

/** The stored payload: a TMC message's JSON text as relayed, or an SPI call decoded to Unicode (`body` empty for a form). */
const envelopeSchema = z.union([
  z.object({ tmc: z.string() }),
  z.object({ spi: z.object({ method: z.string(), fields: z.record(z.string(), z.string()), body: z.string() }) }),
]);
export type Envelope = z.infer<typeof envelopeSchema>;
type Spi = Extract<Envelope, { spi: unknown }>['spi'];

const idSchema = idUpTo(ID_CHARS_MAX);

/** An entry of `tmc.messages.consume` (user_id, user_nick) or the keys of a socket frame (userid, nick). */
const messageSchema = z.object({
  id: idSchema,
  topic: z.string().min(1),
  content: z.union([z.string(), z.record(z.string(), z.unknown())]).nullish(),
  user_id: idSchema,
  userid: idSchema,
  user_nick: idSchema,
  nick: idSchema,
});
const contentSchema = z.object({ tid: idSchema, biz_order_id: idSchema, seller_nick: idSchema });
const questionSchema = z.object({ bizOrderId: idSchema, sellerNick: idSchema });

/** Reads what `verifyTaobao` gave. A relayed body is one TMC message or a list of at most PUSH_MESSAGES_MAX. */
export function readTaobaoPayload(text: string): Result<Payload, PayloadFailure> {
  const envelope = envelopeSchema.safeParse(readJson(text));
  if (!envelope.success) return malformed('not an envelope of this channel');
  return 'spi' in envelope.data ? readQuestion(envelope.data.spi) : readMessages(envelope.data.tmc, readMessage);
}

/** The answer to an address question. Non-ASCII is escaped, so it reads the same in the caller's UTF-8 or GBK. */
export function addressReply(answer: AddressAnswer): Reply {
  const result = answer.allowed
    ? { success: true, errorCode: '', errorMsg: '' }
    : { success: false, errorCode: answer.code, errorMsg: answer.message };
  const body = JSON.stringify({ result }).replaceAll(/[^\0-~]/g, escaped);
  return { status: 200, contentType: 'application/json', body };
}

function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** Parameters come as a JSON body, as form fields, or in the query: what the body says counts most. */
function readQuestion(spi: Spi): Result<Payload, PayloadFailure> {
  if (spi.method !== ADDRESS_METHOD) return malformed(`unknown SPI method ${spi.method.slice(0, ID_CHARS_MAX)}`);
  const body = z.record(z.string(), z.unknown()).safeParse(spi.body.trim() === '' ? {} : readJson(spi.body));
  if (!body.success) return malformed('the SPI body is not a JSON object');
  const question = questionSchema.safeParse({ ...spi.fields, ...body.data });
  if (!question.success || question.data.bizOrderId === undefined) return malformed('the question names no order');
  const { bizOrderId, sellerNick } = question.data;
  return ok({ kind: 'question', question: { channelOrderId: bizOrderId, shops: present([sellerNick]) } });
}

function readMessage(json: unknown): Result<readonly Hint[], PayloadFailure> {
  const message = messageSchema.safeParse(json);
  if (!message.success) return malformed('not a TMC message');
  const { id, topic, content: raw } = message.data;
  const content = contentSchema.safeParse(typeof raw === 'string' ? readJson(raw) : raw);
  const channelOrderId = content.data?.tid ?? content.data?.biz_order_id;
  if (channelOrderId === undefined) {
    return ORDER_TOPICS.test(topic) || topic === ADDRESS_RESULT_TOPIC ? malformed(`${topic} names no trade`) : ok([]);
  }
  if (id === undefined) return malformed(`${topic} has no message id`);
  const { user_id, userid, user_nick, nick } = message.data;
  const shops = present([user_id, userid, user_nick, nick, content.data?.seller_nick]);
  const expects = TOPIC_STAGES.get(topic);
  const hint = { eventKey: `${id}/${topic}/${channelOrderId}`, event: topic, channelOrderId, shops };
  return ok([expects === undefined ? hint : { ...hint, expects }]);
}

function present(names: readonly (string | undefined)[]): string[] {
  return [...new Set(names.filter((name) => name !== undefined))];
}
