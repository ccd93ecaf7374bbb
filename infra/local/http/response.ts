import * as z from 'zod';

export interface WireResponse {
  readonly status: number;
  /** Name, value, name, value: a name may repeat (set-cookie). */
  readonly headers: readonly string[];
  readonly body: Buffer | string;
}

/** What Lambda lets a function answer with at most. */
export const RESPONSE_BYTES_MAX = 6 * 1_048_576;

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const responseSchema = z.object({
  statusCode: z.coerce.number().int().min(100).max(599),
  headers: z.record(z.string(), scalar).optional(),
  cookies: z.array(z.string()).optional(),
  body: z.union([z.string(), z.null()]).optional(),
  isBase64Encoded: z.boolean().optional(),
});

/**
 * The HTTP answer an HTTP API makes of a function's result: an object with a statusCode is the answer itself, anything
 * else is the JSON body of a 200. Undefined when the result is not acceptable, which a caller sees as a 500.
 */
export function wireResponse(result: unknown): WireResponse | undefined {
  const response = typeof result === 'object' && result !== null && 'statusCode' in result ? fromObject(result) : inferred(result);
  return response !== undefined && Buffer.byteLength(response.body) <= RESPONSE_BYTES_MAX ? response : undefined;
}

function fromObject(result: object): WireResponse | undefined {
  const parsed = responseSchema.safeParse(result);
  if (!parsed.success) return undefined;
  const { statusCode, headers = {}, cookies = [], body, isBase64Encoded = false } = parsed.data;
  const flat = Object.entries(headers).flatMap(([name, value]) => [name.toLowerCase(), String(value)]);
  if (body && !flat.includes('content-type')) flat.push('content-type', 'text/plain;charset=UTF-8');
  for (const cookie of cookies) flat.push('set-cookie', cookie);
  return { status: statusCode, headers: flat, body: isBase64Encoded ? Buffer.from(body ?? '', 'base64') : (body ?? '') };
}

function inferred(result: unknown): WireResponse {
  const body = typeof result === 'string' ? result : (JSON.stringify(result) ?? '');
  return { status: 200, headers: ['content-type', 'application/json'], body };
}

/** The gateway's own answers, word for word. */
export function gatewayResponse(status: 404 | 413 | 500 | 503): WireResponse {
  return { status, headers: ['content-type', 'application/json'], body: JSON.stringify({ message: MESSAGES[status] }) };
}

const MESSAGES = {
  404: 'Not Found',
  413: 'Request Entity Too Large',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
} as const;
