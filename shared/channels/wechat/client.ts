import * as z from 'zod';
import { assert } from '../../kernel/assert.ts';
import { readJson } from '../../kernel/json.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import type { ApiAnswer, ApiCall, ApiFailure, DetailRequest, Token } from '../channel.ts';
import { text, whole } from '../fen-wire.ts';
import { httpFailure } from '../http-failure.ts';

const CREDENTIAL_CHARS_MAX = 256;
const credential = z.string().min(1).max(CREDENTIAL_CHARS_MAX);

/** The shop's app, and what its message push is set up with. An EncodingAESKey is 32 bytes in base64 without its `=`. */
export const wechatCredentialsSchema = z.strictObject({
  appId: credential,
  appSecret: credential,
  token: credential,
  encodingAesKey: z.string().regex(/^[A-Za-z0-9+/]{43}$/),
});
export type WechatCredentials = z.infer<typeof wechatCredentialsSchema>;

const API_ORIGIN = 'https://api.weixin.qq.com';
const TOKEN_PATH = '/cgi-bin/stable_token';
const DETAIL_PATH = '/channels/ec/order/get';
const JSON_HEADERS = { 'content-type': 'application/json' } as const;
/** What WeChat documents for a token, where an answer does not say. */
const TOKEN_SECONDS_DEFAULT = 7_200;
const MESSAGE_CHARS_MAX = 200;

const KIND_OF_ERRCODE: ReadonlyMap<number, ApiFailure['kind']> = new Map([
  [-1, 'unavailable'],
  [40001, 'token_expired'],
  [40014, 'token_expired'],
  [42001, 'token_expired'],
  [45009, 'throttled'],
  [45011, 'throttled'],
  [100002, 'not_found'],
  [100003, 'throttled'],
]);

/** The call for the app's token. `stable_token` gives every process the same one until it runs out. */
export function tokenCall({ appId, appSecret }: WechatCredentials): ApiCall {
  return {
    method: 'POST',
    url: `${API_ORIGIN}${TOKEN_PATH}`,
    headers: JSON_HEADERS,
    body: JSON.stringify({ grant_type: 'client_credential', appid: appId, secret: appSecret }),
  };
}

const tokenSchema = z.object({ access_token: z.string().min(1), expires_in: whole.catch(undefined) });

/** The token in an answer. A wrong secret is answered with 40001 too: there it means refused, not expired. */
export function readToken(answer: ApiAnswer): Result<Token, ApiFailure> {
  const body = readAnswer(answer);
  if (!body.ok) return body.error.kind === 'token_expired' ? err({ ...body.error, kind: 'refused' }) : body;
  const token = tokenSchema.safeParse(body.value);
  if (!token.success) return err({ kind: 'unavailable', code: 'no_token', message: 'the answer holds no token' });
  const { access_token: accessToken, expires_in: expiresInSeconds = TOKEN_SECONDS_DEFAULT } = token.data;
  return ok({ accessToken, expiresInSeconds });
}

/** The call for one order's detail. */
export function detailCall(request: DetailRequest<WechatCredentials>): ApiCall {
  assert(request.accessToken !== undefined, 'the token is fetched before the detail');
  const query = new URLSearchParams({ access_token: request.accessToken });
  return {
    method: 'POST',
    url: `${API_ORIGIN}${DETAIL_PATH}?${query.toString()}`,
    headers: JSON_HEADERS,
    body: JSON.stringify({ order_id: request.channelOrderId }),
  };
}

const orderSchema = z.object({ order: z.record(z.string(), z.unknown()) });

/** The order in an answer, or why there is none. */
export function readDetail(answer: ApiAnswer): Result<unknown, ApiFailure> {
  const body = readAnswer(answer);
  if (!body.ok) return body;
  const found = orderSchema.safeParse(body.value);
  return found.success ? ok(found.data.order) : err({ kind: 'not_found', code: '0', message: 'the answer holds no order' });
}

const answerSchema = z.looseObject({ errcode: whole, errmsg: text });

/** WeChat hides its refusals in HTTP 200, as an `errcode` other than 0. */
function readAnswer(answer: ApiAnswer): Result<unknown, ApiFailure> {
  if (answer.status !== 200) return err(httpFailure(answer.status));
  const parsed = answerSchema.safeParse(readJson(answer.body));
  if (!parsed.success) return err({ kind: 'unavailable', code: 'no_answer', message: 'the answer is not in the API form' });
  const { errcode = 0, errmsg } = parsed.data;
  if (errcode === 0) return ok(parsed.data);
  const kind = KIND_OF_ERRCODE.get(errcode) ?? 'refused';
  return err({ kind, code: String(errcode), message: errmsg.slice(0, MESSAGE_CHARS_MAX) });
}
