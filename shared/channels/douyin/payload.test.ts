import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PUSH_MESSAGES_MAX } from '../channel.ts';
import { push, pushes } from './fixtures/samples.ts';
import { readPayload } from './payload.ts';

const ORDER = '6931234567890123456';

function hintsOf(body: string) {
  const payload = readPayload(body);
  if (!payload.ok || payload.value.kind !== 'hints') throw new Error(`no hints in ${body}`);
  return payload.value.hints;
}

function bodyOf(name: string): string {
  return Buffer.from(push(name).request.body).toString();
}

describe('a recorded push', () => {
  const real = pushes().filter(({ name }) => !name.startsWith('push_test'));

  test.each(real)('$name names its order exactly, and its shop', ({ request }) => {
    for (const hint of hintsOf(Buffer.from(request.body).toString())) {
      expect(hint.channelOrderId).toBe(ORDER);
      expect(hint.shops).toEqual(['95250']);
      expect(hint.eventKey).toMatch(/^90123456::\d+:1795487400:\d+:6931234567890123456$/);
    }
  });

  test.each([
    ['trade_create_100.json', '100 TradeCreate', 'unpaid'],
    ['trade_paid_101.json', '101 TradePaid', 'paid'],
    ['trade_pending_110.json', '110 TradePending', 'paid'],
    ['trade_seller_ship_102.json', '102 TradeSellerShip', 'shipped'],
    ['trade_partly_seller_ship_108.json', '108 TradePartlySellerShip', 'partly_shipped'],
    ['trade_success_103.json', '103 TradeSuccess', 'completed'],
    ['trade_canceled_106.json', '106 TradeCanceled', 'cancelled'],
    ['trade_address_changed_105.json', '105 TradeAddressChanged', undefined],
    ['trade_address_change_applied_111.json', '111 TradeAddressChangeApplied', undefined],
    ['refund_created_200.json', '200 RefundCreated', undefined],
    ['refund_success_206.json', '206 RefundSuccess', undefined],
    ['refund_closed_207.json', '207 RefundClosed', undefined],
  ])('%s is %s and expects %s', (name, event, expects) => {
    const [hint] = hintsOf(bodyOf(name));
    expect(hint?.event).toBe(event);
    expect(hint?.expects).toBe(expects);
  });

  test('a batch gives one hint for a message that it repeats', () => {
    expect(hintsOf(bodyOf('batch_out_of_order.json')).map((hint) => hint.event)).toEqual(['101 TradePaid', '100 TradeCreate']);
  });
});

describe('the spelling of a message', () => {
  const expected = { eventKey: `m1:${ORDER}`, event: '101 TradePaid', channelOrderId: ORDER, shops: ['95250'], expects: 'paid' };

  test.each([
    ['numbers in text', `[{"tag":"101","msg_id":"m1","data":"{\\"p_id\\":${ORDER},\\"shop_id\\":95250}"}]`],
    ['ids as text', `[{"tag":"101","msg_id":"m1","data":"{\\"p_id\\":\\"${ORDER}\\",\\"shop_id\\":\\"95250\\"}"}]`],
    ['a numeric tag', `[{"tag":101,"msg_id":"m1","data":"{\\"p_id\\":${ORDER},\\"shop_id\\":95250}"}]`],
    ['msgId', `[{"tag":101,"msgId":"m1","data":"{\\"p_id\\":${ORDER},\\"shop_id\\":95250}"}]`],
    ['data as an object', `[{"tag":101,"msgId":"m1","data":{"p_id":${ORDER},"shop_id":95250}}]`],
    ['one bare object', `{"tag":101,"msgId":"m1","data":{"p_id":${ORDER},"shop_id":95250}}`],
    ['white space', `\n[ {\t"tag" : 101 , "msg_id":"m1",\r\n "data": { "p_id" : ${ORDER} , "shop_id": 95250 } } ]\n`],
    ['fields nobody knows', `[{"v":{},"tag":101,"msg_id":"m1","data":{"p_id":${ORDER},"shop_id":95250,"新":[null]}}]`],
    ['null fields', `[{"tag":101,"msg_id":"m1","msgId":null,"data":{"p_id":${ORDER},"shop_id":95250,"s_ids":null}}]`],
    ['an id of the old list API', `[{"tag":101,"msg_id":"m1","data":{"p_id":"${ORDER}A","shop_id":95250}}]`],
  ])('%s makes no difference', (_what, body) => {
    expect(hintsOf(body)).toEqual([expected]);
  });

  test('a missing shop is no shop', () => {
    for (const shop of ['', ',"shop_id":null', ',"shop_id":""', ',"shop_id":{}']) {
      expect(hintsOf(`[{"tag":101,"msg_id":"m","data":{"p_id":1${shop}}}]`)[0]?.shops).toEqual([]);
    }
  });

  test('a message without an id keeps the same key when it comes again, and no other message has it', () => {
    const key = (data: string) => hintsOf(`[{"tag":101,"data":${data}}]`)[0]?.eventKey;
    expect(key('{"p_id":1,"x":1}')).toBe(key('{"p_id":1,"x":1}'));
    expect(key('{"p_id":1,"x":1}')).not.toBe(key('{"p_id":1,"x":2}'));
  });
});

