import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import type * as z from 'zod';
import { BODY_BYTES_MAX, IDEMPOTENCY_KEY_CHARACTERS_MAX, type Contract, type Route } from '../../shared/kernel/contract.ts';
import { readJson } from '../../shared/kernel/json.ts';
import { err, ok, refuse, type Refusal, type Result } from '../../shared/kernel/result.ts';
import { bodyBytes, jsonResponse, problemResponse } from '../../shared/platform/http-event.ts';
import { BusyError } from '../../shared/kernel/tables.ts';
import type { Log } from '../../shared/kernel/ports.ts';
import type { Caller, Gate } from './authenticate.ts';

type Parsed<S> = S extends z.ZodType<infer T> ? T : undefined;

/** A checked call of one route: everything the handler needs, typed by the route's schemas. */
export interface Call<R extends Route> {
  readonly params: Parsed<R['params']>;
  readonly query: Parsed<R['query']>;
  readonly body: Parsed<R['body']>;
  readonly caller: R['auth'] extends 'key' ? Caller : undefined;
  readonly request: RequestFacts;
}

export interface RequestFacts {
  readonly requestId: string;
  readonly path: string;
  readonly bodyText: string;
  readonly address: string;
  /** Scheme and host by which the caller reached us. */
  readonly origin: string;
  readonly idempotencyKey: string | undefined;
  /** The version of a page that the caller has already. */
  readonly ifNoneMatch: string | undefined;
}

/** An answer that is not the JSON of the route's schema: a page, a file, a redirect. */
export class RawAnswer {
  readonly response: APIGatewayProxyStructuredResultV2;
  constructor(response: APIGatewayProxyStructuredResultV2) {
    this.response = response;
  }
}

export type Handlers<C extends Contract> = { readonly [K in keyof C]: (call: Call<C[K]>) => Promise<Result<z.input<C[K]['answer']> | RawAnswer>> };

type Loose = (call: { params: unknown; query: unknown; body: unknown; caller: unknown; request: RequestFacts }) => Promise<Result<unknown>>;

/** What stands before every route: who is let in by a key, and where faults are told. */
export interface Door {
  readonly log: Log;
  readonly letIn: Gate;
  /** What a call of no route of the contract is told. */
  readonly unrouted?: (method: string, path: string) => Refusal;
}

/**
 * A Lambda handler that serves a contract: finds the route, lets the caller in, checks what came, calls the route's
 * handler, and writes its answer or refusal. Faults become a blank 500 with a request id.
 */
