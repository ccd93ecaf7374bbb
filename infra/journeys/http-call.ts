import { request as httpRequest, type Agent } from 'node:http';
import * as z from 'zod';
import type { HubClient } from '../simulator/hub-client.ts';

export interface PlainCall {
  readonly method: string;
  /** Absolute, or a path of the client's hub. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly agent?: Agent;
}

export interface PlainAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

const TIMEOUT_MS = 60_000;

/** An HTTP call as it is given, whatever the answer: nothing is added, retried or thrown for a refusal. */
export function plainCall({ method, url, headers = {}, body = '', agent }: PlainCall): Promise<PlainAnswer> {
  const bytes = Buffer.from(body);
  const { promise, resolve, reject } = Promise.withResolvers<PlainAnswer>();
  const length = bytes.length > 0 || method !== 'GET' ? { 'content-length': bytes.length } : {};
  const request = httpRequest(url, { method, headers: { ...headers, ...length }, timeout: TIMEOUT_MS, ...(agent !== undefined && { agent }) }, (response) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks).toString('utf8') }));
    response.on('error', reject);
  });
  request.on('timeout', () => request.destroy(new Error(`no answer from ${method} ${url}`)));
  request.on('error', reject);
  request.end(bytes);
  return promise;
}

const problemSchema = z.looseObject({ code: z.string(), status: z.int() });

export interface ApiAnswer {
  readonly status: number;
  readonly body: string;
  /** Of a refusal. */
  readonly code: string | undefined;
  readonly json: unknown;
}

export interface ApiCall {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly agent?: Agent;
}

/** A call of the API with the client's key; refusals are answers here. */
export async function api(client: HubClient, { method, path, body, headers = {}, agent }: ApiCall): Promise<ApiAnswer> {
  const authorization = client.apiKey === '' ? {} : { authorization: `Bearer ${client.apiKey}` };
  const type = body === undefined ? {} : { 'content-type': 'application/json' };
  const answer = await plainCall({
    method, url: client.url + path, headers: { ...authorization, ...type, ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }), ...(agent !== undefined && { agent }),
  });
  const json = jsonOf(answer.body);
  const problem = problemSchema.safeParse(json);
  return { status: answer.status, body: answer.body, json, code: problem.success && answer.status >= 400 ? problem.data.code : undefined };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
