import * as z from 'zod';
import type { Stage } from '../../kernel/channel-order.ts';
import { readJson } from '../../kernel/json.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import type { Payload, PayloadFailure } from '../channel.ts';
import { id, whole } from '../fen-wire.ts';

/** The events that speak of an order, and what the detail must show after them; without an order they make no sense. */
const ORDER_EVENTS: ReadonlyMap<string, Stage | undefined> = new Map([
  ['channels_ec_order_new', 'unpaid'],
  ['channels_ec_order_pay', 'paid'],
  ['channels_ec_order_wait_shipping', 'paid'],
  ['channels_ec_order_deliver', 'partly_shipped'],
  ['channels_ec_order_confirm', 'completed'],
  ['channels_ec_order_cancel', 'cancelled'],
  ['channels_ec_order_settle', undefined],
  ['channels_ec_order_ext_info_update', undefined],
  ['channels_ec_aftersale_update', undefined],
]);
const DELIVER_EVENT = 'channels_ec_order_deliver';
const EVENT_CHARS_MAX = 128;

/** WeChat gives events no id: these fields tell apart two events of one order in the same second. */
const DISTINGUISHING = [
  'type',
  'cancel_type',
  'confirm_type',
  'finish_delivery',
  'pay_time',
  'status',
  'after_sale_order_id',
] as const;

/** An id of 0 is how "none" is written where a number must stand. */
const NO_ORDER = '0';

const value = id.nullish().catch(null);
const subjectSchema = z.object({
  order_id: id.refine((orderId) => orderId !== NO_ORDER),
  type: value,
  cancel_type: value,
  confirm_type: value,
  finish_delivery: value,
  pay_time: value,
  status: value,
  after_sale_order_id: value,
});
type Subject = z.infer<typeof subjectSchema>;

const messageSchema = z.looseObject({
  Event: z.string().max(EVENT_CHARS_MAX).nullish(),
  CreateTime: whole.catch(undefined),
});

/** The order an event speaks of. Events that concern none, such as the console's `debug_demo`, give no hint. */
export function readPayload(text: string): Result<Payload, PayloadFailure> {
  const parsed = messageSchema.safeParse(readJson(text));
  if (!parsed.success) return err({ kind: 'malformed', message: 'the message is no JSON object of an event' });
  const event = parsed.data.Event ?? '';
  const subject = subjectOf(parsed.data);
  if (subject === undefined) {
    if (!ORDER_EVENTS.has(event)) return ok({ kind: 'hints', hints: [] });
    return err({ kind: 'malformed', message: `${event} names no order` });
  }
  const expects = expectedStage(event, subject);
  const distinguishing = DISTINGUISHING.map((field) => subject[field] ?? '').filter((told) => told !== '');
  return ok({
    kind: 'hints',
    hints: [
      {
        eventKey: [event, subject.order_id, parsed.data.CreateTime ?? '', ...distinguishing].join(':'),
        event,
        channelOrderId: subject.order_id,
        // ToUserName names an account, not the shop; the app id inside the cipher text has bound the push already.
        shops: [],
        ...(expects === undefined ? {} : { expects }),
      },
    ],
  });
}

/** The part that carries the order id has another name in each family of events: the first that has one is it. */
function subjectOf(message: Readonly<Record<string, unknown>>): Subject | undefined {
  for (const part of Object.values(message)) {
    const subject = subjectSchema.safeParse(part);
    if (subject.success) return subject.data;
  }
  return undefined;
}

function expectedStage(event: string, subject: Subject): Stage | undefined {
  return event === DELIVER_EVENT && subject.finish_delivery === '1' ? 'shipped' : ORDER_EVENTS.get(event);
}
