import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { events, push } from './fixtures/samples.ts';
import { readPayload } from './payload.ts';

const ORDER = '3705115058471208928';

function hintsOf(text: string) {
  const payload = readPayload(text);
  if (!payload.ok || payload.value.kind !== 'hints') throw new Error(`no hints in ${text}`);
  return payload.value.hints;
}

describe('a recorded event', () => {
  test.each(events())('$name names its order exactly', ({ plain }) => {
    expect(hintsOf(plain)).toEqual([expect.objectContaining({ channelOrderId: ORDER, shops: [] })]);
  });

  test.each([
    ['event_order_new.json', 'unpaid', `channels_ec_order_new:${ORDER}:1795487401`],
    ['event_order_pay.json', 'paid', `channels_ec_order_pay:${ORDER}:1795487402:1795487400`],
    ['event_order_wait_shipping.json', 'paid', `channels_ec_order_wait_shipping:${ORDER}:1795487403`],
    ['event_order_deliver.json', 'shipped', `channels_ec_order_deliver:${ORDER}:1795487407:1`],
    ['event_order_confirm.json', 'completed', `channels_ec_order_confirm:${ORDER}:1795487408:1`],
    ['event_order_cancel.json', 'cancelled', `channels_ec_order_cancel:${ORDER}:1795487404:2`],
    ['event_order_ext_info_update_address_asked.json', undefined, `channels_ec_order_ext_info_update:${ORDER}:1795487406:4`],
    [
      'event_aftersale_created.json',
      undefined,
      `channels_ec_aftersale_update:${ORDER}:1795487409:MERCHANT_PROCESSING:2000000000012345`,
    ],
  ])('%s expects %s, and its key is %s', (name, expects, eventKey) => {
    expect(hintsOf(push(name).plain)).toEqual([
      { eventKey, event: eventKey.split(':')[0], channelOrderId: ORDER, shops: [], ...(expects === undefined ? {} : { expects }) },
    ]);
  });

  test('shipped in part expects no more than that', () => {
    for (const finish of ['0', '"0"']) {
      const text = `{"Event":"channels_ec_order_deliver","CreateTime":1,"order_info":{"order_id":1,"finish_delivery":${finish}}}`;
      expect(hintsOf(text)[0]?.expects).toBe('partly_shipped');
    }
  });
});

describe('the spelling of an event', () => {
  const expected = hintsOf(`{"Event":"channels_ec_order_cancel","CreateTime":5,"order_info":{"order_id":${ORDER},"cancel_type":2}}`);

  test.each([
    `{"Event":"channels_ec_order_cancel","CreateTime":"5","order_info":{"order_id":"${ORDER}","cancel_type":"2"}}`,
    `\n{ "Event" : "channels_ec_order_cancel",\t"CreateTime":5, "order_info" : {"cancel_type":"2", "order_id" : ${ORDER} } }`,
    `{"ToUserName":null,"新":{"x":1},"Event":"channels_ec_order_cancel","CreateTime":5,"order_info":{"order_id":" ${ORDER} ","cancel_type":2,"status":null}}`,
  ])('%j makes no difference', (text) => {
    expect(hintsOf(text)).toEqual(expected);
  });

  test('two events of one order in one second have two keys', () => {
    const key = (type: number) =>
      hintsOf(`{"Event":"channels_ec_order_ext_info_update","CreateTime":5,"order_info":{"order_id":1,"type":${type}}}`)[0]?.eventKey;
    expect(key(4)).not.toBe(key(2));
    expect(key(4)).toBe(key(4));
  });
});

test('an event that concerns no order gives no hint, and an unknown one with an order gives one', () => {
  expect(hintsOf('{"Event":"debug_demo","debug_str":"hello world"}')).toEqual([]);
  expect(hintsOf('{"MsgType":"text"}')).toEqual([]);
  expect(hintsOf('{"Event":null}')).toEqual([]);
  expect(hintsOf('{"Event":"x","thing":{"order_id":0}}')).toEqual([]);
  expect(hintsOf('{"Event":"channels_ec_new_thing","thing":{"order_id":7}}')).toEqual([
    { eventKey: 'channels_ec_new_thing:7:', event: 'channels_ec_new_thing', channelOrderId: '7', shops: [] },
  ]);
});

test.each([
  '', 'null', '[]', '5', '<xml><Event>x</Event></xml>', '{', '{"Event":5}', '{"Event":"channels_ec_order_new"}',
  '{"Event":"channels_ec_order_pay","order_info":null}', '{"Event":"channels_ec_order_pay","order_info":{"order_id":null}}',
  '{"Event":"channels_ec_order_pay","order_info":{"order_id":""}}', '{"Event":"channels_ec_aftersale_update","order_info":"x"}',
])('%j is malformed', (text) => {
  const payload = readPayload(text);
  expect(payload.ok ? 'read' : payload.error.kind).toBe('malformed');
});

test('no text makes readPayload throw', () => {
  fc.assert(fc.property(fc.string(), (text) => void readPayload(text)));
  fc.assert(fc.property(fc.json(), (text) => void readPayload(text)));
  const event = fc.record({ Event: fc.jsonValue(), CreateTime: fc.jsonValue(), order_info: fc.jsonValue() }, { requiredKeys: [] });
  fc.assert(fc.property(event, (message) => void readPayload(JSON.stringify(message))));
});
