import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RawRequest } from './channel.ts';
import {
  signStandardWebhook,
  verifyRelayed,
  verifyStandardWebhook,
  WEBHOOK_WINDOW_SECONDS,
} from './standard-webhooks.ts';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const OTHER_SECRET = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';
const NOW_MS = 1_614_265_330_000;
const BODY = Buffer.from('{"test": 2432232314}');
const PUBLISHED = {
  'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  'webhook-timestamp': '1614265330',
  'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
};
const VALID = { headers: PUBLISHED, body: BODY, secret: SECRET, nowMs: NOW_MS };

function withHeader(name: string, value: string | undefined): Record<string, string> {
  const others = Object.entries(PUBLISHED).filter(([header]) => header !== name);
  return Object.fromEntries(value === undefined ? others : [...others, [name, value]]);
}

describe('a webhook', () => {
  test("of the specification's own example is accepted", () => {
    expect(verifyStandardWebhook(VALID)).toEqual({ ok: true, value: { messageId: PUBLISHED['webhook-id'] } });
  });

  test('signed by us carries the headers of the example', () => {
    const messageId = PUBLISHED['webhook-id'];
    expect(signStandardWebhook({ messageId, body: BODY, secret: SECRET, nowMs: NOW_MS })).toEqual(PUBLISHED);
    expect(signStandardWebhook({ messageId, body: '{"test": 2432232314}', secret: SECRET, nowMs: NOW_MS })).toEqual(
      PUBLISHED,
    );
  });

  test('is accepted when any of several signatures holds, whatever the version of the others', () => {
    const good = PUBLISHED['webhook-signature'];
    for (const value of [`v1,AAAA ${good}`, `v1a,${good.slice(3)} ${good} v2,zzz`, `${good} v1,`]) {
      expect(verifyStandardWebhook({ ...VALID, headers: withHeader('webhook-signature', value) }).ok).toBe(true);
    }
  });

  test('is accepted up to five minutes away from now, before and after, and not a second more', () => {
    const at = (seconds: number) => verifyStandardWebhook({ ...VALID, nowMs: NOW_MS + seconds * 1_000 });
    for (const seconds of [-WEBHOOK_WINDOW_SECONDS, 0, WEBHOOK_WINDOW_SECONDS]) expect(at(seconds).ok).toBe(true);
    for (const seconds of [-WEBHOOK_WINDOW_SECONDS - 1, WEBHOOK_WINDOW_SECONDS + 1]) {
      expect(at(seconds)).toEqual({ ok: false, error: { why: 'outside_window' } });
    }
  });

  const spoiled: readonly (readonly [string, Partial<typeof VALID> | { headers: Record<string, string> }])[] = [
    ['without an id', { headers: withHeader('webhook-id', undefined) }],
    ['without a timestamp', { headers: withHeader('webhook-timestamp', undefined) }],
    ['without a signature', { headers: withHeader('webhook-signature', undefined) }],
    ['with an empty id', { headers: withHeader('webhook-id', '') }],
    ['with another id', { headers: withHeader('webhook-id', 'msg_other') }],
    ['with another timestamp', { headers: withHeader('webhook-timestamp', '1614265331') }],
    ['with a timestamp in words', { headers: withHeader('webhook-timestamp', 'now') }],
    ['with a timestamp in milliseconds', { headers: withHeader('webhook-timestamp', String(NOW_MS)) }],
    ['with an empty signature', { headers: withHeader('webhook-signature', 'v1,') }],
    [
      'with a signature without its version',
      { headers: withHeader('webhook-signature', PUBLISHED['webhook-signature'].slice(3)) },
    ],
    [
      'with a signature of another version',
      { headers: withHeader('webhook-signature', `v2,${PUBLISHED['webhook-signature'].slice(3)}`) },
    ],
    [
      'with commas between signatures',
      { headers: withHeader('webhook-signature', `${PUBLISHED['webhook-signature']},v1,x`) },
    ],
    ['with one byte of the body changed', { body: Buffer.from('{"test": 2432232315}') }],
    ['with a space after the body', { body: Buffer.from('{"test": 2432232314} ') }],
    ['signed with another secret', { secret: OTHER_SECRET }],
    ['when there is no secret', { secret: '' }],
    ['when the secret is a prefix only', { secret: 'whsec_' }],
  ];
  test.each(spoiled)('%s is refused', (_name, change) => {
    expect(verifyStandardWebhook({ ...VALID, ...change }).ok).toBe(false);
  });

  test('signed with an empty key is refused, since anyone could have signed it', () => {
    const secret = 'whsec_';
    expect(() => signStandardWebhook({ messageId: 'm', body: '', secret, nowMs: NOW_MS })).toThrow();
    expect(verifyStandardWebhook({ ...VALID, secret })).toEqual({ ok: false, error: { why: 'secret_unusable' } });
  });

  test('with any body at all is accepted when signed, and refused when one bit of it is changed', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1 }), fc.nat(), (body, at) => {
        const headers = signStandardWebhook({ messageId: 'm', body, secret: SECRET, nowMs: NOW_MS });
        const changed = body.map((byte, index) => (index === at % body.length ? byte ^ 1 : byte));
        expect(verifyStandardWebhook({ headers, body, secret: SECRET, nowMs: NOW_MS }).ok).toBe(true);
        expect(verifyStandardWebhook({ headers, body: changed, secret: SECRET, nowMs: NOW_MS }).ok).toBe(false);
      }),
    );
  });

  test('never makes the check throw', () => {
    const header = fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units));
    fc.assert(
      fc.property(header, header, header, header, (id, timestamp, signature, secret) => {
        const headers = { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature };
        expect(verifyStandardWebhook({ ...VALID, headers, secret }).ok).toBe(false);
      }),
    );
  });
});

describe('a relayed push', () => {
  const request: RawRequest = { method: 'POST', rawQuery: '', headers: PUBLISHED, body: BODY };

  test('gives its text and a word of success', () => {
    const verdict = verifyRelayed(request, SECRET, NOW_MS);
    expect(verdict).toMatchObject({
      kind: 'authentic',
      payload: '{"test": 2432232314}',
      reply: { status: 200, body: '{"success":true}' },
    });
  });

  test('is answered 401 without a relay secret or with a wrong one', () => {
    for (const secret of [undefined, '', OTHER_SECRET]) {
      expect(verifyRelayed(request, secret, NOW_MS)).toMatchObject({ kind: 'refused', reply: { status: 401 } });
    }
  });
});
