import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { PUSH_MESSAGES_MAX } from '../channel.ts';
import consumed from './fixtures/api_tmc_messages_consume_response.json' with { type: 'json' };
import { ADDRESS_METHOD, addressReply, readTaobaoPayload } from './payload.ts';

const TID = '4005312345678901234';
const FIXTURES = new URL('./fixtures/', import.meta.url);
const frameSchema = z.object({
  frame_content_keys: z.object({
    id: z.string(),
    topic: z.string(),
    content: z.string(),
    nick: z.string(),
    userid: z.string(),
  }),
});

/** A sample's frame as JSON text; in the samples int64 values carry their type in words. */
function frameText(name: string): string {
  const { frame_content_keys: keys } = frameSchema.parse(JSON.parse(readFileSync(new URL(name, FIXTURES), 'utf8')));
  return JSON.stringify(keys).replaceAll(/"(\d+) \(int64\)"/g, '$1');
}

function relayed(message: unknown): string {
  return JSON.stringify({ tmc: typeof message === 'string' ? message : JSON.stringify(message) });
}

function hintsOf(message: unknown) {
  const read = readTaobaoPayload(relayed(message));
  return read.ok && read.value.kind === 'hints' ? read.value.hints : read;
}

const PAY = {
  id: '9120300000000000014',
  topic: 'taobao_trade_TradeBuyerPay',
  content: `{"tid":${TID},"oid":4005312345678911234}`,
};

/** Any text, unpaired surrogates included. */
const codeUnits = fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units));

describe('a TMC message', () => {
  const expectations = new Map([
    ['tmc_trade_create.json', 'unpaid'],
    ['tmc_trade_buyer_pay.json', 'paid'],
    ['tmc_trade_partly_seller_ship.json', 'partly_shipped'],
    ['tmc_trade_seller_ship.json', 'shipped'],
    ['tmc_trade_success.json', 'completed'],
    ['tmc_trade_close.json', 'cancelled'],
  ]);
  test.each(readdirSync(FIXTURES).filter((name) => name.startsWith('tmc_')))(
    'of the sample %s hints at its trade',
    (name) => {
      const text = frameText(name);
      const { topic } = z.object({ topic: z.string() }).parse(JSON.parse(text));
      const id = /"id":(\d+)/.exec(text)?.[1] ?? '';
      const expects = expectations.get(name);
      const hint = {
        eventKey: `${id}/${topic}/${TID}`,
        event: topic,
        channelOrderId: TID,
        shops: ['2200000000001', '示例旗舰店'],
      };
      expect(hintsOf(text)).toEqual([expects === undefined ? hint : { ...hint, expects }]);
    },
  );

  test('may be an entry of tmc.messages.consume', () => {
    const list = /"tmc_message":(\[.*\])\}/.exec(consumed.raw_body)?.[1] ?? '';
    const shops = ['2200000000001', '示例旗舰店'];
    const pay = {
      event: PAY.topic,
      eventKey: `9120300000000000007/${PAY.topic}/${TID}`,
      channelOrderId: TID,
      shops,
      expects: 'paid',
    };
    const topic = 'taobao_trade_TradeLogisticsAddressChanged';
    const address = { event: topic, eventKey: `9120300000000000014/${topic}/${TID}`, channelOrderId: TID, shops };
    expect(hintsOf(list)).toEqual([pay, address]);
  });

  test('is read alike whether ids are numbers or text, and content text or an object', () => {
    const text = `{"id":9120300000000000014,"topic":"${PAY.topic}","content":{"tid":${TID},"oid":4005312345678911234}}`;
    for (const message of [text, { ...PAY, content: { tid: TID } }, { ...PAY, content: `{"tid":"${TID}"}` }]) {
      expect(hintsOf(message)).toEqual(hintsOf(PAY));
    }
  });

  test('keeps every digit of ids above 2^53, at both levels', () => {
    expect(hintsOf('{"id":9007199254740993,"topic":"t","content":"{\\"tid\\":9007199254740995}"}')).toMatchObject([
      { eventKey: '9007199254740993/t/9007199254740995', channelOrderId: '9007199254740995' },
    ]);
  });

  test('names its shop by all the names it carries, once each', () => {
    const content = JSON.stringify({ tid: TID, seller_nick: '甲' });
    expect(hintsOf({ ...PAY, user_id: 7, userid: '7', user_nick: '甲', nick: '乙', content })).toMatchObject([
      { shops: ['7', '甲', '乙'] },
    ]);
    expect(hintsOf({ ...PAY, user_id: null, nick: '' })).toMatchObject([{ shops: [] }]);
  });

  test('of a topic we do not know is a hint when it names a trade, and nothing when it names none', () => {
    expect(hintsOf({ ...PAY, topic: 'taobao_trade_New' })).toEqual([
      { eventKey: `${PAY.id}/taobao_trade_New/${TID}`, event: 'taobao_trade_New', channelOrderId: TID, shops: [] },
    ]);
    for (const content of ['{"num_iid":1}', '', null, { tid: 0 }])
      expect(hintsOf({ ...PAY, topic: 'taobao_item_ItemUpdate', content })).toEqual([]);
  });

  test('delivered again has the same key, and another message of the same trade has another', () => {
    const [first, again, other] = [PAY, { ...PAY, retried: 1, nick: '甲' }, { ...PAY, id: '9120300000000000015' }].map(
      (message) => JSON.stringify(hintsOf(message)).replace(/.*"eventKey":"([^"]*)".*/, '$1'),
    );
    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });

  test.each([
    ['no JSON', '{'],
    ['a number', '1'],
    ['null', 'null'],
    ['no topic', '{"id":1}'],
    ['a known topic without a trade', { ...PAY, content: '{}' }],
    ['content that is no JSON', { ...PAY, content: 'tid' }],
    ['a trade id that is an object', { ...PAY, content: { tid: {} } }],
    ['a trade id with a fraction', { ...PAY, content: '{"tid":1.5}' }],
    ['no message id', { ...PAY, id: null }],
    ['a list with a broken message', [PAY, 1]],
  ])('with %s is malformed', (_name, message) => {
    expect(hintsOf(message)).toMatchObject({ ok: false, error: { kind: 'malformed' } });
  });

  test('in a list is read up to the most a push may carry', () => {
    const list = (length: number) => hintsOf(Array.from({ length }, (_, index) => ({ ...PAY, id: index + 1 })));
    expect(list(PUSH_MESSAGES_MAX)).toHaveLength(PUSH_MESSAGES_MAX);
    expect(list(PUSH_MESSAGES_MAX + 1)).toMatchObject({ ok: false, error: { kind: 'too_many' } });
    expect(hintsOf([])).toEqual([]);
  });
});

