import { createHash, createHmac } from 'node:crypto';
import * as z from 'zod';
import { never } from '../../kernel/assert.ts';
import { readJson } from '../../kernel/json.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import { chinaTextFromMs } from '../../kernel/time.ts';
import type { ApiAnswer, ApiCall, ApiFailure, DetailRequest } from '../channel.ts';

export const taobaoCredentialsSchema = z.object({
  appKey: z.string().min(1),
  appSecret: z.string().min(1),
  sessionKey: z.string().min(1),
});
export type TaobaoCredentials = z.infer<typeof taobaoCredentialsSchema>;

/** How TOP signs API requests: all three are accepted by it, the hub uses md5. */
export type TopSignMethod = 'md5' | 'hmac' | 'hmac-sha256';

const ROUTER_URL = 'https://eco.taobao.com/router/rest';

/** TOP gives only the fields asked for; `orders` and `promotion_details` bring all of theirs. */
const TRADE_FIELDS = [
  'tid,tid_str,status,type,created,pay_time,modified,payment,post_fee,orders,promotion_details',
  'receiver_name,receiver_mobile,receiver_phone,receiver_state,receiver_city,receiver_district,receiver_town',
  'receiver_address,oaid,buyer_message,seller_memo',
].join(',');

/**
 * The gateway's own error codes, from TOP's public list by memory (7 is in the sample): 4 to 8 are call limits of
 * user, session, partner and app; 10 is an unavailable service; 26 and 27 a missing or invalid session.
 */
const THROTTLED_CODES: ReadonlySet<string> = new Set(['4', '5', '6', '7', '8', '429']);
const UNAVAILABLE_CODES: ReadonlySet<string> = new Set(['10']);
const SESSION_CODES: ReadonlySet<string> = new Set(['26', '27']);
const LIMITED = /^accesscontrol\.limited|call-limited/;
const NO_SUCH_TRADE = /^isv\.(trade|order)-not-exist/;
/** `isp` errors are the platform's own faults, `isv` errors the caller's. */
const PLATFORM_FAULT = /^isp\./;

/** Keys sorted, empty values left out, as TOP's SDKs do. `md5` wraps the text in the secret, the HMACs are keyed by it. */
export function signTop(
  params: Readonly<Record<string, string>>,
  secret: string,
  method: TopSignMethod = 'md5',
): string {
  const names = Object.keys(params).filter((name) => name !== 'sign' && params[name] !== '');
  const text = names
    .toSorted()
    .map((name) => name + params[name])
    .join('');
  return digest(text, secret, method).toUpperCase();
}

function digest(text: string, secret: string, method: TopSignMethod): string {
  switch (method) {
    case 'md5':
      return createHash('md5')
        .update(secret + text + secret)
        .digest('hex');
    case 'hmac':
      return createHmac('md5', secret).update(text).digest('hex');
    case 'hmac-sha256':
      return createHmac('sha256', secret).update(text).digest('hex');
    default:
      return never(method);
  }
}

/** taobao.trade.fullinfo.get; without `include_oaid` TOP leaves the sealed receiver out. */
export function taobaoDetailCall(request: DetailRequest<TaobaoCredentials>): ApiCall {
  const { appKey, appSecret, sessionKey } = request.credentials;
  const params = {
    method: 'taobao.trade.fullinfo.get',
    app_key: appKey,
    session: sessionKey,
    timestamp: chinaTextFromMs(request.nowMs),
    format: 'json',
    v: '2.0',
    sign_method: 'md5',
    fields: TRADE_FIELDS,
    tid: request.channelOrderId,
    include_oaid: 'true',
  };
  return {
    method: 'POST',
    url: ROUTER_URL,
    headers: { 'content-type': 'application/x-www-form-urlencoded;charset=utf-8' },
    body: new URLSearchParams({ ...params, sign: signTop(params, appSecret) }).toString(),
  };
}

const codeSchema = z
  .union([z.string(), z.int()])
  .nullish()
  .transform((code) => String(code ?? ''));
const errorSchema = z.object({
  code: codeSchema,
  msg: z.string().nullish(),
  sub_code: codeSchema,
  sub_msg: z.string().nullish(),
});
type TopError = z.infer<typeof errorSchema>;
const responseSchema = z.object({ trade: z.record(z.string(), z.unknown()) });
const answerSchema = z.object({
  error_response: errorSchema.optional(),
  trade_fullinfo_get_response: z.unknown().optional(),
});

/** Gives the `trade` object. Most failures come as `error_response` under HTTP 200; `simplify` drops the outer name. */
export function readTaobaoDetail(answer: ApiAnswer): Result<unknown, ApiFailure> {
  if (answer.status >= 500) return unavailable(`http_${answer.status}`, 'the gateway failed');
  const json = readJson(answer.body);
  const root = answerSchema.safeParse(json);
  if (root.success && root.data.error_response !== undefined) return err(failureOf(root.data.error_response));
  if (answer.status === 429) return err({ kind: 'throttled', code: 'http_429', message: 'too many requests' });
  if (answer.status !== 200)
    return err({ kind: 'refused', code: `http_${answer.status}`, message: 'the gateway refused' });
  const response = responseSchema.safeParse(root.data?.trade_fullinfo_get_response ?? json);
  return response.success ? ok(response.data.trade) : unavailable('unreadable', 'the answer holds no trade');
}

function failureOf(error: TopError): ApiFailure {
  const code = error.sub_code === '' ? error.code : error.sub_code;
  const message = error.sub_msg ?? error.msg ?? '';
  return { kind: kindOf(error), code, message };
}

function kindOf(error: TopError): ApiFailure['kind'] {
  if (THROTTLED_CODES.has(error.code) || LIMITED.test(error.sub_code)) return 'throttled';
  if (SESSION_CODES.has(error.code)) return 'token_expired';
  if (NO_SUCH_TRADE.test(error.sub_code)) return 'not_found';
  if (UNAVAILABLE_CODES.has(error.code) || PLATFORM_FAULT.test(error.sub_code)) return 'unavailable';
  return 'refused';
}

function unavailable(code: string, message: string): { readonly ok: false; readonly error: ApiFailure } {
  return err({ kind: 'unavailable', code, message });
}