describe('messages that concern no order', () => {
  test.each([
    ['an empty batch', '[]'],
    ['a product change', '[{"tag":"400","msg_id":"1","data":"{\\"product_id\\":1}"}]'],
    ['an unknown tag', '[{"tag":"9999","msg_id":"1","data":"x"}]'],
    ['a probe', '[{"tag":"0","msg_id":"0","data":"2026-11-24T10:30:00+08:00"}]'],
    ['no data at all', '[{"tag":"400"}]'],
    ['an order id of 0', '[{"tag":"400","data":{"p_id":0}},{"tag":"400","data":{"p_id":"0"}}]'],
  ])('%s gives no hint', (_what, body) => {
    expect(hintsOf(body)).toEqual([]);
  });

  test('an unknown tag that names an order gives a hint, for its detail can do no harm', () => {
    expect(hintsOf('[{"tag":"9999","msg_id":"1","data":"{\\"p_id\\":7}"}]')).toEqual([
      { eventKey: '1:7', event: '9999', channelOrderId: '7', shops: [] },
    ]);
  });
});

describe('a body that makes no sense', () => {
  test.each([
    '', ' ', 'null', '5', '"text"', '{', '[{"tag":"101"}]', '[{"tag":"101","data":"no json"}]', '[{"tag":"101","data":"{}"}]',
    '[{"tag":"101","data":{"p_id":null}}]', '[{"tag":"101","data":{"p_id":""}}]', '[null]', '[[]]', '[{}]', '[{"tag":null}]',
    '[{"tag":"101","data":{"p_id":1.5}}]', '[{"tag":"101","data":{"p_id":1e300}}]', `[{"tag":"101","data":{"p_id":"${'1'.repeat(65)}"}}]`,
  ])('%j is malformed', (body) => {
    const payload = readPayload(body);
    expect(payload.ok ? 'read' : payload.error.kind).toBe('malformed');
  });

  test('does not take the other orders of its batch with it', () => {
    expect(hintsOf('[null,{"tag":"101"},{"tag":"101","msg_id":"m","data":{"p_id":8}}]').map((hint) => hint.channelOrderId)).toEqual(['8']);
  });

  test('is refused as too many above the limit, and read at it', () => {
    const batch = (count: number) =>
      JSON.stringify(Array.from({ length: count }, (_, index) => ({ tag: '101', msg_id: String(index), data: { p_id: index + 1 } })));
    expect(hintsOf(batch(PUSH_MESSAGES_MAX))).toHaveLength(PUSH_MESSAGES_MAX);
    const over = readPayload(batch(PUSH_MESSAGES_MAX + 1));
    expect(over.ok ? 'read' : over.error.kind).toBe('too_many');
  });
});

test('no text makes readPayload throw', () => {
  fc.assert(fc.property(fc.string(), (text) => void readPayload(text)));
  fc.assert(fc.property(fc.json(), (text) => void readPayload(text)));
  const message = fc.record({ tag: fc.jsonValue(), msg_id: fc.jsonValue(), data: fc.oneof(fc.jsonValue(), fc.json()) }, { requiredKeys: [] });
  fc.assert(fc.property(fc.array(message), (messages) => void readPayload(JSON.stringify(messages))));
});

test('every order of a batch is found, whatever its id up to int64', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }), { maxLength: PUSH_MESSAGES_MAX }), (ids) => {
      const body = `[${ids.map((id, index) => `{"tag":"101","msg_id":"${index}","data":"{\\"p_id\\":${id}}"}`).join(',')}]`;
      expect(hintsOf(body).map((hint) => hint.channelOrderId)).toEqual(ids.map(String));
    }),
  );
});
