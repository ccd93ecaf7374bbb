import { describe, expect, test } from 'vitest';
import { readDetail, readToken, tokenCall, wechatCredentialsSchema } from './client.ts';
import { CREDENTIALS, detailAnswer } from './fixtures/samples.ts';
import { wechat } from './wechat.ts';

test('the token call asks for the stable token by app id and secret', () => {
  expect(tokenCall(CREDENTIALS)).toEqual({
    method: 'POST',
    url: 'https://api.weixin.qq.com/cgi-bin/stable_token',
    headers: { 'content-type': 'application/json' },
    body: '{"grant_type":"client_credential","appid":"wx0000000000000001","secret":"fixture-wechat-secret"}',
  });
});

test('the detail call carries the token in its address and the order id as text', () => {
  const request = { credentials: CREDENTIALS, accessToken: 'a+b', channelOrderId: '3705115058471208928', nowMs: 0 };
  expect(wechat.detailCall(request)).toEqual({
    method: 'POST',
    url: 'https://api.weixin.qq.com/channels/ec/order/get?access_token=a%2Bb',
    headers: { 'content-type': 'application/json' },
    body: '{"order_id":"3705115058471208928"}',
  });
  expect(() => wechat.detailCall({ credentials: CREDENTIALS, channelOrderId: '1', nowMs: 0 })).toThrow('token');
  expect(wechat.isAuthorised(CREDENTIALS)).toBe(true);
});

describe('an answer of the token API', () => {
  test.each([
    ['{"access_token":"t","expires_in":7000}', 7000],
    ['{"access_token":"t","expires_in":"7000"}', 7000],
    ['{"access_token":"t"}', 7200],
    ['{"errcode":0,"errmsg":"ok","access_token":"t","expires_in":7200,"more":[]}', 7200],
  ])('%s gives the token', (body, expiresInSeconds) => {
    expect(readToken({ status: 200, body })).toEqual({ ok: true, value: { accessToken: 't', expiresInSeconds } });
  });

  test.each([
    ['refused', 200, '{"errcode":40001,"errmsg":"invalid credential"}'],
    ['refused', 200, '{"errcode":40013,"errmsg":"invalid appid"}'],
    ['throttled', 200, '{"errcode":45009}'],
    ['unavailable', 200, '{"errcode":-1,"errmsg":"system error"}'],
    ['unavailable', 200, '{}'],
    ['unavailable', 503, ''],
  ] as const)('is %s for HTTP %i %s', (kind, status, body) => {
    const token = readToken({ status, body });
    expect(token.ok ? 'token' : token.error.kind).toBe(kind);
  });
});

describe('an answer of the order API', () => {
  test('gives the order', () => {
    const read = readDetail(detailAnswer());
    expect(read.ok && read.value).toMatchObject({ order_id: '3705115058471208928', status: 20 });
  });

  test.each([
    ['token_expired', 200, '{"errcode":42001,"errmsg":"access_token expired rid: 0"}'],
    ['token_expired', 200, '{"errcode":"40001"}'],
    ['token_expired', 200, '{"errcode":40014}'],
    ['throttled', 200, '{"errcode":100003}'],
    ['throttled', 200, '{"errcode":45009}'],
    ['throttled', 429, ''],
    ['unavailable', 200, '{"errcode":-1}'],
    ['unavailable', 500, '{}'],
    ['unavailable', 200, '<html>'],
    ['unavailable', 200, '[]'],
    ['not_found', 200, '{"errcode":100002}'],
    ['not_found', 200, '{"errcode":0,"order":null}'],
    ['refused', 200, '{"errcode":48001}'],
    ['refused', 404, ''],
  ] as const)('is %s for HTTP %i %s', (kind, status, body) => {
    const read = readDetail({ status, body });
    expect(read.ok ? 'order' : read.error.kind).toBe(kind);
  });
});

test('credentials of another form are refused', () => {
  expect(wechatCredentialsSchema.safeParse(CREDENTIALS).success).toBe(true);
  for (const encodingAesKey of ['', 'A'.repeat(42), 'A'.repeat(44), `${'A'.repeat(42)}=`]) {
    expect(wechatCredentialsSchema.safeParse({ ...CREDENTIALS, encodingAesKey }).success).toBe(false);
  }
  expect(wechatCredentialsSchema.safeParse({ ...CREDENTIALS, token: '' }).success).toBe(false);
  expect(wechatCredentialsSchema.safeParse({ ...CREDENTIALS, extra: 1 }).success).toBe(false);
});
