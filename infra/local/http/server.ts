import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { LocalFunction } from '../functions/function.ts';
import { HubError } from '../hub-error.ts';
import { readBody } from './body.ts';
import { httpEvent, splitTarget } from './event.ts';
import { gatewayResponse, wireResponse, type WireResponse } from './response.ts';
import type { Match, Router } from './router.ts';

/** What an HTTP API accepts as a body. */
const BODY_BYTES_MAX = 10 * 1_048_576;
/** What Lambda accepts as an event: the gateway refuses what would not fit, base64 included. */
const EVENT_CHARACTERS_MAX = 6 * 1_048_576;
/** The gateway's own limit on all headers together. */
const HEADER_BYTES_MAX = 10_240;
const KEEP_ALIVE_MS = 60_000;
/** These have no length to tell (RFC 9110, 8.6). */
const BODILESS: ReadonlySet<number> = new Set([204, 304]);

export interface RouteTarget {
  readonly function: LocalFunction;
  readonly timeoutMs: number;
}

export interface HttpServer {
  readonly url: string;
  /** Requests before this are answered with 503. */
  serve(router: Router<RouteTarget>): void;
  /** Lets running requests finish, up to the grace time. */
  stop(graceMs: number): Promise<void>;
}

/** Opens the hub's port on this machine only. `port` 0 takes a free one. */
export async function startHttpServer(port: number): Promise<HttpServer> {
  let router: Router<RouteTarget> | undefined;
  const server = createServer({ maxHeaderSize: HEADER_BYTES_MAX, keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
    answer(router, request).then(
      (result) => send(response, result, request.method === 'HEAD'),
      () => response.destroy(),
    );
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening').catch((error: unknown) => {
    throw listenError(error, port);
  });
  const address = server.address();
  const actual = typeof address === 'object' && address !== null ? address.port : port;
  return {
    url: `http://127.0.0.1:${actual}`,
    serve: (ready) => (router = ready),
    stop: (graceMs) => close(server, graceMs),
  };
}

async function answer(router: Router<RouteTarget> | undefined, request: IncomingMessage): Promise<WireResponse> {
  const { method = 'GET', url = '/' } = request;
  const body = await readBody(request, BODY_BYTES_MAX);
  if (body === undefined) return gatewayResponse(413);
  if (router === undefined) return gatewayResponse(503);
  const match = router.match(method, splitTarget(url).path);
  if (match === undefined) return gatewayResponse(404);
  const requestId = randomUUID();
  const event = httpEvent({
    request: { method, target: url, rawHeaders: request.rawHeaders, body, sourceIp: request.socket.remoteAddress ?? '127.0.0.1' },
    routeKey: match.key,
    parameters: match.parameters,
    requestId,
    nowMs: Date.now(),
  });
  if ((event.body?.length ?? 0) > EVENT_CHARACTERS_MAX) return gatewayResponse(413);
  return invoke(match, event, requestId);
}

async function invoke({ target }: Match<RouteTarget>, event: unknown, requestId: string): Promise<WireResponse> {
  const { promise: late, resolve } = Promise.withResolvers<WireResponse>();
  const timer = setTimeout(() => resolve(gatewayResponse(503)), target.timeoutMs);
  const work = target.function.invoke(event, requestId).then(
    (result) => wireResponse(result) ?? gatewayResponse(500),
    () => gatewayResponse(500),
  );
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function send(response: ServerResponse, result: WireResponse, isHead: boolean): void {
  const body = typeof result.body === 'string' ? Buffer.from(result.body) : result.body;
  const length = BODILESS.has(result.status) ? [] : ['content-length', String(body.length)];
  response.writeHead(result.status, [...result.headers, ...length]);
  response.end(isHead ? undefined : body);
}

function listenError(error: unknown, port: number): Error {
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
    return new HubError(`port ${port} is in use; choose another: PORT=${port + 1} npm start`);
  }
  return error instanceof Error ? error : new Error(String(error));
}

async function close(server: Server, graceMs: number): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearTimeout(timer);
}
