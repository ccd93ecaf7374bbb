import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { PushSecrets, RawRequest, Reply, Verdict } from '../channel.ts';
import type { DouyinCredentials } from './client.ts';
import { isProbe } from './payload.ts';

const JSON_TYPE = 'application/json';
const RECEIVED: Reply = { status: 200, contentType: JSON_TYPE, body: '{"code":0,"msg":"success"}' };
/** Anything but code 0 is a failure to Douyin; it names no code for a wrong signature. */
const REFUSED: Reply = { status: 401, contentType: JSON_TYPE, body: '{"code":40001,"msg":"signature invalid"}' };

const MD5_HEX = /^[0-9a-f]{32}$/;
const HMAC_SHA256_HEX = /^[0-9a-f]{64}$/;

/**
 * Judges a push by its `event-sign` over the raw bytes. Douyin signs no time, so there is no replay window: the
 * message ids are the only guard against a repeat. Two algorithms occur, told apart by the length of the sign.
 */
export function verify(request: RawRequest, { credentials }: PushSecrets<DouyinCredentials>): Verdict {
  if (request.method !== 'POST') return refused('method');
  const appId = request.headers['app-id'];
  if (appId !== undefined && appId !== credentials.appKey) return refused('app_id');
  const given = request.headers['event-sign'];
  if (given === undefined) return refused('sign_missing');
  const expected = signFor(given, request.body, credentials);
  if (expected === undefined) return refused('sign_form');
  if (!timingSafeEqual(Buffer.from(given), Buffer.from(expected))) return refused('sign');
  const payload = new TextDecoder().decode(request.body);
  return isProbe(payload) ? { kind: 'answered', reply: RECEIVED } : { kind: 'authentic', reply: RECEIVED, payload };
}

/** The sign of a body by the algorithm that the given sign's form says; undefined for any other form. */
function signFor(given: string, body: Uint8Array, { appKey, appSecret }: DouyinCredentials): string | undefined {
  const digest = MD5_HEX.test(given)
    ? createHash('md5')
    : HMAC_SHA256_HEX.test(given)
      ? createHmac('sha256', appSecret)
      : undefined;
  return digest?.update(appKey).update(body).update(appSecret).digest('hex');
}

function refused(why: string): Verdict {
  return { kind: 'refused', reply: REFUSED, why };
}
