import { describe, expect, test } from 'vitest';
import { canonicalJson, detailCall, douyinCredentialsSchema, readDetail, signCall } from './client.ts';
import { douyin } from './douyin.ts';
import { apiCalls, CREDENTIALS, detailAnswer, vector } from './fixtures/samples.ts';

describe('the sign of an API call', () => {
  test('equals the published vector', () => {
    const { inputs, expected } = vector('douyin-api-hmac-1');
    const sign = signCall({
      appKey: inputs['app_key'] ?? '',
      appSecret: inputs['app_secret'] ?? '',
      method: inputs['method'] ?? '',
      paramJson: inputs['param_json'] ?? '',
      timestamp: inputs['timestamp'] ?? '',
    });
    expect(sign).toBe(expected);
  });

  test.each(apiCalls())('equals the sign of $name', ({ query, raw_body: paramJson }) => {
    const { method = '', timestamp = '', sign } = query;
    expect(signCall({ ...CREDENTIALS, method, paramJson, timestamp })).toBe(sign);
    expect(canonicalJson(JSON.parse(paramJson.replace(/\d{16,}/g, '1')))).toBe(paramJson.replace(/\d{16,}/g, '1'));
  });
});

test('canonical JSON sorts keys at every depth, keeps lists, and escapes nothing that need not be', () => {
  const value = { b: [{ d: 1.0, c: '<a>&滨' }, 2], a: null };
  expect(canonicalJson(value)).toBe('{"a":null,"b":[{"c":"<a>&滨","d":1},2]}');
});

test('the detail call is the one that Douyin documents', () => {
  const [recorded] = apiCalls().filter(({ name }) => name === 'api_order_detail.json');
  const call = detailCall({ credentials: CREDENTIALS, channelOrderId: '6931234567890123456', nowMs: 1_795_487_400_999 });
  const url = new URL(call.url);
  expect(`${url.origin}${url.pathname}`).toBe(recorded?.url);
  expect(Object.fromEntries(url.searchParams)).toEqual(recorded?.query);
  expect(call.body).toBe(recorded?.raw_body);
  expect(call.method).toBe('POST');
});

test('a shop is authorised once it has a token', () => {
  const { accessToken: _token, ...unauthorised } = CREDENTIALS;
  expect(douyin.isAuthorised(CREDENTIALS)).toBe(true);
  expect(douyin.isAuthorised(unauthorised)).toBe(false);
  expect(() => detailCall({ credentials: unauthorised, channelOrderId: '1', nowMs: 0 })).toThrow('not fetched');
});

test('credentials of another form are refused', () => {
  expect(douyinCredentialsSchema.safeParse({ appKey: '1', appSecret: 's' }).success).toBe(true);
  for (const wrong of [{}, { appKey: '', appSecret: 's' }, { appKey: '1' }, { appKey: 1, appSecret: 's' }, { appKey: '1', appSecret: 's', x: 1 }]) {
    expect(douyinCredentialsSchema.safeParse(wrong).success).toBe(false);
  }
});

describe('an answer of the detail API', () => {
  test('gives the order with its long ids whole', () => {
    const read = readDetail(detailAnswer());
    expect(read.ok && JSON.stringify(read.value)).toContain('"product_id":"3473196049974326153"');
  });

  test.each([
    ['throttled', 200, '{"code":60000,"msg":"请求过于频繁","sub_code":"isv.traffic-limited","sub_msg":"限流","data":null}'],
    ['throttled', 429, ''],
    ['token_expired', 200, '{"code":40003,"sub_code":"isv.access-token-expired"}'],
    ['token_expired', 200, '{"code":"40003","sub_code":"isv.access-token-no-existed"}'],
    ['token_expired', 200, '{"code":40003}'],
    ['refused', 200, '{"code":40003,"sub_code":"isv.signature-invalid","sub_msg":"签名校验失败"}'],
    ['unavailable', 200, '{"code":20000,"sub_code":"dop.service-error"}'],
    ['unavailable', 502, '<html>'],
    ['unavailable', 200, '<html>'],
    ['unavailable', 200, ''],
    ['not_found', 200, '{"code":50002,"sub_code":"isv.business-failed:1","sub_msg":"订单不存在"}'],
    ['not_found', 200, '{"code":10000,"data":{}}'],
    ['not_found', 200, '{"code":10000,"data":{"shop_order_detail":null}}'],
    ['refused', 200, '{"code":50002,"sub_msg":"没有权限"}'],
    ['refused', 200, '{}'],
    ['refused', 403, ''],
  ] as const)('is %s for HTTP %i %s', (kind, status, body) => {
    const read = readDetail({ status, body });
    expect(read.ok ? 'order' : read.error.kind).toBe(kind);
  });
});
