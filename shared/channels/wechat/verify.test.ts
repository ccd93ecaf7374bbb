import { createDecipheriv } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import type { RawRequest } from '../channel.ts';
import { CREDENTIALS, events, padTo32, push, pushOf, seal, vector } from './fixtures/samples.ts';
import { decrypt, sign, verify } from './verify.ts';
import { wechat } from './wechat.ts';

const secrets = { credentials: CREDENTIALS };

describe('a recorded push', () => {
  test.each(events())('$name is authentic, decrypted, and answered with success', ({ request, plain }) => {
    const reply = { status: 200, contentType: 'text/plain; charset=utf-8', body: 'success' };
    expect(verify(request, secrets)).toEqual({ kind: 'authentic', reply, payload: plain });
  });

  test('that checks the address is answered with its echo', () => {
    const verdict = verify(push('url_verify.json').request, secrets);
    expect(verdict.kind).toBe('answered');
    expect(verdict.reply).toMatchObject({ status: 200, body: '4375120948345356249' });
  });
});

describe('the published vectors', () => {
  test('of the address check and of the plain mode give the same signatures', () => {
    const check = vector('wechat-url-verify', z.object({ signature: z.string(), response_body: z.string() }));
    const { token = '', timestamp = '', nonce = '', echostr = '' } = check.inputs;
    expect(sign([token, timestamp, nonce])).toBe(check.expected.signature);
    const rawQuery = new URLSearchParams({ signature: check.expected.signature, timestamp, nonce, echostr }).toString();
    const verdict = verify({ method: 'GET', rawQuery, headers: {}, body: new Uint8Array() }, { credentials: { ...CREDENTIALS, token } });
    expect(verdict.reply.body).toBe(check.expected.response_body);
    const plain = vector('wechat-plain-post', z.string());
    expect(sign([plain.inputs['token'] ?? '', plain.inputs['timestamp'] ?? '', plain.inputs['nonce'] ?? ''])).toBe(plain.expected);
  });

  const sealed = ['wechat-encrypted-post', 'wechat-classic-xml'] as const;
  const expectedSchema = z.object({ msg_signature: z.string(), appid: z.string(), msg: z.unknown() });

  test.each(sealed)('%s is authentic and opens to the published text', (id) => {
    const { inputs, expected } = vector(id, expectedSchema);
    const { token = '', timestamp = '', nonce = '', Encrypt = '', encoding_aes_key: encodingAesKey = '' } = inputs;
    const rawQuery = new URLSearchParams({ timestamp, nonce, msg_signature: expected.msg_signature, signature: 'ignored' }).toString();
    const request: RawRequest = { method: 'POST', rawQuery, headers: {}, body: Buffer.from(JSON.stringify({ Encrypt })) };
    const credentials = { appId: expected.appid, appSecret: 's', token, encodingAesKey };
    const verdict = verify(request, { credentials });
    if (verdict.kind !== 'authentic') throw new Error(verdict.kind);
    expect(typeof expected.msg === 'string' ? verdict.payload : JSON.parse(verdict.payload)).toEqual(expected.msg);
    expect(verify(request, { credentials: { ...credentials, appId: 'wx0' } }).kind).toBe('refused');
  });
});

test('the published text does not open with the unpadding of the cipher itself, which knows blocks of 16 only', () => {
  const { inputs } = vector('wechat-encrypted-post-autopadding-fails', z.literal('throws'));
  const key = Buffer.from(`${inputs['encoding_aes_key']}=`, 'base64');
  const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16));
  decipher.update(Buffer.from(inputs['Encrypt'] ?? '', 'base64'));
  expect(() => decipher.final()).toThrow();
  expect(decrypt(inputs['Encrypt'] ?? '', inputs['encoding_aes_key'] ?? '')?.appId).toBe('wxba5fad812f8e6fb9');
});

