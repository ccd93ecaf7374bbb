import { createHash } from 'node:crypto';
import * as z from 'zod';
import { readJson } from '../../kernel/json.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import type { ApiAnswer, ApiCall, ApiFailure, DetailRequest } from '../channel.ts';

export const pinduoduoCredentialsSchema = z.object({
  clientId: z.string().min(1),
  clientSecret: z.string().min(1),
  accessToken: z.string().min(1),
});
export type PinduoduoCredentials = z.infer<typeof pinduoduoCredentialsSchema>;

const ROUTER_URL = 'https://gw-api.pinduoduo.com/api/router';

/**
 * Error codes are known from memory only (the sample's 70031 too), none from a page in hand; a code that is not here
 * counts as refused. 52101: this interface is limited; 50000 and 52xxx: the platform's own faults.
 */
const THROTTLED_CODES: ReadonlySet<string> = new Set(['70031', '52101']);
const TOKEN_CODES: ReadonlySet<string> = new Set(['10019', '10035']);
const UNAVAILABLE_CODES: ReadonlySet<string> = new Set(['50000', '52001', '52102', '52103']);
/** A missing order has no code of its own: it is told in words only. */
const NO_SUCH_ORDER = /订单不存在|order.{0,40}not (exist|found)/i;

/** UPPER hex MD5(secret + sorted name+value + secret); empty values are left out, nested values signed as JSON text. */
export function signPdd(params: Readonly<Record<string, unknown>>, clientSecret: string): string {
  const pairs = Object.keys(params)
    .filter((name) => name !== 'sign')
    .toSorted()
    .map((name) => ({ name, value: textOf(params[name]) }))
    .filter(({ value }) => value !== '');
  const text = pairs.map(({ name, value }) => name + value).join('');
  return createHash('md5')
    .update(clientSecret + text + clientSecret)
    .digest('hex')
    .toUpperCase();
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** pdd.order.information.get */
export function pinduoduoDetailCall(request: DetailRequest<PinduoduoCredentials>): ApiCall {
  const { clientId, clientSecret, accessToken } = request.credentials;
  const params = {
    type: 'pdd.order.information.get',
    client_id: clientId,
    access_token: accessToken,
    timestamp: String(Math.floor(request.nowMs / 1_000)),
    data_type: 'JSON',
    version: 'V1',
    order_sn: request.channelOrderId,
  };
  return {
    method: 'POST',
    url: ROUTER_URL,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ ...params, sign: signPdd(params, clientSecret) }).toString(),
  };
}

const codeSchema = z
  .union([z.string(), z.int()])
  .nullish()
  .transform((code) => String(code ?? ''));
const errorSchema = z.object({
  error_code: codeSchema,
  error_msg: z.string().nullish(),
  sub_code: codeSchema,
  sub_msg: z.string().nullish(),
});
type PddError = z.infer<typeof errorSchema>;
const errorAnswerSchema = z.object({ error_response: errorSchema });
const orderAnswerSchema = z.object({
  order_info_get_response: z.object({ order_info: z.record(z.string(), z.unknown()).nullable() }),
});

/** Gives the `order_info` object. Most failures come as `error_response` under HTTP 200. */
export function readPinduoduoDetail(answer: ApiAnswer): Result<unknown, ApiFailure> {
  if (answer.status >= 500) return failure('unavailable', `http_${answer.status}`, 'the gateway failed');
  const json = readJson(answer.body);
  const refused = errorAnswerSchema.safeParse(json);
  if (refused.success) return err(failureOf(refused.data.error_response));
  if (answer.status === 429) return failure('throttled', 'http_429', 'too many requests');
  if (answer.status !== 200) return failure('refused', `http_${answer.status}`, 'the gateway refused');
  const order = orderAnswerSchema.safeParse(json);
  if (!order.success) return failure('unavailable', 'unreadable', 'the answer holds no order');
  const { order_info: info } = order.data.order_info_get_response;
  return info === null ? failure('not_found', 'order_info_null', 'the answer holds an empty order') : ok(info);
}

function failureOf(error: PddError): ApiFailure {
  const message = error.sub_msg ?? error.error_msg ?? '';
  return { kind: kindOf(error, message), code: error.sub_code === '' ? error.error_code : error.sub_code, message };
}

function kindOf(error: PddError, message: string): ApiFailure['kind'] {
  const has = (codes: ReadonlySet<string>) => codes.has(error.error_code) || codes.has(error.sub_code);
  if (has(THROTTLED_CODES)) return 'throttled';
  if (has(TOKEN_CODES)) return 'token_expired';
  if (NO_SUCH_ORDER.test(message)) return 'not_found';
  return has(UNAVAILABLE_CODES) ? 'unavailable' : 'refused';
}

function failure(
  kind: ApiFailure['kind'],
  code: string,
  message: string,
): { readonly ok: false; readonly error: ApiFailure } {
  return err({ kind, code, message });
}
