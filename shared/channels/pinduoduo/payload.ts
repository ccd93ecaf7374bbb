import * as z from 'zod';
import type { Stage } from '../../kernel/channel-order.ts';
import { readJson } from '../../kernel/json.ts';
import { ok, type Result } from '../../kernel/result.ts';
import type { Hint, Payload, PayloadFailure } from '../channel.ts';
import { idUpTo, malformed, readMessages } from '../messages.ts';

const ID_CHARS_MAX = 64;
const ORDER_TYPES = /^pdd_(trade|refund)_/;

/**
 * What the order is sure to have reached when the message is sent. TradeConfirmed means the group succeeded: paid, but
 * not yet that it may ship. There is no message for a created or a cancelled order, and refunds promise nothing.
 */
const TYPE_STAGES: ReadonlyMap<string, Stage> = new Map([
  ['pdd_trade_TradeConfirmed', 'paid'],
  ['pdd_trade_TradeSellerShip', 'shipped'],
  ['pdd_trade_TradeSuccess', 'completed'],
]);

const idSchema = idUpTo(ID_CHARS_MAX);

const messageSchema = z.object({
  type: z.string().min(1),
  mallID: idSchema,
  content: z.union([z.string(), z.record(z.string(), z.unknown())]).nullish(),
});
const commonFrameSchema = z.object({ commandType: z.literal('Common'), time: idSchema, message: messageSchema });
const otherFrameSchema = z.object({ commandType: z.string() });
const contentSchema = z.object({
  tid: idSchema,
  mall_id: idSchema,
  refund_id: idSchema,
  status: idSchema,
  operation: idSchema,
  modified: idSchema,
});

/** Reads a relayed frame, or a list of at most PUSH_MESSAGES_MAX. Heartbeats and acknowledgements say nothing. */
export function readPinduoduoPayload(text: string): Result<Payload, PayloadFailure> {
  return readMessages(text, readFrame);
}

function readFrame(json: unknown): Result<readonly Hint[], PayloadFailure> {
  const other = otherFrameSchema.safeParse(json);
  if (other.success && other.data.commandType !== 'Common') return ok([]);
  const frame = commonFrameSchema.safeParse(json);
  if (!frame.success) return malformed('not a PMC frame');
  const { type, mallID, content: raw } = frame.data.message;
  const content = contentSchema.safeParse(typeof raw === 'string' ? readJson(raw) : raw);
  if (content.data?.tid === undefined) return ORDER_TYPES.test(type) ? malformed(`${type} names no order`) : ok([]);
  const hint = {
    eventKey: eventKey(type, content.data, frame.data.time),
    event: type,
    channelOrderId: content.data.tid,
    shops: [...new Set([mallID, content.data.mall_id].filter((shop) => shop !== undefined))],
  };
  const expects = TYPE_STAGES.get(type);
  return ok([expects === undefined ? hint : { ...hint, expects }]);
}

/**
 * A redelivery may come under another frame id, so the key is the business key. Plain trade messages carry nothing
 * that tells two changes of one kind apart (two memo edits), so the frame's `time` stands in for `modified`. Whether a
 * redelivery keeps it is not documented: if not, the order is read once more and nothing changes, while a key without
 * it would swallow the second edit.
 */
function eventKey(type: string, content: z.infer<typeof contentSchema>, timeMs: string | undefined): string {
  const { tid, refund_id, status, operation, modified } = content;
  return [type, tid, refund_id, status, operation, modified ?? timeMs].map((part) => part ?? '').join('/');
}