export function serve<const C extends Contract>(door: Door, contract: C, handlers: Handlers<C>): (event: APIGatewayProxyEventV2, context: Context) => Promise<APIGatewayProxyStructuredResultV2> {
  const routes = new Map(Object.entries(contract).map(([name, route]) => [`${route.method} ${route.path}`, { route, handle: looseHandler(handlers, name) }]));
  const handler = async (event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> => {
    const known = routes.get(event.routeKey);
    if (known === undefined) return problemResponse(unroutedOf(door, event), event.requestContext.requestId);
    const answer = await answerTo(door, known, event);
    if (!answer.ok) return problemResponse(answer.error, event.requestContext.requestId);
    return answer.value instanceof RawAnswer ? answer.value.response : jsonResponse(known.route.status, answer.value);
  };
  return middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>().use(faultsAsProblems(door.log)).handler(handler);
}

function unroutedOf({ unrouted }: Door, { rawPath, requestContext }: APIGatewayProxyEventV2): Refusal {
  return unrouted?.(requestContext.http.method, rawPath) ?? { code: 'not_found' };
}

/** Each handler takes the call its own route's schemas have checked; a table of them can only say `unknown`. */
function looseHandler(handlers: Readonly<Record<string, unknown>>, name: string): Loose {
  const handle = handlers[name];
  if (!isHandler(handle)) throw new TypeError(`the contract's ${name} has no handler`);
  return async (call) => {
    const answer = await handle(call);
    return isResult(answer) ? answer : Promise.reject(new TypeError(`${name} gave no result`));
  };
}

function isHandler(value: unknown): value is (call: unknown) => Promise<unknown> {
  return typeof value === 'function';
}

function isResult(value: unknown): value is Result<unknown> {
  return typeof value === 'object' && value !== null && 'ok' in value;
}

/** Faults become a blank problem document with a request id; what they were is in the log. */
export function faultsAsProblems(log: Log): middy.MiddlewareObj<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2> {
  return {
    onError(request) {
      const { requestId } = request.event.requestContext;
      const fault = request.error;
      log.error('request failed', { requestId, route: request.event.routeKey, fault: fault?.stack ?? String(fault) });
      request.response = problemResponse({ code: fault instanceof BusyError ? 'busy' : 'internal' }, requestId);
    },
  };
}

async function answerTo(door: Door, { route, handle }: { route: Route; handle: Loose }, event: APIGatewayProxyEventV2): Promise<Result<unknown>> {
  const caller = route.auth === 'none' ? ok(undefined) : await door.letIn(event.headers['authorization'], route);
  if (!caller.ok) return caller;
  const request = factsOf(route, event);
  if (!request.ok) return request;
  // What a path names is not there, unless the call would create it.
  const params = parsed(route.params, event.pathParameters ?? {}, route.method === 'PUT' ? 'invalid_input' : 'not_found');
  if (!params.ok) return params;
  const query = parsed(route.query, queryOf(event.rawQueryString), 'invalid_input');
  if (!query.ok) return query;
  const body = route.body === undefined ? ok(undefined) : bodyOf(route.body, event, request.value.bodyText);
  if (!body.ok) return body;
  return handle({ params: params.value, query: query.value, body: body.value, caller: caller.value, request: request.value });
}

/** A parameter without a value is a filter that was left open. */
function queryOf(rawQueryString: string): Record<string, string> {
  return Object.fromEntries([...new URLSearchParams(rawQueryString)].filter(([, value]) => value !== ''));
}

function factsOf(route: Route, event: APIGatewayProxyEventV2): Result<RequestFacts> {
  const bytes = bodyBytes(event);
  if (bytes.byteLength > BODY_BYTES_MAX) return refuse('body_too_large', `At most ${BODY_BYTES_MAX} bytes.`);
  const key = event.headers['idempotency-key'];
  if (key !== undefined && (key === '' || key.length > IDEMPOTENCY_KEY_CHARACTERS_MAX)) {
    return err({ code: 'invalid_input', fields: [{ path: 'Idempotency-Key', message: `1 to ${IDEMPOTENCY_KEY_CHARACTERS_MAX} characters` }] });
  }
  const { requestId, http } = event.requestContext;
  const scheme = event.headers['x-forwarded-proto'] ?? 'https';
  return ok({
    requestId,
    path: event.rawPath,
    bodyText: Buffer.from(bytes).toString('utf8'),
    address: http.sourceIp,
    origin: `${scheme}://${event.headers['host'] ?? event.requestContext.domainName}`,
    idempotencyKey: route.idempotent === true ? key : undefined,
    ifNoneMatch: event.headers['if-none-match'],
  });
}

function bodyOf(schema: z.ZodType, event: APIGatewayProxyEventV2, text: string): Result<unknown> {
  const type = (event.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  // A body without a type is taken for what every call wants; another type is a mistake of the caller's.
  if (type !== '' && type !== 'application/json') return refuse('unsupported_media_type');
  const json = readJson(text);
  return json === undefined ? refuse('invalid_json') : parsed(schema, json, 'invalid_input');
}

/** The fields a problem document lists at most. */
const FIELDS_MAX = 20;

function parsed(schema: z.ZodType | undefined, value: unknown, code: 'invalid_input' | 'not_found'): Result<unknown> {
  if (schema === undefined) return ok(undefined);
  const result = schema.safeParse(value);
  if (result.success) return ok(result.data);
  if (code === 'not_found') return refuse('not_found');
  const fields = result.error.issues.slice(0, FIELDS_MAX).map(({ path, message }) => ({ path: path.join('.'), message }));
  return err({ code, fields } satisfies Refusal);
}
