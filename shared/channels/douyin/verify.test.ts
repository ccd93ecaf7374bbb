import { createHash, createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RawRequest } from '../channel.ts';
import { douyin } from './douyin.ts';
import { CREDENTIALS, push, pushes, vector } from './fixtures/samples.ts';
import { verify } from './verify.ts';

const secrets = { credentials: CREDENTIALS };
const SUCCESS = { status: 200, contentType: 'application/json', body: '{"code":0,"msg":"success"}' };

function signedWithMd5(body: string | Uint8Array): RawRequest {
  const { appKey, appSecret } = CREDENTIALS;
  const sign = createHash('md5').update(appKey).update(body).update(appSecret).digest('hex');
  return { method: 'POST', rawQuery: '', headers: { 'app-id': appKey, 'event-sign': sign }, body: Buffer.from(body) };
}

describe('a recorded push', () => {
  test.each(pushes())('$name is authentic by its MD5 sign', ({ name, request }) => {
    const verdict = verify(request, secrets);
    expect(verdict.kind).toBe(name.startsWith('push_test') ? 'answered' : 'authentic');
    expect(verdict.reply).toEqual(SUCCESS);
  });

  test.each(pushes())('$name is authentic by its HMAC-SHA256 sign', ({ name, request, hmacSign }) => {
    const verdict = verify({ ...request, headers: { ...request.headers, 'event-sign': hmacSign } }, secrets);
    expect(verdict.kind).toBe(name.startsWith('push_test') ? 'answered' : 'authentic');
  });
});

describe('the published vectors', () => {
  test('a test push with the MD5 vector is answered and not kept', () => {
    const { inputs, expected } = vector('douyin-push-md5-derived');
    const credentials = { appKey: inputs['app_key'] ?? '', appSecret: inputs['app_secret'] ?? '' };
    const request: RawRequest = {
      method: 'POST',
      rawQuery: '',
      headers: { 'app-id': credentials.appKey, 'event-sign': expected },
      body: Buffer.from(inputs['raw_body'] ?? ''),
    };
    expect(verify(request, { credentials })).toEqual({ kind: 'answered', reply: SUCCESS });
    const upper = { ...request, headers: { ...request.headers, 'event-sign': expected.toUpperCase() } };
    expect(verify(upper, { credentials }).kind).toBe('refused');
  });
});

describe('one thing spoilt', () => {
  const good = push('trade_paid_101.json');
  const { headers, body } = good.request;
  const sign = headers['event-sign'] ?? '';
  const withSign = (given: string): RawRequest => ({ ...good.request, headers: { ...headers, 'event-sign': given } });
  const { 'event-sign': _sign, ...unsigned } = headers;
  const spoilt: readonly (readonly [string, RawRequest])[] = [
    ['a byte of the body', { ...good.request, body: Buffer.from(body).fill('x', 20, 21) }],
    ['a byte more', { ...good.request, body: Buffer.concat([body, Buffer.from('\n')]) }],
    ['a byte less', { ...good.request, body: body.subarray(0, -1) }],
    ['an empty body', { ...good.request, body: new Uint8Array() }],
    ['the body re-serialised', { ...good.request, body: Buffer.from(JSON.stringify(JSON.parse(Buffer.from(body).toString()), null, 1)) }],
    ['no sign', { ...good.request, headers: unsigned }],
    ['an empty sign', withSign('')],
    ['an upper-case MD5', withSign(sign.toUpperCase())],
    ['an upper-case HMAC', withSign(good.hmacSign.toUpperCase())],
    ['a digit of the MD5', withSign(`${sign.slice(0, -1)}${sign.endsWith('0') ? '1' : '0'}`)],
    ['a digit of the HMAC', withSign(`${good.hmacSign.slice(0, -1)}${good.hmacSign.endsWith('0') ? '1' : '0'}`)],
    ['a cut sign', withSign(sign.slice(0, 31))],
    ['two signs', withSign(`${sign}, ${sign}`)],
    ['a sign of other characters', withSign('签'.repeat(32))],
    ['another app', { ...good.request, headers: { ...headers, 'app-id': '7409000000000000002' } }],
    ['an empty app id', { ...good.request, headers: { ...headers, 'app-id': '' } }],
    ['a GET', { ...good.request, method: 'GET' }],
  ];

  test.each(spoilt)('%s is refused with 401', (_what, request) => {
    const verdict = verify(request, secrets);
    expect(verdict.kind).toBe('refused');
    expect(verdict.reply.status).toBe(401);
  });

  test('another secret or key is refused', () => {
    expect(verify(good.request, { credentials: { ...CREDENTIALS, appSecret: 'other' } }).kind).toBe('refused');
    const { 'app-id': _app, ...anonymous } = headers;
    const request = { ...good.request, headers: anonymous };
    expect(verify(request, secrets).kind).toBe('authentic');
    expect(verify(request, { credentials: { ...CREDENTIALS, appKey: '1' } }).kind).toBe('refused');
  });
});

describe('an authentic body', () => {
  test('keeps its exact text, whatever its spelling', () => {
    for (const body of ['[ {\n "tag" : 101,\t"data":{"p_id":"1"}} ]', '[{"tag":"101","data":"{\\"x\\":\\"滨江区🚚\\"}"}]', '[]', '', 'no json']) {
      expect(verify(signedWithMd5(body), secrets)).toEqual({ kind: 'authentic', reply: SUCCESS, payload: body });
    }
  });

  test('is kept when it holds a probe among real messages', () => {
    const body = '[{"tag":"0","msg_id":"0","data":"2026-09-28T10:00:00+08:00"},{"tag":"101","msg_id":"1","data":"{\\"p_id\\":1}"}]';
    expect(verify(signedWithMd5(body), secrets).kind).toBe('authentic');
  });

  test('is answered when it is a probe in any form', () => {
    for (const body of ['[{"tag":0,"msg_id":0,"data":"x"}]', '{"tag":"0"}', '[{"tag":"0"},{"tag":"0"}]']) {
      expect(verify(signedWithMd5(body), secrets).kind).toBe('answered');
    }
  });
});

test('no bytes, headers or query make verify throw, and none are authentic by chance', () => {
  const requests = fc.record({
    method: fc.constantFrom('GET' as const, 'POST' as const),
    rawQuery: fc.string(),
    headers: fc.dictionary(fc.constantFrom('app-id', 'event-sign', 'x'), fc.oneof(fc.string(), fc.stringMatching(/^[0-9a-f]{32}$/))),
    body: fc.uint8Array(),
  });
  fc.assert(fc.property(requests, (request) => douyin.verify(request, secrets, 0).kind === 'refused'));
});

test('any body signed by either algorithm is accepted, and one changed byte is not', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1 }), fc.nat(), fc.boolean(), (body, at, hmac) => {
      const digest = hmac ? createHmac('sha256', CREDENTIALS.appSecret) : createHash('md5');
      const sign = digest.update(CREDENTIALS.appKey).update(body).update(CREDENTIALS.appSecret).digest('hex');
      const request: RawRequest = { method: 'POST', rawQuery: '', headers: { 'event-sign': sign }, body };
      expect(verify(request, secrets).kind).not.toBe('refused');
      const changed = body.map((byte, index) => (index === at % body.length ? byte ^ 1 : byte));
      expect(verify({ ...request, body: changed }, secrets).kind).toBe('refused');
    }),
  );
});
