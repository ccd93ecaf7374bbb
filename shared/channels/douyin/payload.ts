import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Stage } from '../../kernel/channel-order.ts';
import { readJson } from '../../kernel/json.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import { type Hint, type Payload, type PayloadFailure, PUSH_MESSAGES_MAX } from '../channel.ts';
import { id } from '../fen-wire.ts';

interface OrderTag {
  readonly name: string;
  readonly expects?: Stage;
}

/** Every tag that speaks of an order; a message with one of these and no order id makes no sense. */
const ORDER_TAGS: Readonly<Record<string, OrderTag>> = {
  '100': { name: 'TradeCreate', expects: 'unpaid' },
  '101': { name: 'TradePaid', expects: 'paid' },
  '102': { name: 'TradeSellerShip', expects: 'shipped' },
  '103': { name: 'TradeSuccess', expects: 'completed' },
  '104': { name: 'TradeLogisticsChanged' },
  '105': { name: 'TradeAddressChanged' },
  '106': { name: 'TradeCanceled', expects: 'cancelled' },
  '108': { name: 'TradePartlySellerShip', expects: 'partly_shipped' },
  '109': { name: 'TradeAmountChanged' },
  '110': { name: 'TradePending', expects: 'paid' },
  '111': { name: 'TradeAddressChangeApplied' },
  '113': { name: 'TradeMemoModify' },
  '126': { name: 'TradeAppointmentV2' },
  '200': { name: 'RefundCreated' },
  '201': { name: 'RefundAgreed' },
  '203': { name: 'RefundBuyerReturned' },
  '204': { name: 'RefundRefused' },
  '206': { name: 'RefundSuccess' },
  '207': { name: 'RefundClosed' },
  '208': { name: 'RefundModified' },
  '209': { name: 'RefundExpiryChanged' },
  '211': { name: 'ExchangeConfirmed' },
  '212': { name: 'RefundArbitration' },
  '216': { name: 'RefundArbitration' },
  '217': { name: 'RefundArbitration' },
  '218': { name: 'RefundArbitration' },
  '224': { name: 'SpecialRefund' },
  '225': { name: 'SpecialRefund' },
  '226': { name: 'Resend' },
};

/** The push Douyin sends when the address is saved; its data is a bare time, not JSON. */
const PROBE_TAG = '0';
const MESSAGE_ID_CHARS_MAX = 256;

const messageSchema = z.object({
  tag: id,
  msg_id: z.string().max(MESSAGE_ID_CHARS_MAX).or(z.int().transform(String)).nullish(),
  msgId: z.string().max(MESSAGE_ID_CHARS_MAX).or(z.int().transform(String)).nullish(),
  data: z.unknown().optional(),
});
type Message = z.infer<typeof messageSchema>;

/** An id of 0 is how "none" is written where a number must stand. */
const NO_ORDER = '0';
const dataSchema = z.object({ p_id: id.refine((orderId) => orderId !== NO_ORDER), shop_id: id.nullish().catch(null) });

/** True when the body holds test pushes and nothing else, so that there is nothing to keep. */
export function isProbe(body: string): boolean {
  const messages = messagesIn(body);
  return messages !== undefined && messages.length > 0 && messages.every(isProbeMessage);
}

function isProbeMessage(message: unknown): boolean {
  const parsed = messageSchema.safeParse(message);
  return parsed.success && parsed.data.tag === PROBE_TAG;
}

/**
 * The orders a push speaks of. A message that makes no sense does not take the batch's other orders with it: the push
 * is malformed only when nothing in it could be used.
 */
export function readPayload(body: string): Result<Payload, PayloadFailure> {
  const messages = messagesIn(body);
  if (messages === undefined) return err({ kind: 'malformed', message: 'the body is no JSON list of messages' });
  if (messages.length > PUSH_MESSAGES_MAX) {
    return err({ kind: 'too_many', message: `${messages.length} messages, at most ${PUSH_MESSAGES_MAX} are taken` });
  }
  const hints = new Map<string, Hint>();
  const nonsense: string[] = [];
  for (const message of messages) {
    const reading = readMessage(message);
    if (!reading.ok) nonsense.push(reading.error);
    else if (reading.value !== undefined) hints.set(reading.value.eventKey, reading.value);
  }
  const [firstNonsense] = nonsense;
  if (hints.size === 0 && firstNonsense !== undefined) return err({ kind: 'malformed', message: firstNonsense });
  return ok({ kind: 'hints', hints: [...hints.values()] });
}

/** The documents say a list; a bare object is taken as a list of one. */
function messagesIn(body: string): readonly unknown[] | undefined {
  const parsed = readJson(body);
  if (Array.isArray(parsed)) return Array.from<unknown>(parsed);
  return typeof parsed === 'object' && parsed !== null ? [parsed] : undefined;
}

function readMessage(input: unknown): Result<Hint | undefined, string> {
  const parsed = messageSchema.safeParse(input);
  if (!parsed.success) return err('a message has no tag');
  const message = parsed.data;
  if (message.tag === PROBE_TAG) return ok(undefined);
  const tag = ORDER_TAGS[message.tag];
  const data = dataSchema.safeParse(typeof message.data === 'string' ? readJson(message.data) : message.data);
  if (!data.success) return tag === undefined ? ok(undefined) : err(`a message of tag ${message.tag} names no order`);
  // The old list API ends order ids in A; the detail API knows them without it.
  const channelOrderId = data.data.p_id.replace(/^(\d+)A$/, '$1');
  return ok({
    eventKey: `${messageKey(message)}:${channelOrderId}`,
    event: tag === undefined ? message.tag : `${message.tag} ${tag.name}`,
    channelOrderId,
    shops: typeof data.data.shop_id === 'string' ? [data.data.shop_id] : [],
    ...(tag?.expects === undefined ? {} : { expects: tag.expects }),
  });
}

/** A message without an id is known by its own content, which a redelivery repeats. */
function messageKey(message: Message): string {
  const given = (message.msg_id ?? message.msgId ?? '').trim();
  if (given !== '') return given;
  return `${message.tag}:${createHash('sha256').update(JSON.stringify(message.data ?? null)).digest('hex')}`;
}
