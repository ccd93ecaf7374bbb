import * as z from 'zod';
import { BODY_BYTES_MAX, IDEMPOTENCY_KEY_CHARACTERS_MAX, type Route } from '../../shared/kernel/contract.ts';
import { ERRORS, type ErrorCode } from '../../shared/kernel/errors.ts';
import { contract as orders } from '../orders-api/contract.ts';
import { contract as setup } from '../setup-api/contract.ts';
import { contract as stock } from '../stock-api/contract.ts';
import { contract as service } from './contract.ts';
import type { Answer, Content, JsonSchema, Method, OpenApiDocument, Operation, Parameter, Reference } from './openapi-model.ts';
import { propertiesOf, SchemaBook } from './openapi-schemas.ts';
import { webhookPaths } from './openapi-webhooks.ts';

export interface DocumentOptions {
  readonly version: string;
  /** Where the hub is reached; left out, the address the document came from. */
  readonly serverUrl?: string;
}

const INTRODUCTION = [
  'Shuniu 枢纽 brings the orders of Douyin, Taobao, Pinduoduo, WeChat and offline shops into one form, reserves stock in the nearest sensible warehouse, and follows them until they are shipped.',
  'Money is integer fen (`…Fen`), times are ISO 8601 in UTC, platform ids are strings. Lists answer `{items, nextCursor}`. Refusals are RFC 9457 problem documents with a stable `code`.',
].join('\n\n');

const TAGS = [
  { name: 'setup', description: 'Trials, warehouses, shop connections, and export' },
  { name: 'stock', description: 'Products, what lies where, and every change of it' },
  { name: 'orders', description: 'Orders: placed, found, and moved by people' },
  { name: 'webhooks', description: 'Where platforms and partners push' },
  { name: 'service', description: 'The console, this description, and whether the hub is up' },
];

const IDEMPOTENCY_KEY: Parameter = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'Repeat a call safely: the same key with the same body gives the first answer again; with another body it is refused with 409.',
  schema: { type: 'string', minLength: 1, maxLength: IDEMPOTENCY_KEY_CHARACTERS_MAX },
};

const problemSchema = z
  .object({
    type: z.string().meta({ description: 'Where the code is explained' }),
    title: z.string(),
    titleZh: z.string(),
    status: z.int(),
    code: z.string().meta({ description: 'Stable for ever: act on this' }),
    detail: z.string().optional().meta({ description: 'What was wrong this time' }),
    fields: z.array(z.object({ path: z.string(), message: z.string() })).optional().meta({ description: 'Which fields of the call were wrong' }),
    requestId: z.string().meta({ description: 'Quote it when you report a fault' }),
  })
  .meta({ id: 'Problem', description: 'A refusal (RFC 9457)' });

/** The whole API as OpenAPI 3.1, made from the contracts that also route and check the calls. */
export function openApiDocument({ version, serverUrl = '/' }: DocumentOptions): OpenApiDocument {
  const book = new SchemaBook();
  book.add(problemSchema);
  const paths: OpenApiDocument['paths'] = {};
  for (const [name, route] of Object.entries<Route>({ ...setup, ...stock, ...orders, ...service })) {
    // OpenAPI has no word for "the rest of the path".
    const path = route.path.replace('+}', '}');
    paths[path] = { ...paths[path], [methodOf(route)]: operationOf(name, route, book) };
  }
  return {
    openapi: '3.1.1',
    info: { title: 'Shuniu 枢纽 API', version, description: INTRODUCTION, license: { name: 'MIT', identifier: 'MIT' } },
    jsonSchemaDialect: 'https://json-schema.org/draft/2020-12/schema',
    servers: [{ url: serverUrl }],
    tags: TAGS,
    paths: { ...paths, ...webhookPaths(problemAnswers) },
    components: {
      schemas: book.schemas,
      parameters: { IdempotencyKey: IDEMPOTENCY_KEY },
      securitySchemes: { apiKey: { type: 'http', scheme: 'bearer', description: 'An API key: `Authorization: Bearer sk_…`' } },
    },
  };
}

