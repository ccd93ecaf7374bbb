import { createHmac } from 'node:crypto';
import * as z from 'zod';
import { assert } from '../../kernel/assert.ts';
import { readJson } from '../../kernel/json.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import type { ApiAnswer, ApiCall, ApiFailure, DetailRequest } from '../channel.ts';
import { text, whole } from '../fen-wire.ts';
import { httpFailure } from '../http-failure.ts';

const CREDENTIAL_CHARS_MAX = 256;
const credential = z.string().min(1).max(CREDENTIAL_CHARS_MAX);

/** The app's key and secret; the token comes once the shop has authorised the app. */
export const douyinCredentialsSchema = z.strictObject({
  appKey: credential,
  appSecret: credential,
  accessToken: credential.optional(),
});
export type DouyinCredentials = z.infer<typeof douyinCredentialsSchema>;

const API_ORIGIN = 'https://openapi-fxg.jinritemai.com';
const DETAIL = { method: 'order.orderDetail', path: '/order/orderDetail' } as const;
const API_VERSION = '2';
const SIGN_METHOD = 'hmac-sha256';

const CODE_SUCCESS = '10000';
const CODE_THROTTLED = '60000';
const CODE_SERVICE_ERROR = '20000';
const CODE_PARAMETER_REFUSED = '40003';
/** Business refusals name a missing order only in words. */
const NOT_FOUND_WORDS = /不存在|not[ _-]?(?:found|exist)/i;
const MESSAGE_CHARS_MAX = 200;

/** What a call's signature covers; the token, `sign` and `sign_method` are not in it. */
export interface SignedCall {
  readonly appKey: string;
  readonly appSecret: string;
  readonly method: string;
  readonly paramJson: string;
  readonly timestamp: string;
}

/** The `sign` of an API call: HMAC-SHA256 over the sorted parameters between two secrets, in lower-case hex. */
export function signCall({ appKey, appSecret, method, paramJson, timestamp }: SignedCall): string {
  const signed = `app_key${appKey}method${method}param_json${paramJson}timestamp${timestamp}v${API_VERSION}`;
  return createHmac('sha256', appSecret).update(`${appSecret}${signed}${appSecret}`).digest('hex');
}

/** JSON with sorted keys at every depth, compact, nothing escaped that need not be: the form Douyin signs. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).toSorted(([left], [right]) => (left < right ? -1 : 1)));
  });
}

/** The signed call for one order's detail. The bytes signed are the bytes sent. */
export function detailCall(request: DetailRequest<DouyinCredentials>): ApiCall {
  const { appKey, appSecret, accessToken } = request.credentials;
  assert(accessToken !== undefined, 'a shop without a token is not fetched');
  const paramJson = canonicalJson({ shop_order_id: request.channelOrderId });
  const timestamp = String(Math.floor(request.nowMs / 1_000));
  const query = new URLSearchParams({
    app_key: appKey,
    method: DETAIL.method,
    access_token: accessToken,
    timestamp,
    v: API_VERSION,
    sign: signCall({ appKey, appSecret, method: DETAIL.method, paramJson, timestamp }),
    sign_method: SIGN_METHOD,
  });
  return {
    method: 'POST',
    url: `${API_ORIGIN}${DETAIL.path}?${query.toString()}`,
    headers: { 'content-type': 'application/json' },
    body: paramJson,
  };
}

const answerSchema = z.object({
  code: whole.transform((code) => String(code ?? '')),
  msg: text,
  sub_code: text,
  sub_msg: text,
  data: z.unknown().optional(),
});
const dataSchema = z.object({ shop_order_detail: z.record(z.string(), z.unknown()) });

/** The order in an answer, or why there is none: Douyin hides its refusals in HTTP 200. */
export function readDetail(answer: ApiAnswer): Result<unknown, ApiFailure> {
  if (answer.status !== 200) return err(httpFailure(answer.status));
  const parsed = answerSchema.safeParse(readJson(answer.body));
  if (!parsed.success) return err({ kind: 'unavailable', code: 'no_answer', message: 'the answer is not in the API form' });
  const { code, msg, sub_code: subCode, sub_msg: subMessage, data } = parsed.data;
  if (code === CODE_SUCCESS) {
    const detail = dataSchema.safeParse(data);
    if (detail.success) return ok(detail.data.shop_order_detail);
    return err({ kind: 'not_found', code, message: 'the answer holds no order' });
  }
  const message = `${msg} ${subMessage}`.trim().slice(0, MESSAGE_CHARS_MAX);
  return err({ kind: failureKind(code, subCode, message), code: subCode === '' ? code : `${code} ${subCode}`, message });
}

function failureKind(code: string, subCode: string, message: string): ApiFailure['kind'] {
  if (code === CODE_THROTTLED || subCode.startsWith('isv.traffic-limited')) return 'throttled';
  if (code === CODE_SERVICE_ERROR || subCode.startsWith('dop.service-error')) return 'unavailable';
  if (subCode.startsWith('isv.access-token')) return 'token_expired';
  // 40003 is "a parameter is refused": its sub code says which, and a wrong signature is no reason for a new token.
  if (code === CODE_PARAMETER_REFUSED && subCode === '') return 'token_expired';
  return NOT_FOUND_WORDS.test(message) ? 'not_found' : 'refused';
}
