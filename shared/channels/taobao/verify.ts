import { createHash } from 'node:crypto';
import { msFromChinaText } from '../../kernel/time.ts';
import type { PushSecrets, RawRequest, Reply, Verdict } from '../channel.ts';
import { refusedRelay, sameInConstantTime, verifyRelayed } from '../standard-webhooks.ts';
import type { TaobaoCredentials } from './client.ts';
import { addressReply, type Envelope } from './payload.ts';

/** TOP's own SDK refuses calls older than 5 minutes; the same bound into the future stops a call signed ahead of time. */
export const SPI_WINDOW_MS = 5 * 60_000;

const RELAY_HEADERS = ['webhook-id', 'webhook-timestamp', 'webhook-signature'];
const FORM_TYPE = 'application/x-www-form-urlencoded';
const NOT_A_NAME = /^\s*[{[<]/;
const BROKEN_PERCENT = /%(?![0-9a-fA-F]{2})/;
const PERCENT_BYTE = /%([0-9a-fA-F]{2})/g;

/** TOP tries a wrong signature before it publishes an SPI, and wants exactly these words in an HTTP 200. */
const SIGN_CHECK_FAILURE: Reply = {
  status: 200,
  contentType: 'application/json',
  body: '{"flag":"failure","sub_code":"sign-check-failure","sub_message":"Illegal request"}',
};

/**
 * The answer to an authentic SPI call that is not a question we know: never "yes", since nobody looked.
 * A question gets `answerQuestion` instead.
 */
const NOT_UNDERSTOOD = addressReply({ allowed: false, code: 'NOT_SUPPORTED', message: '不支持的请求' });

/**
 * Taobao reaches us in two ways. A request with Standard Webhooks headers is a TMC message forwarded by the seller's
 * relay; any other is an SPI call signed by TOP. A request with neither those headers nor a query is no SPI call at
 * all (TOP's `sign` is in the query), so it gets the relay's 401.
 * The payload is an `Envelope`: `{"tmc": text}`, or `{"spi": {method, fields, body}}` decoded to Unicode.
 */
export function verifyTaobao(request: RawRequest, secrets: PushSecrets<TaobaoCredentials>, nowMs: number): Verdict {
  if (RELAY_HEADERS.some((name) => request.headers[name] !== undefined)) {
    const verdict = verifyRelayed(request, secrets.relaySecret, nowMs);
    return verdict.kind === 'authentic' ? { ...verdict, payload: envelopeText({ tmc: verdict.payload }) } : verdict;
  }
  if (request.rawQuery === '') return refusedRelay('unsigned');
  return verifySpi(request, secrets.credentials, nowMs);
}

function verifySpi(request: RawRequest, credentials: TaobaoCredentials, nowMs: number): Verdict {
  const call = readSpiCall(request);
  if (call === undefined) return refusedSpi('malformed');
  const signature = call.query.get('sign') ?? '';
  if (!sameInConstantTime(signature, signatureOf(call, credentials.appSecret))) return refusedSpi('signature_mismatch');
  if (call.fields.get('app_key') !== credentials.appKey) return refusedSpi('other_app');
  const sentAtMs = msFromChinaText(call.fields.get('timestamp') ?? '');
  if (sentAtMs === undefined || Math.abs(nowMs - sentAtMs) > SPI_WINDOW_MS) return refusedSpi('outside_window');
  const payload = spiPayload(call);
  return payload === undefined ? refusedSpi('malformed') : { kind: 'authentic', reply: NOT_UNDERSTOOD, payload };
}

function refusedSpi(why: string): Verdict {
  return { kind: 'refused', reply: SIGN_CHECK_FAILURE, why };
}

/** The `sign` TOP would give this call (any `sign` in its query is left out); undefined for a call that cannot be read. */
export function spiSignature(request: RawRequest, appSecret: string): string | undefined {
  const call = readSpiCall(request);
  return call === undefined ? undefined : signatureOf(call, appSecret);
}

/**
 * Text in which every character is one byte (latin1). TOP signs bytes of the call's own charset; kept in this form
 * they can be split, sorted and hashed without a GBK encoder, which Node does not have.
 */
type ByteText = string;
type Pairs = readonly (readonly [ByteText, ByteText])[];

interface SpiCall {
  readonly charset: 'gbk' | 'utf-8';
  /** Named by `top-sign-list`: part of what is signed, but not of what is said. */
  readonly headers: ReadonlyMap<ByteText, ByteText>;
  readonly query: ReadonlyMap<ByteText, ByteText>;
  /** Query and form together, as the call means them. */
  readonly fields: ReadonlyMap<ByteText, ByteText>;
  /** What is signed as it is: empty for a form, whose fields are signed instead. */
  readonly body: ByteText;
}

function readSpiCall(request: RawRequest): SpiCall | undefined {
  const contentType = (request.headers['content-type'] ?? '').toLowerCase();
  const isForm = contentType.trimStart().startsWith(FORM_TYPE);
  const body = Buffer.from(request.body).toString('latin1');
  const headers = signedHeaders(request.headers);
  const query = decoded(queryPairs(bytesOf(request.rawQuery)));
  const form = decoded(isForm ? formPairs(body) : []);
  if (headers === undefined || query === undefined || form === undefined) return undefined;
  // The content type is not signed, and JSON taken as the name of a field sorts last and signs the same.
  if (form.some(([name]) => NOT_A_NAME.test(name))) return undefined;
  // The query wins over the form; of a name repeated in the form the first counts, as with a servlet's getParameter.
  const fields = new Map([...form.toReversed(), ...query]);
  const charset = /charset\s*=\s*["']?gb/.test(contentType) ? 'gbk' : 'utf-8';
  return { charset, headers: new Map(headers), query: new Map(query), fields, body: isForm ? '' : body };
}

/** A listed header that is absent signs its name alone; names are taken as they stand, without trimming (SpiUtils). */
function signedHeaders(headers: Readonly<Record<string, string>>): Pairs | undefined {
  const list = headers['top-sign-list'] ?? '';
  const pairs = (list === '' ? [] : list.split(',')).map((name): readonly [ByteText, ByteText] => {
    const key = name.toLowerCase();
    return [bytesOf(name), bytesOf((Object.hasOwn(headers, key) ? headers[key] : undefined) ?? '')];
  });
  if (pairs.some(([, value]) => BROKEN_PERCENT.test(value))) return undefined;
  return pairs.map(([name, value]) => [name, percentDecoded(value)]);
}

/**
 * The query as Java's `split("=")` sees it, which drops empty parts at the end: `a=` and `a` are an empty value,
 * `a=b=` is `b`, and a value holding a bare `=` makes three parts, for which the SDK has no case: the pair is dropped.
 */
function queryPairs(query: ByteText): Pairs {
  return query.split('&').flatMap((pair): Pairs => {
    const parts = pair.split('=');
    while (parts.at(-1) === '') parts.pop();
    const [name = '', value = '', ...more] = parts;
    return more.length > 0 ? [] : [[name, value]];
  });
}

/** A form is read by the servlet container, which splits at the first `=` only. */
function formPairs(form: ByteText): Pairs {
  return form
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const [name = '', ...value] = pair.split('=');
      return [name, value.join('=')] as const;
    });
}

/** Percent codes and `+` to bytes; undefined when a code is broken, where Java's URLDecoder throws. */
function decoded(pairs: Pairs): Pairs | undefined {
  if (pairs.some(([name, value]) => BROKEN_PERCENT.test(name) || BROKEN_PERCENT.test(value))) return undefined;
  return pairs.map(([name, value]) => [percentDecoded(name), percentDecoded(value)] as const);
}

function percentDecoded(text: ByteText): ByteText {
  return text
    .replaceAll('+', ' ')
    .replace(PERCENT_BYTE, (_code, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

function bytesOf(text: string): ByteText {
  return Buffer.from(text).toString('latin1');
}

/** Upper-case hex MD5(secret + sorted name+value + body + secret); fields win over headers of the same name. */
function signatureOf(call: SpiCall, appSecret: string): string {
  const pool = new Map([...call.headers, ...call.fields]);
  pool.delete('sign');
  const names = [...pool.keys()].toSorted(byBytes);
  const secret = bytesOf(appSecret);
  const text = secret + names.map((name) => name + (pool.get(name) ?? '')).join('') + call.body + secret;
  return createHash('md5').update(text, 'latin1').digest('hex').toUpperCase();
}

function byBytes(left: ByteText, right: ByteText): number {
  return left < right ? -1 : Number(left > right);
}

/** Undefined when the bytes are none of the charset's: the SDK signs what it decoded, and would find no match either. */
function spiPayload(call: SpiCall): string | undefined {
  const decoder = new TextDecoder(call.charset, { fatal: true });
  const unicode = (bytes: ByteText) => decoder.decode(Buffer.from(bytes, 'latin1'));
  const said = [...call.fields].filter(([name]) => name !== 'sign');
  try {
    const fields = Object.fromEntries(said.map(([name, value]) => [unicode(name), unicode(value)]));
    return envelopeText({ spi: { method: fields['method'] ?? '', fields, body: unicode(call.body) } });
  } catch {
    return undefined;
  }
}

function envelopeText(envelope: Envelope): string {
  return JSON.stringify(envelope);
}
