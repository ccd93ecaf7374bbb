import { describe, expect, test } from 'vitest';
import limited from './fixtures/api_error_call_limited.json' with { type: 'json' };
import sample from './fixtures/api_trade_fullinfo_get.json' with { type: 'json' };
import answer from './fixtures/api_trade_fullinfo_get_response.json' with { type: 'json' };
import vectors from './fixtures/vectors.json' with { type: 'json' };
import { readTaobaoDetail, signTop, taobaoCredentialsSchema, taobaoDetailCall } from './client.ts';

const { params, app_secret: secret } = vectors.api.inputs;
const CREDENTIALS = { appKey: '21000001', appSecret: 'fixture-taobao-secret', sessionKey: 'fixture-session' };

describe('the TOP signature', () => {
  test("equals the platform's published value", () => {
    expect(signTop(params, secret)).toBe(vectors.api.expected);
  });

  test('by HMAC is keyed by the secret and does not wrap the text in it', () => {
    // Values from a separate program over the same parameters.
    expect(signTop({ ...params, sign_method: 'hmac' }, secret, 'hmac')).toBe('D56D7858309C31B6251083A874D48273');
    expect(signTop({ ...params, sign_method: 'hmac-sha256' }, secret, 'hmac-sha256')).toBe(
      '04DB15AD0774D5CFCE2C837DE43E3FCEA9011ED74F3038FB6AB5F3C4CEA119E8',
    );
  });

  test('leaves out empty values and the sign itself', () => {
    expect(signTop({ ...params, sign: 'x', empty: '' }, secret)).toBe(vectors.api.expected);
  });

  test("equals the samples'", () => {
    const { sign, ...form } = sample.request.form;
    expect(signTop(form, CREDENTIALS.appSecret)).toBe(sign);
  });
});

test('the detail call asks for the trade with its sealed receiver, signed over what it sends', () => {
  const call = taobaoDetailCall({
    credentials: CREDENTIALS,
    channelOrderId: '4005312345678901234',
    nowMs: Date.UTC(2026, 10, 24, 2, 32),
  });
  expect(call).toMatchObject({
    method: 'POST',
    url: 'https://eco.taobao.com/router/rest',
    headers: sample.request.headers,
  });
  const { sign, ...form } = Object.fromEntries(new URLSearchParams(call.body));
  const { sign: _sign, fields: _fields, ...expected } = sample.request.form;
  expect(form).toMatchObject(expected);
  expect(form['fields']?.split(',')).toEqual(expect.arrayContaining(sample.request.form.fields.split(',')));
  expect(sign).toBe(signTop(form, CREDENTIALS.appSecret));
});

test('credentials need all three parts', () => {
  expect(taobaoCredentialsSchema.safeParse(CREDENTIALS).success).toBe(true);
  for (const name of ['appKey', 'appSecret', 'sessionKey']) {
    expect(taobaoCredentialsSchema.safeParse({ ...CREDENTIALS, [name]: '' }).success).toBe(false);
    expect(taobaoCredentialsSchema.safeParse({ ...CREDENTIALS, [name]: undefined }).success).toBe(false);
  }
});

describe('an answer', () => {
  const read = (body: unknown, status = 200) =>
    readTaobaoDetail({ status, body: typeof body === 'string' ? body : JSON.stringify(body) });
  const error = (fields: object) => read({ error_response: fields });

  test('gives the trade, with or without its outer name, ids whole', () => {
    const read1 = read(answer.raw_body);
    expect(read1).toMatchObject({ ok: true, value: { tid: '4005312345678901234' } });
    expect(read('{"trade":{"tid":4005312345678901234}}')).toEqual({ ok: true, value: { tid: '4005312345678901234' } });
  });

  test.each([
    ['throttled', { code: 7, msg: 'App Call Limited' }],
    ['throttled', { code: '7' }],
    ['throttled', { code: 15, sub_code: 'accesscontrol.limited-by-api-access-count' }],
    ['throttled', { code: 15, sub_code: 'isp.call-limited' }],
    ['token_expired', { code: 27, msg: 'Invalid session', sub_code: 'invalid-sessionkey' }],
    ['token_expired', { code: 26, msg: 'Missing session' }],
    [
      'not_found',
      { code: 15, msg: 'Remote service error', sub_code: 'isv.trade-not-exist', sub_msg: '交易订单不存在' },
    ],
    ['unavailable', { code: 15, sub_code: 'isp.remote-service-error' }],
    ['unavailable', { code: 15, sub_code: 'isp.top-remote-connection-timeout' }],
    ['unavailable', { code: 10 }],
    ['refused', { code: 25, msg: 'Invalid signature' }],
    ['refused', { code: 15, sub_code: 'isv.invalid-permission' }],
    ['refused', {}],
  ])('is %s for %j', (kind, fields) => {
    expect(error(fields)).toMatchObject({ ok: false, error: { kind } });
  });

  test('of the sample of a call limit is throttled, with the words of the platform', () => {
    expect(read(limited.response)).toEqual({
      ok: false,
      error: {
        kind: 'throttled',
        code: 'accesscontrol.limited-by-api-access-count',
        message: 'This ban will last for 1 more seconds',
      },
    });
  });

  test('of a gateway in trouble is unavailable, throttled or refused by its status', () => {
    expect(read('<html>', 502)).toMatchObject({ error: { kind: 'unavailable', code: 'http_502' } });
    expect(read('', 429)).toMatchObject({ error: { kind: 'throttled' } });
    expect(read('', 403)).toMatchObject({ error: { kind: 'refused' } });
    for (const body of [
      '<html>',
      '',
      'null',
      '[]',
      '{}',
      '{"trade_fullinfo_get_response":{}}',
      '{"trade_fullinfo_get_response":{"trade":1}}',
    ]) {
      expect(read(body)).toMatchObject({ error: { kind: 'unavailable', code: 'unreadable' } });
    }
  });
});