function methodOf({ method }: Route): Method {
  const words = { GET: 'get', PUT: 'put', POST: 'post', DELETE: 'delete' } as const;
  return words[method];
}

function operationOf(name: string, route: Route, book: SchemaBook): Operation {
  const { tag, summary, body } = route;
  const parameters = parametersOf(route);
  const description = descriptionOf(route);
  return {
    operationId: name,
    tags: [tag],
    summary,
    ...(description !== '' && { description }),
    security: route.auth === 'none' ? [] : [{ apiKey: [] }],
    ...(parameters.length > 0 && { parameters }),
    ...(body !== undefined && { requestBody: { required: true, description: `At most ${BODY_BYTES_MAX / 1024} KiB`, content: jsonContent(book.add(body)) } }),
    responses: { [route.status]: answerOf(route, book), ...problemAnswers(refusalsOf(route)) },
  };
}

function descriptionOf({ description, roles, writes }: Route): string {
  const who = roles === undefined ? '' : `Roles: ${roles.join(', ')}.`;
  return [description, who, writes === true ? 'Refused once a trial has ended.' : ''].filter((text) => text !== undefined && text !== '').join(' ');
}

function parametersOf({ params, query, idempotent }: Route): (Parameter | Reference)[] {
  const inPath = params === undefined ? [] : propertiesOf(params).map((found): Parameter => ({ ...found, in: 'path', required: true }));
  const inQuery = query === undefined ? [] : propertiesOf(query).map((found): Parameter => ({ ...found, in: 'query' }));
  return [...inPath, ...inQuery, ...(idempotent === true ? [{ $ref: '#/components/parameters/IdempotencyKey' }] : [])];
}

function answerOf({ status, answer, contentType = 'application/json' }: Route, book: SchemaBook): Answer {
  return { description: status === 201 ? 'Created' : 'OK', content: { [contentType]: { schema: book.add(answer) } } };
}

function jsonContent(schema: JsonSchema): Content {
  return { 'application/json': { schema } };
}

/** Every code a call can be refused with: its own, and those that follow from how it is called. */
function refusalsOf(route: Route): ErrorCode[] {
  const takesInput = route.body !== undefined || route.params !== undefined || route.query !== undefined;
  const codes: ErrorCode[] = [
    ...(route.auth === 'key' ? (['unauthorized'] as const) : []),
    ...(route.roles === undefined ? [] : (['forbidden'] as const)),
    ...(route.writes === true ? (['trial_expired', 'busy'] as const) : []),
    ...(route.body === undefined ? [] : (['invalid_json', 'body_too_large', 'unsupported_media_type'] as const)),
    ...(takesInput ? (['invalid_input'] as const) : []),
    ...(route.idempotent === true ? (['idempotency_conflict'] as const) : []),
    ...(route.tag === 'service' ? [] : (['rate_limited'] as const)),
    ...(route.refusals ?? []),
    'internal',
  ];
  return [...new Set(codes)];
}

/** Refusals grouped by their HTTP status, each a problem document with one of the codes. */
function problemAnswers(codes: readonly ErrorCode[]): Record<string, Answer> {
  const groups = Map.groupBy(codes, (code) => ERRORS[code].http);
  return Object.fromEntries([...groups].toSorted(([a], [b]) => a - b).map(([status, group]) => [String(status), problemAnswer(group)]));
}

function problemAnswer(codes: readonly ErrorCode[]): Answer {
  const schema = { allOf: [{ $ref: '#/components/schemas/Problem' }, { properties: { code: { enum: [...codes] } } }] };
  return {
    description: codes.map((code) => `\`${code}\`: ${ERRORS[code].en}`).join('\n'),
    content: { 'application/problem+json': { schema } },
  };
}
