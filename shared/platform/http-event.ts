import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { ERRORS } from '../kernel/errors.ts';
import type { Refusal } from '../kernel/result.ts';

/** The raw bytes of a body: API Gateway sends text as text, and everything else in base64. */
export function bodyBytes(event: Pick<APIGatewayProxyEventV2, 'body' | 'isBase64Encoded'>): Uint8Array {
  return Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
}

export function jsonResponse(status: number, body: unknown): APIGatewayProxyStructuredResultV2 {
  return { statusCode: status, headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' }, body: JSON.stringify(body) };
}

/** A refusal as an RFC 9457 problem document. What a 5xx was about is in the log, under the request id. */
export function problemResponse(refusal: Refusal, requestId: string): APIGatewayProxyStructuredResultV2 {
  const { http, en, zh } = ERRORS[refusal.code];
  const problem = {
    type: `/docs#${refusal.code}`,
    title: en,
    titleZh: zh,
    status: http,
    code: refusal.code,
    ...(refusal.detail !== undefined && http < 500 && { detail: refusal.detail }),
    ...(refusal.fields !== undefined && { fields: refusal.fields }),
    requestId,
  };
  return {
    statusCode: http,
    headers: {
      'content-type': 'application/problem+json; charset=utf-8',
      'cache-control': 'no-store',
      ...(http === 401 && { 'www-authenticate': 'Bearer' }),
      ...((http === 429 || http === 503) && { 'retry-after': '5' }),
    },
    body: JSON.stringify(problem),
  };
}
