import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import * as z from 'zod';
import type { Contract, Role } from '../../../shared/kernel/contract.ts';
import { newApiKey } from '../../../shared/tenants/keys.ts';
import type { Tenant } from '../../../shared/tenants/schema.ts';
import { keyGate } from '../authenticate.ts';
import type { Hub } from '../hub.ts';
import { serve, type Handlers } from '../serve.ts';
import { TENANT, type MemoryHub } from './memory-hub.ts';

/** The HTTP API as API Gateway calls it, over a hub in memory. */

export interface Asked {
  readonly apiKey?: string | undefined;
  readonly body?: unknown;
  /** The body to the letter, instead of `body`. */
  readonly raw?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly isBase64?: boolean;
}

export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
  // A test looks into an answer as it likes.
  readonly body: Readonly<Record<string, unknown>>;
}

export type Api = (call: string, asked?: Asked) => Promise<Answered>;

/** A function of the API: what it serves, and how. */
export interface Served {
  readonly contract: Contract;
  readonly handle: (event: APIGatewayProxyEventV2, context: Context) => Promise<APIGatewayProxyStructuredResultV2>;
}

export function servedBy<const C extends Contract>(hub: Hub, contract: C, handlers: Handlers<C>): Served {
  return { contract, handle: serve({ log: hub.log, letIn: keyGate(hub) }, contract, handlers) };
}

const CONTEXT: Context = {
  callbackWaitsForEmptyEventLoop: false,
  functionName: 'f',
  functionVersion: '1',
  invokedFunctionArn: '',
  memoryLimitInMB: '128',
  awsRequestId: 'r',
  logGroupName: '',
  logStreamName: '',
  getRemainingTimeInMillis: () => 10_000,
  done: () => {},
  fail: () => {},
  succeed: () => {},
};

/** Calls like `POST /v1/orders?limit=1`, answered by the function that serves the route. */
export function apiOf(...functions: Served[]): Api {
  return async (call, asked = {}) => {
    const [method = '', address = ''] = call.split(' ');
    const [path = '', query = ''] = address.split('?');
    for (const { contract, handle } of functions) {
      const matched = match(contract, { method, path });
      if (matched === undefined) continue;
      const answer = await handle(eventOf({ method, path, query, ...matched }, asked), CONTEXT);
      const text = answer.body ?? '';
      const isJson = String(answer.headers?.['content-type'] ?? '').includes('json;');
      return { status: answer.statusCode ?? 200, headers: answer.headers ?? {}, text, body: isJson ? z.record(z.string(), z.unknown()).parse(JSON.parse(text)) : {} };
    }
    throw new Error(`no route for ${call}`);
  };
}

/** The route of a path, and its parameters as API Gateway gives them: decoded. */
function match(contract: Contract, { method, path }: { method: string; path: string }): { routeKey: string; params: Record<string, string> } | undefined {
  const parts = path.split('/');
  for (const route of Object.values(contract)) {
    const names = route.path.split('/');
    if (route.method !== method || names.length !== parts.length) continue;
    if (!names.every((name, index) => name.startsWith('{') || name === parts[index])) continue;
    const params = names.flatMap((name, index) => (name.startsWith('{') ? [[name.slice(1, -1), decodeURIComponent(parts[index] ?? '')] as const] : []));
    return { routeKey: `${method} ${route.path}`, params: Object.fromEntries(params) };
  }
  return undefined;
}

export function eventOf(target: { method: string; path: string; query: string; routeKey: string; params: Record<string, string> }, { apiKey, body, raw, headers, isBase64 }: Asked): APIGatewayProxyEventV2 {
  const text = raw ?? (body === undefined ? undefined : JSON.stringify(body));
  return {
    version: '2.0',
    routeKey: target.routeKey,
    rawPath: target.path,
    rawQueryString: target.query,
    headers: { host: 'hub.example', 'content-type': 'application/json', ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }), ...headers },
    pathParameters: target.params,
    requestContext: {
      accountId: '',
      apiId: '',
      domainName: 'hub.example',
      domainPrefix: '',
      http: { method: target.method, path: target.path, protocol: 'HTTP/1.1', sourceIp: '203.0.113.7', userAgent: '' },
      requestId: 'req-1',
      routeKey: target.routeKey,
      stage: '$default',
      time: '',
      timeEpoch: 0,
    },
    ...(text !== undefined && { body: isBase64 === true ? Buffer.from(text).toString('base64') : text }),
    isBase64Encoded: isBase64 ?? false,
  };
}

/** A tenant with a key of the role, written past the API; the same tenant may have several. */
export async function keyFor(hub: MemoryHub, role: Role, change: Partial<Tenant> = {}): Promise<string> {
  const tenant = { ...TENANT, ...change };
  const { apiKey, keyId, hash } = newApiKey(hub.random, tenant.tenantId);
  await hub.tables.transact([hub.tenants.apiKeyWrite({ tenantId: tenant.tenantId, keyId, hash, role, name: role, createdAt: tenant.createdAt })]);
  if ((await hub.tenants.tenant(tenant.tenantId)) === undefined) await hub.tables.transact([hub.tenants.tenantWrite(tenant)]);
  return apiKey;
}

/** The items of a list, as far as a test says what it wants of them. */
export function itemsOf(answer: Answered): Record<string, unknown>[] {
  return z.object({ items: z.array(z.record(z.string(), z.unknown())) }).parse(answer.body).items;
}

/** A text of an answer; '' when it has none of that name. */
export function textIn(answer: Answered, name: string): string {
  return z.string().catch('').parse(answer.body[name]);
}
