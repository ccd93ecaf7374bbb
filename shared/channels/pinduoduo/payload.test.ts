import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { PUSH_MESSAGES_MAX } from '../channel.ts';
import { readPinduoduoPayload } from './payload.ts';

const TID = '261124-038440825871540';
const FIXTURES = new URL('./fixtures/', import.meta.url);
const sampleSchema = z.object({
  _meta: z.object({ type: z.string() }),
  raw_frame: z.string(),
  ack_raw: z.string(),
  fail_raw: z.string(),
});

function hintsOf(frame: unknown) {
  const read = readPinduoduoPayload(typeof frame === 'string' ? frame : JSON.stringify(frame));
  return read.ok && read.value.kind === 'hints' ? read.value.hints : read;
}

function frameOf(type: string, content: unknown, frame: object = {}) {
  return {
    id: 1,
    commandType: 'Common',
    time: 1_795_487_400_000,
    message: { type, mallID: 171504183, content },
    ...frame,
  };
}
const keyOf = (frame: unknown) => /"eventKey":"([^"]*)"/.exec(JSON.stringify(hintsOf(frame)))?.[1];
const MEMO = 'pdd_trade_TradeMemoModified';
const REFUND = 'pdd_refund_RefundCreated';

describe('a PMC frame', () => {
  const expectations = new Map([
    ['pdd_trade_TradeConfirmed', 'paid'],
    ['pdd_trade_TradeSellerShip', 'shipped'],
    ['pdd_trade_TradeSuccess', 'completed'],
  ]);
  test.each(readdirSync(FIXTURES).filter((name) => name.startsWith('pmc_')))(
    'of the sample %s hints at its order',
    (name) => {
      const sample = sampleSchema.parse(JSON.parse(readFileSync(new URL(name, FIXTURES), 'utf8')));
      const expects = expectations.get(sample._meta.type);
      const hint = {
        eventKey: expect.stringContaining(`${sample._meta.type}/${TID}/`),
        event: sample._meta.type,
        channelOrderId: TID,
        shops: ['171504183'],
      };
      expect(hintsOf(sample.raw_frame)).toEqual([expects === undefined ? hint : { ...hint, expects }]);
      expect(hintsOf(sample.ack_raw)).toEqual([]);
      expect(hintsOf(sample.fail_raw)).toEqual([]);
    },
  );

  test('that is a heartbeat says nothing', () => {
    expect(hintsOf('{"id":1,"commandType":"HeartBeat","time":1795487400000}')).toEqual([]);
  });

  test('is read alike whether content is text or an object, and ids are numbers or text', () => {
    const plain = frameOf(REFUND, { tid: TID, mall_id: 171504183, refund_id: 7381745730, operation: 1000 });
    expect(hintsOf(frameOf(REFUND, JSON.stringify(plain.message.content)))).toEqual(hintsOf(plain));
    expect(
      hintsOf(frameOf(REFUND, { tid: TID, mall_id: '171504183', refund_id: '7381745730', operation: '1000' })),
    ).toEqual(hintsOf(plain));
  });

  test('keeps every digit of ids above 2^53', () => {
    expect(
      keyOf(
        `{"commandType":"Common","message":{"type":"${REFUND}","content":"{\\"tid\\":\\"t\\",\\"refund_id\\":9007199254740993}"}}`,
      ),
    ).toContain('/9007199254740993/');
  });

  test('names the shop by both of its ids when they differ, and by none when there is none', () => {
    expect(hintsOf(frameOf(MEMO, { tid: TID, mall_id: 2 }))).toMatchObject([{ shops: ['171504183', '2'] }]);
    expect(
      hintsOf({ commandType: 'Common', message: { type: MEMO, mallID: null, content: { tid: TID } } }),
    ).toMatchObject([{ shops: [] }]);
  });

  test('of goods, or of an unknown type without an order, says nothing; with an order it is a hint', () => {
    expect(hintsOf(frameOf('pdd_goods_GoodsAdd', '{"goods_id":1}'))).toEqual([]);
    expect(hintsOf(frameOf('pdd_goods_GoodsAdd', null))).toEqual([]);
    expect(hintsOf(frameOf('pdd_new_Thing', { tid: TID }))).toMatchObject([
      { channelOrderId: TID, event: 'pdd_new_Thing' },
    ]);
  });

  test.each([
    ['no JSON', '{'],
    ['null', 'null'],
    ['no command', '{"id":1}'],
    ['no message', '{"commandType":"Common"}'],
    ['an order type without an order', frameOf(MEMO, '{"mall_id":1}')],
    ['content that is no JSON', frameOf(MEMO, TID)],
    ['an order id that is a list', frameOf(MEMO, { tid: [] })],
    ['a list with a broken frame', [frameOf(MEMO, { tid: TID }), 1]],
  ])('with %s is malformed', (_name, frame) => {
    expect(hintsOf(frame)).toMatchObject({ ok: false, error: { kind: 'malformed' } });
  });

  test('in a list is read up to the most a push may carry', () => {
    const list = (length: number) => hintsOf(Array.from({ length }, () => frameOf(MEMO, { tid: TID })));
    expect(list(PUSH_MESSAGES_MAX)).toHaveLength(PUSH_MESSAGES_MAX);
    expect(list(PUSH_MESSAGES_MAX + 1)).toMatchObject({ ok: false, error: { kind: 'too_many' } });
  });
});

describe('the key of an event', () => {
  const refund = { tid: TID, refund_id: 7, operation: 1000, modified: 5 };

  test('stays the same when the frame is delivered again under another id', () => {
    for (const [type, content] of [
      [MEMO, { tid: TID }],
      [REFUND, refund],
    ] as const) {
      expect(keyOf(frameOf(type, content, { id: '9007199254740995', sendTime: 9 }))).toBe(
        keyOf(frameOf(type, content)),
      );
    }
    expect(keyOf(frameOf(REFUND, refund, { time: 9 }))).toBe(keyOf(frameOf(REFUND, refund)));
  });

  test('differs for another order, type, refund, status, operation and moment', () => {
    const frames = [
      frameOf(REFUND, refund),
      frameOf('pdd_refund_RefundClosed', refund),
      frameOf(REFUND, { ...refund, tid: 't' }),
      frameOf(REFUND, { ...refund, refund_id: 8 }),
      frameOf(REFUND, { ...refund, status: 1 }),
      frameOf(REFUND, { ...refund, operation: 1001 }),
      frameOf(REFUND, { ...refund, modified: 6 }),
      frameOf(MEMO, { tid: TID }),
      frameOf(MEMO, { tid: TID }, { time: 6 }),
    ];
    expect(new Set(frames.map(keyOf)).size).toBe(frames.length);
  });
});

test('no stored text makes the reading throw', () => {
  const deep = '['.repeat(100_000);
  expect(hintsOf(`${deep}1234567890123456${']'.repeat(100_000)}`)).toMatchObject({ ok: false });
  const message = fc.record({
    type: fc.constantFrom(MEMO, 'x', 1),
    mallID: fc.jsonValue(),
    content: fc.oneof(fc.json(), fc.jsonValue()),
  });
  const frame = fc.record({
    commandType: fc.constantFrom('Common', 'Ack', 1),
    time: fc.jsonValue(),
    message: fc.oneof(message, fc.jsonValue()),
  });
  const text = fc.oneof(
    fc.string(),
    fc.json(),
    frame.map((value) => JSON.stringify(value)),
  );
  fc.assert(fc.property(text, (stored) => void readPinduoduoPayload(stored)));
});