describe('one thing spoilt in an event', () => {
  const good = push('event_order_pay.json').request;
  const query = new URLSearchParams(good.rawQuery);
  const withQuery = (name: string, value?: string): RawRequest => {
    const changed = new URLSearchParams(query);
    if (value === undefined) changed.delete(name);
    else changed.set(name, value);
    return { ...good, rawQuery: changed.toString() };
  };
  const withBody = (body: string | Uint8Array): RawRequest => ({ ...good, body: Buffer.from(body) });
  const signature = query.get('msg_signature') ?? '';
  const text = Buffer.from(good.body).toString();
  const spoilt: readonly (readonly [string, RawRequest])[] = [
    ['no msg_signature', withQuery('msg_signature')],
    ['no timestamp', withQuery('timestamp')],
    ['no nonce', withQuery('nonce')],
    ['no query', { ...good, rawQuery: '' }],
    ['a broken query', { ...good, rawQuery: '%%%=&&&msg_signature=%E4%zz' }],
    ['an upper-case signature', withQuery('msg_signature', signature.toUpperCase())],
    ['a cut signature', withQuery('msg_signature', signature.slice(1))],
    ['a signature of other characters', withQuery('msg_signature', '签'.repeat(40))],
    ['the plain signature in its place', withQuery('msg_signature', query.get('signature') ?? '')],
    ['another timestamp', withQuery('timestamp', '1795487403')],
    ['another nonce', withQuery('nonce', '1')],
    ['a byte of the cipher text', withBody(text.replace('kr+k8', 'kr+k9'))],
    ['a cipher text cut short', withBody(text.replace(/.{24}"\}$/, '"}'))],
    ['no cipher text', withBody('{"ToUserName":"gh_fixture00001"}')],
    ['an empty cipher text', withBody('{"Encrypt":""}')],
    ['a cipher text that is no text', withBody('{"Encrypt":5}')],
    ['the plain text', withBody(push('event_order_pay.json').plain)],
    ['XML', withBody('<xml><Encrypt><![CDATA[abc]]></Encrypt></xml>')],
    ['an empty body', withBody('')],
    ['a body of null', withBody('null')],
    ['bytes that are no text', withBody(new Uint8Array([0xff, 0xfe, 0]))],
    ['a GET', { ...good, method: 'GET' }],
  ];

  test.each(spoilt)('%s is refused with 401', (_what, request) => {
    const verdict = verify(request, secrets);
    expect(verdict.kind).toBe('refused');
    expect(verdict.reply.status).toBe(401);
  });

  test('another token, key or app is refused', () => {
    for (const other of [{ token: 'x' }, { appId: 'wx0000000000000002' }, { encodingAesKey: `G${CREDENTIALS.encodingAesKey.slice(1)}` }]) {
      expect(verify(good, { credentials: { ...CREDENTIALS, ...other } }).kind).toBe('refused');
    }
  });
});

describe('one thing spoilt in an address check', () => {
  const good = push('url_verify.json').request;
  const without = (name: string): RawRequest => {
    const query = new URLSearchParams(good.rawQuery);
    query.delete(name);
    return { ...good, rawQuery: query.toString() };
  };

  test.each(['signature', 'timestamp', 'nonce', 'echostr'])('no %s is refused', (name) => {
    expect(verify(without(name), secrets).kind).toBe('refused');
  });

  test('another signature, and one that only msg_signature carries, are refused', () => {
    const rename = good.rawQuery.replace('signature=', 'msg_signature=');
    const upper = good.rawQuery.replace(/signature=\w+/, (found) => found.toUpperCase().replace('SIGNATURE', 'signature'));
    for (const rawQuery of [rename, upper, good.rawQuery.replace('nonce=1', 'nonce=2')]) {
      expect(verify({ ...good, rawQuery }, secrets).kind).toBe('refused');
    }
  });
});

describe('a signed cipher text', () => {
  const message = '{"Event":"debug_demo","备注":"滨江区 🚚"}';

  test('holds a message whose length is told in bytes', () => {
    expect(verify(pushOf(seal({ message })), secrets)).toMatchObject({ kind: 'authentic', payload: message });
  });

  test('may be the last of its block, and then carries 32 bytes of padding', () => {
    const filling = 'x'.repeat(32 - ((20 + CREDENTIALS.appId.length) % 32));
    expect(padTo32(Buffer.alloc(32)).at(-1)).toBe(32);
    expect(verify(pushOf(seal({ message: filling })), secrets)).toMatchObject({ kind: 'authentic', payload: filling });
  });

  test.each([
    ['another app', seal({ message, appId: 'wx0000000000000002' })],
    ['no app', seal({ message, appId: '' })],
    ['a length beyond its end', seal({ message, lengthBytes: 0xffffffff })],
    ['a length of other bytes', seal({ message, lengthBytes: message.length })],
    ['a padding of 0', seal({ message, padding: (content) => Buffer.concat([padTo32(content).subarray(0, -1), Buffer.from([0])]) })],
    ['a padding of 33', seal({ message, padding: (content) => Buffer.concat([padTo32(content), Buffer.alloc(64, 33)]) })],
    ['a padding of mixed bytes', seal({ message, padding: (content) => Buffer.concat([padTo32(content), Buffer.alloc(31, 7), Buffer.from([32])]) })],
    ['nothing but padding', seal({ message, padding: () => Buffer.alloc(32, 32) })],
    ['less than its own head', seal({ message, padding: () => padTo32(Buffer.alloc(19)) })],
    ['no block', 'AAAA'],
    ['half a block', Buffer.alloc(24).toString('base64')],
    ['no base64', '滨江区'],
  ])('with %s is refused', (_what, cipherText) => {
    expect(verify(pushOf(cipherText), secrets).kind).toBe('refused');
  });

  test('opens by a key whose last character carries loose bits', () => {
    const loose = `${CREDENTIALS.encodingAesKey.slice(0, -1)}B`;
    expect(decrypt(seal({ message }), loose)).toEqual({ message, appId: CREDENTIALS.appId });
  });
});

test('no bytes or query make verify throw, and none are authentic by chance', () => {
  const names = fc.constantFrom('signature', 'msg_signature', 'timestamp', 'nonce', 'echostr');
  const requests = fc.record({
    method: fc.constantFrom('GET' as const, 'POST' as const),
    rawQuery: fc.oneof(fc.string(), fc.dictionary(names, fc.string()).map((query) => new URLSearchParams(query).toString())),
    headers: fc.constant({}),
    body: fc.oneof(fc.uint8Array(), fc.json().map((text) => Buffer.from(text)), fc.string().map((Encrypt) => Buffer.from(JSON.stringify({ Encrypt })))),
  });
  fc.assert(fc.property(requests, (request) => wechat.verify(request, secrets, 0).kind === 'refused'));
});

test('any signed cipher text is opened or refused, and any message survives', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void verify(pushOf(Buffer.from(bytes).toString('base64')), secrets)));
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (message) => {
      expect(verify(pushOf(seal({ message })), secrets)).toMatchObject({ kind: 'authentic', payload: message });
    }),
  );
});
