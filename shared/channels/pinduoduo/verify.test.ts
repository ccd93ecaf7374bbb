import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RawRequest } from '../channel.ts';
import { signStandardWebhook } from '../standard-webhooks.ts';
import sample from './fixtures/pmc_trade_confirmed.json' with { type: 'json' };
import { readPinduoduoPayload } from './payload.ts';
import { verifyPinduoduo } from './verify.ts';

const RELAY_SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const CREDENTIALS = {
  clientId: 'fixtureclientid0001',
  clientSecret: 'fixture-pdd-secret',
  accessToken: 'fixture-token',
};
const SECRETS = { credentials: CREDENTIALS, relaySecret: RELAY_SECRET };
const NOW_MS = 1_795_487_400_000;
const REFUSED = { kind: 'refused', reply: { status: 401 } };

function relayed(body: Uint8Array, nowMs = NOW_MS): RawRequest {
  const headers = signStandardWebhook({ messageId: 'msg_1', body, secret: RELAY_SECRET, nowMs });
  return { method: 'POST', rawQuery: '', headers, body };
}
const VALID = relayed(Buffer.from(sample.raw_frame));
const headersBut = (name: string, value?: string) =>
  Object.fromEntries(
    Object.entries({ ...VALID.headers, [name]: value ?? '' }).filter(
      ([header]) => header !== name || value !== undefined,
    ),
  );

describe('a relayed frame', () => {
  test('is authentic, answered 200, and read as it was sent', () => {
    const verdict = verifyPinduoduo(VALID, SECRETS, NOW_MS);
    expect(verdict).toMatchObject({ kind: 'authentic', payload: sample.raw_frame, reply: { status: 200 } });
    expect(readPinduoduoPayload(sample.raw_frame)).toMatchObject({
      value: { hints: [{ channelOrderId: '261124-038440825871540' }] },
    });
  });

  test.each(['webhook-id', 'webhook-timestamp', 'webhook-signature'])(
    'is refused without or with another %s',
    (name) => {
      for (const headers of [
        headersBut(name),
        headersBut(name, ''),
        headersBut(name, '1'),
        headersBut(name, 'v1,AAAA'),
      ]) {
        expect(verifyPinduoduo({ ...VALID, headers }, SECRETS, NOW_MS)).toMatchObject(REFUSED);
      }
    },
  );

  test('is refused with a changed body, another secret, or a time too far away', () => {
    const other = { ...SECRETS, relaySecret: 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD' };
    const body = Buffer.from(sample.raw_frame.replace('171504183', '171504184'));
    expect(verifyPinduoduo({ ...VALID, body }, SECRETS, NOW_MS)).toMatchObject(REFUSED);
    expect(verifyPinduoduo(VALID, other, NOW_MS)).toMatchObject(REFUSED);
    expect(verifyPinduoduo(VALID, { credentials: CREDENTIALS }, NOW_MS)).toMatchObject(REFUSED);
    for (const ms of [-301_000, 301_000]) expect(verifyPinduoduo(VALID, SECRETS, NOW_MS + ms)).toMatchObject(REFUSED);
  });

  test('is refused when it is signed in a way Pinduoduo does not have', () => {
    const headers = { 'pdd-sign': 'AB'.repeat(16), sign: 'AB'.repeat(16) };
    expect(verifyPinduoduo({ ...VALID, headers }, SECRETS, NOW_MS)).toMatchObject(REFUSED);
    expect(
      verifyPinduoduo({ ...VALID, method: 'GET', headers: {}, rawQuery: 'sign=x' }, SECRETS, NOW_MS),
    ).toMatchObject(REFUSED);
  });

  test('of any bytes never makes the check or the reading throw', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (body) => {
        const verdict = verifyPinduoduo(relayed(body), SECRETS, NOW_MS);
        expect(verdict.kind).toBe('authentic');
        if (verdict.kind === 'authentic') readPinduoduoPayload(verdict.payload);
        expect(verifyPinduoduo({ ...VALID, body }, SECRETS, NOW_MS)).toMatchObject(REFUSED);
      }),
    );
  });
});
