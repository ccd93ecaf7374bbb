import { createHmac, timingSafeEqual } from 'node:crypto';
import { ERRORS } from '../kernel/errors.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import type { RawRequest, Verdict } from './channel.ts';

/** How far a webhook's own time may be from ours, before or after (Standard Webhooks reference library: 5 minutes). */
export const WEBHOOK_WINDOW_SECONDS = 300;

/** Several signatures may come at once while a secret is being changed; more than this is nobody's rotation. */
export const WEBHOOK_SIGNATURES_MAX = 16;

const SECRET_PREFIX = 'whsec_';
const VERSION_PREFIX = 'v1,';
const UNIX_SECONDS = /^\d{1,12}$/;

/** Why a webhook was refused: a word for the metric, never shown to the sender. */
export type WebhookRefusal = 'secret_unusable' | 'headers_missing' | 'outside_window' | 'signature_mismatch';

export interface ReceivedWebhook {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly secret: string;
  readonly nowMs: number;
}

export interface VerifiedWebhook {
  readonly messageId: string;
}

export interface WebhookToSign {
  readonly messageId: string;
  readonly body: Uint8Array | string;
  readonly secret: string;
  readonly nowMs: number;
}

/**
 * Checks a webhook by the Standard Webhooks rules over its raw bytes: all three headers, a time within the window on
 * both sides, and at least one `v1` signature that holds. Signatures of other versions are ignored. Header names are
 * expected in lower case; `secret` is `whsec_` and base64.
 */
export function verifyStandardWebhook(
  webhook: ReceivedWebhook,
): Result<VerifiedWebhook, { readonly why: WebhookRefusal }> {
  const key = keyOf(webhook.secret);
  if (key === undefined) return err({ why: 'secret_unusable' });
  const messageId = webhook.headers['webhook-id'] ?? '';
  const timestamp = webhook.headers['webhook-timestamp'] ?? '';
  const signatures = webhook.headers['webhook-signature'] ?? '';
  if (messageId === '' || signatures === '' || !UNIX_SECONDS.test(timestamp)) return err({ why: 'headers_missing' });
  const awayMs = Math.abs(webhook.nowMs - Number(timestamp) * 1_000);
  if (awayMs > WEBHOOK_WINDOW_SECONDS * 1_000) return err({ why: 'outside_window' });
  const expected = signatureOf(key, `${messageId}.${timestamp}.`, webhook.body);
  // Every candidate is compared, so that the time taken does not tell which of them came close.
  const matches = signatures
    .split(' ', WEBHOOK_SIGNATURES_MAX)
    .filter((signature) => sameInConstantTime(signature, expected));
  return matches.length > 0 ? ok({ messageId }) : err({ why: 'signature_mismatch' });
}

/** The three headers that make `verifyStandardWebhook` accept this body. `secret` must be usable. */
export function signStandardWebhook(webhook: WebhookToSign): Record<string, string> {
  const key = keyOf(webhook.secret);
  if (key === undefined) throw new Error('a webhook cannot be signed without a secret');
  const timestamp = String(Math.floor(webhook.nowMs / 1_000));
  return {
    'webhook-id': webhook.messageId,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatureOf(key, `${webhook.messageId}.${timestamp}.`, webhook.body),
  };
}

/**
 * The verdict over a platform's socket message that the seller's relay forwards: Standard Webhooks with the
 * connection's relay secret; 401 when it does not hold, `{"success":true}` when it does. The payload is the body's text.
 */
export function verifyRelayed(request: RawRequest, relaySecret: string | undefined, nowMs: number): Verdict {
  const { headers, body } = request;
  const verified = verifyStandardWebhook({ headers, body, secret: relaySecret ?? '', nowMs });
  if (!verified.ok) return refusedRelay(verified.error.why);
  return {
    kind: 'authentic',
    reply: { status: 200, contentType: 'application/json', body: '{"success":true}' },
    payload: new TextDecoder().decode(body),
  };
}

/** The 401 of a push that no relay signed. */
export function refusedRelay(why: string): Verdict {
  const { http: status, en: title } = ERRORS.signature_invalid;
  const body = JSON.stringify({ type: 'about:blank', title, status, code: 'signature_invalid' });
  return { kind: 'refused', reply: { status, contentType: 'application/problem+json', body }, why };
}

/** Whether two signatures are equal, in a time that depends on their length only. */
export function sameInConstantTime(left: string, right: string): boolean {
  const [leftBytes, rightBytes] = [Buffer.from(left), Buffer.from(right)];
  return leftBytes.length === rightBytes.length && timingSafeEqual(leftBytes, rightBytes);
}

/** An empty key would let anyone sign, so it is none at all. */
function keyOf(secret: string): Buffer | undefined {
  const key = Buffer.from(secret.startsWith(SECRET_PREFIX) ? secret.slice(SECRET_PREFIX.length) : secret, 'base64');
  return key.length > 0 ? key : undefined;
}

function signatureOf(key: Buffer, prefix: string, body: Uint8Array | string): string {
  return VERSION_PREFIX + createHmac('sha256', key).update(prefix).update(body).digest('base64');
}
