import { describe, expect, test } from 'vitest';
import { pinduoduoCredentialsSchema, pinduoduoDetailCall, readPinduoduoDetail, signPdd } from './client.ts';
import throttled from './fixtures/api_error.json' with { type: 'json' };
import sample from './fixtures/api_order_information_get.json' with { type: 'json' };
import answer from './fixtures/api_order_information_get_response.json' with { type: 'json' };
import vectors from './fixtures/vectors.json' with { type: 'json' };

const CREDENTIALS = {
  clientId: 'fixtureclientid0001',
  clientSecret: 'fixture-pdd-secret',
  accessToken: 'fixture-token',
};
const { params, client_secret: secret } = vectors.api.inputs;

describe('the API signature', () => {
  test('equals the published value', () => {
    expect(signPdd(params, secret)).toBe(vectors.api.expected);
  });

  test('leaves out empty values and the sign itself, and signs nested values as JSON text', () => {
    expect(signPdd({ ...params, sign: 'x', empty: '', none: null, missing: undefined }, secret)).toBe(
      vectors.api.expected,
    );
    expect(signPdd({ a: { b: [1] }, c: true }, 's')).toBe(signPdd({ a: '{"b":[1]}', c: 'true' }, 's'));
  });

  test("equals the samples'", () => {
    for (const { sign, ...form } of [sample.request.form, throttled.request.form])
      expect(signPdd(form, CREDENTIALS.clientSecret)).toBe(sign);
  });
});

test('the detail call is the sample, byte for byte in meaning', () => {
  const call = pinduoduoDetailCall({
    credentials: CREDENTIALS,
    channelOrderId: '261124-038440825871540',
    nowMs: 1_795_487_400_999,
  });
  expect(call).toMatchObject({
    method: 'POST',
    url: 'https://gw-api.pinduoduo.com/api/router',
    headers: sample.request.headers,
  });
  expect(Object.fromEntries(new URLSearchParams(call.body))).toEqual(sample.request.form);
});

test('credentials need all three parts', () => {
  expect(pinduoduoCredentialsSchema.safeParse(CREDENTIALS).success).toBe(true);
  for (const name of ['clientId', 'clientSecret', 'accessToken']) {
    expect(pinduoduoCredentialsSchema.safeParse({ ...CREDENTIALS, [name]: '' }).success).toBe(false);
  }
});

describe('an answer', () => {
  const read = (body: unknown, status = 200) =>
    readPinduoduoDetail({ status, body: typeof body === 'string' ? body : JSON.stringify(body) });

  test('gives the order', () => {
    expect(read(answer.raw_body)).toMatchObject({ ok: true, value: { order_sn: '261124-038440825871540' } });
  });

  test('of the sample of a call limit is throttled, with the words of the platform', () => {
    expect(read(throttled.response)).toEqual({
      ok: false,
      error: { kind: 'throttled', code: '70031', message: '调用过于频繁，请调整调用频率' },
    });
  });

  test.each([
    ['throttled', { error_code: '70031' }],
    ['token_expired', { error_code: 10019, error_msg: 'access_token已过期' }],
    ['token_expired', { error_code: 10035 }],
    ['not_found', { error_code: 50001, error_msg: '业务服务错误', sub_code: '50001', sub_msg: '订单不存在' }],
    ['not_found', { error_code: 50001, sub_msg: 'order does not exist' }],
    ['unavailable', { error_code: 50000 }],
    ['unavailable', { error_code: 52102, sub_code: null }],
    ['refused', { error_code: 20004, error_msg: '签名sign校验失败' }],
    ['refused', {}],
  ])('is %s for %j', (kind, error) => {
    expect(read({ error_response: error })).toMatchObject({ ok: false, error: { kind } });
  });

  test('of an empty order is not found, and of a gateway in trouble unavailable, throttled or refused', () => {
    expect(read({ order_info_get_response: { order_info: null } })).toMatchObject({ error: { kind: 'not_found' } });
    expect(read('<html>', 503)).toMatchObject({ error: { kind: 'unavailable', code: 'http_503' } });
    expect(read('', 429)).toMatchObject({ error: { kind: 'throttled' } });
    expect(read('', 403)).toMatchObject({ error: { kind: 'refused' } });
    for (const body of ['<html>', '', 'null', '[]', '{}', '{"order_info_get_response":{}}']) {
      expect(read(body)).toMatchObject({ error: { kind: 'unavailable', code: 'unreadable' } });
    }
  });
});
