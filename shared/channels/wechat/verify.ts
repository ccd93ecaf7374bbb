import { createDecipheriv, createHash, timingSafeEqual } from 'node:crypto';
import * as z from 'zod';
import type { PushSecrets, RawRequest, Reply, Verdict } from '../channel.ts';
import type { WechatCredentials } from './client.ts';

const TEXT_TYPE = 'text/plain; charset=utf-8';
const RECEIVED: Reply = { status: 200, contentType: TEXT_TYPE, body: 'success' };
const REFUSED: Reply = { status: 401, contentType: TEXT_TYPE, body: 'signature invalid' };

const KEY_BYTES = 32;
const CIPHER_BLOCK_BYTES = 16;
/** PKCS#7 over 32 bytes, not the cipher's 16: Node's own unpadding would throw. */
const PADDING_BYTES_MAX = 32;
const RANDOM_BYTES = 16;
const LENGTH_BYTES = 4;

/**
 * Judges a push of a WeChat shop, which knows the security mode with JSON only. The address check is a GET signed by
 * `signature`; events are POSTs signed by `msg_signature` over the cipher text. A timestamp is signed, but no window is
 * documented and retries may come hours later, so none is enforced.
 */
export function verify(request: RawRequest, { credentials }: PushSecrets<WechatCredentials>): Verdict {
  const query = new URLSearchParams(request.rawQuery);
  return request.method === 'GET' ? verifyAddressCheck(query, credentials) : verifyEvent(query, request.body, credentials);
}

function verifyAddressCheck(query: URLSearchParams, { token }: WechatCredentials): Verdict {
  const echo = query.get('echostr');
  if (!echo) return refused('query');
  const why = signatureFault(query, 'signature', [token]);
  if (why !== undefined) return refused(why);
  return { kind: 'answered', reply: { status: 200, contentType: TEXT_TYPE, body: echo } };
}

const envelopeSchema = z.object({ Encrypt: z.string().min(1) });

function verifyEvent(query: URLSearchParams, body: Uint8Array, credentials: WechatCredentials): Verdict {
  const envelope = envelopeSchema.safeParse(jsonIn(body));
  // Third-party platforms are sent XML, under their own app id; that is another kind of connection.
  if (!envelope.success) return refused('body');
  const cipherText = envelope.data.Encrypt;
  const why = signatureFault(query, 'msg_signature', [credentials.token, cipherText]);
  if (why !== undefined) return refused(why);
  const plain = decrypt(cipherText, credentials.encodingAesKey);
  if (plain === undefined) return refused('cipher');
  if (plain.appId !== credentials.appId) return refused('app_id');
  return { kind: 'authentic', reply: RECEIVED, payload: plain.message };
}

/** Why the query's signature over token, timestamp, nonce (and cipher text) does not hold; undefined when it does. */
function signatureFault(query: URLSearchParams, name: string, parts: readonly string[]): string | undefined {
  const [given, timestamp, nonce] = [query.get(name), query.get('timestamp'), query.get('nonce')];
  if (!given || !timestamp || !nonce) return 'query';
  const expected = sign([...parts, timestamp, nonce]);
  const [left, right] = [Buffer.from(given), Buffer.from(expected)];
  return left.length === right.length && timingSafeEqual(left, right) ? undefined : 'signature';
}

/** SHA-1 of the parts, sorted and joined, in lower-case hex. */
export function sign(parts: readonly string[]): string {
  return createHash('sha1').update(parts.toSorted().join('')).digest('hex');
}

interface Plain {
  readonly message: string;
  readonly appId: string;
}

/**
 * Opens a cipher text: 16 random bytes, the message's length in bytes (big endian), the message, the app id, padding.
 * Undefined when it is not of that form. The key's last base64 character may carry bits beyond its 32 bytes.
 */
export function decrypt(cipherText: string, encodingAesKey: string): Plain | undefined {
  const key = Buffer.from(`${encodingAesKey}=`, 'base64');
  const sealed = Buffer.from(cipherText, 'base64');
  if (key.length !== KEY_BYTES || sealed.length === 0 || sealed.length % CIPHER_BLOCK_BYTES !== 0) return undefined;
  const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, CIPHER_BLOCK_BYTES)).setAutoPadding(false);
  const content = unpadded(Buffer.concat([decipher.update(sealed), decipher.final()]));
  const start = RANDOM_BYTES + LENGTH_BYTES;
  if (content === undefined || content.length < start) return undefined;
  const end = start + content.readUInt32BE(RANDOM_BYTES);
  if (end > content.length) return undefined;
  return { message: content.toString('utf8', start, end), appId: content.toString('utf8', end) };
}

function unpadded(padded: Buffer): Buffer | undefined {
  const count = padded.at(-1) ?? 0;
  if (count < 1 || count > PADDING_BYTES_MAX || count > padded.length) return undefined;
  const end = padded.length - count;
  return padded.subarray(end).every((byte) => byte === count) ? padded.subarray(0, end) : undefined;
}

function jsonIn(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return undefined;
  }
}

function refused(why: string): Verdict {
  return { kind: 'refused', reply: REFUSED, why };
}