describe('an address question', () => {
  const ask = (fields: Record<string, string>, body: string, method = ADDRESS_METHOD) =>
    readTaobaoPayload(JSON.stringify({ spi: { method, fields, body } }));

  test('is read from a JSON body with the id as a number or text, and from fields', () => {
    for (const [fields, body] of [
      [{}, `{"bizOrderId":${TID},"sellerNick":"甲"}`],
      [{}, `{"bizOrderId":"${TID}","sellerNick":"甲"}`],
      [{ bizOrderId: TID, sellerNick: '甲' }, ''],
    ] as const) {
      expect(ask(fields, body)).toEqual({
        ok: true,
        value: { kind: 'question', question: { channelOrderId: TID, shops: ['甲'] } },
      });
    }
    expect(ask({}, `{"bizOrderId":${TID},"sellerNick":null}`)).toMatchObject({ value: { question: { shops: [] } } });
  });

  test('is read from the body where the query says otherwise', () => {
    expect(ask({ bizOrderId: '1' }, `{"bizOrderId":${TID}}`)).toMatchObject({
      value: { question: { channelOrderId: TID } },
    });
  });

  test('is malformed without an order, with a body that is no object, and under another method', () => {
    for (const read of [
      ask({}, '{}'),
      ask({}, '[]'),
      ask({}, '<xml/>'),
      ask({}, '{"bizOrderId":""}'),
      ask({ bizOrderId: TID }, '', 'other'),
    ]) {
      expect(read).toMatchObject({ ok: false, error: { kind: 'malformed' } });
    }
  });

  test('is answered in ASCII, whatever the message', () => {
    expect(addressReply({ allowed: true })).toMatchObject({
      status: 200,
      body: '{"result":{"success":true,"errorCode":"","errorMsg":""}}',
    });
    fc.assert(
      fc.property(codeUnits, (message) => {
        const { body } = addressReply({ allowed: false, code: 'ALREADY_PICKED', message });
        expect(body).toMatch(/^[\x20-\x7e]*$/);
        expect(JSON.parse(body)).toEqual({
          result: { success: false, errorCode: 'ALREADY_PICKED', errorMsg: message },
        });
      }),
    );
  });
});

test('no stored text makes the reading throw', () => {
  const deep = '['.repeat(100_000);
  expect(readTaobaoPayload(relayed(`${deep}1234567890123456`))).toMatchObject({ ok: false });
  expect(readTaobaoPayload(relayed(`${deep}1234567890123456${']'.repeat(100_000)}`))).toMatchObject({ ok: false });
  const message = fc.record({
    id: fc.jsonValue(),
    topic: fc.constantFrom(PAY.topic, 'x', 1),
    content: fc.oneof(fc.json(), fc.jsonValue()),
    nick: fc.jsonValue(),
  });
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json(),
        message.map((value) => JSON.stringify(value)),
      ),
      (text) => {
        readTaobaoPayload(text);
        readTaobaoPayload(relayed(text));
        readTaobaoPayload(JSON.stringify({ spi: { method: ADDRESS_METHOD, fields: {}, body: text } }));
      },
    ),
  );
});
