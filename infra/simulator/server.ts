import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { PlatformChannel } from '../../shared/kernel/channel-order.ts';
import type { ApiReply, ApiRequest, AppTokens } from './api.ts';
import { douyinMount } from './douyin/api.ts';
import type { PlatformOrder } from './order.ts';
import { pinduoduoMount } from './pinduoduo/api.ts';
import { taobaoMount } from './taobao/api.ts';
import { TOKEN_PATH, wechatMount } from './wechat/api.ts';
import type { World } from './world.ts';

const BODY_BYTES_MAX = 1_048_576;
const TOKEN_SECONDS = 7_200;
const MOUNTS = [douyinMount, taobaoMount, pinduoduoMount, wechatMount];

/**
 * A disturbance for the next `times` calls of a channel. `latency` delays and then answers properly; `stale` answers
 * with the order as it was before its last move; `token_expired` is the platform's error for a dead token.
 */
export interface Fault {
  readonly kind: 'throttle' | 'server_error' | 'latency' | 'stale' | 'token_expired';
  readonly channel?: PlatformChannel;
  /** Only calls of this path; when absent, all but WeChat's token call. */
  readonly path?: string;
  readonly times: number;
  readonly latencyMs?: number;
}

export interface CallCounts {
  readonly total: number;
  readonly byCall: ReadonlyMap<string, number>;
  readonly refusals: ReadonlyMap<string, number>;
}

export interface PlatformServer {
  /** Goes into the hub as `apiBaseUrl`. */
  readonly url: string;
  readonly port: number;
  addFault(fault: Fault): void;
  clearFaults(): void;
  /** Makes every WeChat token given out so far expire. */
  expireTokens(): void;
  counts(): CallCounts;
  resetCounts(): void;
  close(): Promise<void>;
}

export interface ServerOptions {
  readonly world: World;
  /** 0 takes any free port. */
  readonly port?: number;
  readonly nowMs?: () => number;
  /** Told of every shipment the hub reported and a platform took. */
  readonly onShipment?: (order: PlatformOrder) => void;
}

/** Serves the APIs of all four platforms at their real paths on one local address. */
export async function startServer(options: ServerOptions): Promise<PlatformServer> {
  const state = new ServerState(options);
  const server = createServer((request, response) => {
    state.serve(request, response).catch((error: unknown) => {
      response.writeHead(500, { 'content-type': 'text/plain' }).end(String(error));
    });
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    addFault: (fault) => state.faults.push({ fault, left: fault.times }),
    clearFaults: () => state.faults.splice(0),
    expireTokens: () => state.tokens.expire(),
    counts: () => ({ total: state.total, byCall: new Map(state.byCall), refusals: new Map(state.refusals) }),
    resetCounts: () => state.reset(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

class ServerState {
  readonly faults: { readonly fault: Fault; left: number }[] = [];
  readonly tokens = new Tokens();
  readonly byCall = new Map<string, number>();
  readonly refusals = new Map<string, number>();
  total = 0;
  readonly #options: ServerOptions;
  readonly #rendered = new WeakMap<PlatformOrder, string>();

  constructor(options: ServerOptions) {
    this.#options = options;
  }

  reset(): void {
    this.total = 0;
    this.byCall.clear();
    this.refusals.clear();
  }

  async serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await read(message);
    const mount = MOUNTS.find((candidate) => candidate.serves(request.path));
    if (mount === undefined) return respond(response, { status: 404, body: '{}' });
    const fault = this.#takeFault(mount.channel, request);
    if (fault?.kind === 'latency') await new Promise((resolve) => setTimeout(resolve, fault.latencyMs ?? 0));
    if (fault?.kind === 'server_error') {
      this.#count({ call: request.path, status: 502, body: '', refused: 'server_error' });
      return respond(response, { status: 502, body: '<html>502 Bad Gateway</html>' });
    }
    const reply = mount.api(request, {
      world: this.#options.world,
      nowMs: (this.#options.nowMs ?? Date.now)(),
      tokens: this.tokens,
      render: (order, build) => this.#render(order, build),
      ...(fault === undefined || fault.kind === 'latency' ? {} : { fault: fault.kind }),
    });
    this.#count(reply);
    if (reply.shipped !== undefined) this.#options.onShipment?.(reply.shipped);
    respond(response, reply);
  }

  #count(reply: ApiReply): void {
    this.total += 1;
    this.byCall.set(reply.call, (this.byCall.get(reply.call) ?? 0) + 1);
    if (reply.refused !== undefined) this.refusals.set(reply.refused, (this.refusals.get(reply.refused) ?? 0) + 1);
  }

  #takeFault(channel: PlatformChannel, { path }: ApiRequest): Fault | undefined {
    const meant = ({ fault, left }: { fault: Fault; left: number }): boolean =>
      left > 0 && (fault.channel ?? channel) === channel && (fault.path === undefined ? path !== TOKEN_PATH : path === fault.path);
    const entry = this.faults.find(meant);
    if (entry === undefined) return undefined;
    entry.left -= 1;
    return entry.fault;
  }

  /** An order never changes in place, so its text can be kept as long as the order itself. */
  #render(order: PlatformOrder, build: (order: PlatformOrder) => string): string {
    const kept = this.#rendered.get(order);
    if (kept !== undefined) return kept;
    const text = build(order);
    this.#rendered.set(order, text);
    return text;
  }
}

interface GivenToken {
  readonly appId: string;
  expiresAtMs: number;
}

class Tokens implements AppTokens {
  readonly #given = new Map<string, GivenToken>();
  readonly #current = new Map<string, string>();

  give(appId: string, options: { readonly nowMs: number; readonly fresh: boolean }): { readonly token: string; readonly expiresInSeconds: number } {
    const current = this.#current.get(appId);
    const given = current === undefined ? undefined : this.#given.get(current);
    if (current !== undefined && given !== undefined && !options.fresh && given.expiresAtMs > options.nowMs) {
      return { token: current, expiresInSeconds: Math.floor((given.expiresAtMs - options.nowMs) / 1_000) };
    }
    const token = randomBytes(32).toString('base64url');
    this.#given.set(token, { appId, expiresAtMs: options.nowMs + TOKEN_SECONDS * 1_000 });
    this.#current.set(appId, token);
    return { token, expiresInSeconds: TOKEN_SECONDS };
  }

  read(token: string, nowMs: number): { readonly appId: string; readonly alive: boolean } | undefined {
    const given = this.#given.get(token);
    return given === undefined ? undefined : { appId: given.appId, alive: given.expiresAtMs > nowMs };
  }

  expire(): void {
    for (const given of this.#given.values()) given.expiresAtMs = 0;
  }
}

/** By events, not by `for await`: this runs once per call of a benchmark. */
function read(message: IncomingMessage): Promise<ApiRequest> {
  const chunks: Buffer[] = [];
  let byteCount = 0;
  return new Promise((resolve, reject) => {
    message.on('data', (chunk: Buffer) => {
      byteCount += chunk.length;
      if (byteCount > BODY_BYTES_MAX) reject(new RangeError('the body is too large'));
      else chunks.push(chunk);
    });
    message.on('error', reject);
    message.on('end', () => {
      const [path = '/', query = ''] = (message.url ?? '/').split('?', 2);
      resolve({ method: message.method ?? 'GET', path, query: new URLSearchParams(query), body: Buffer.concat(chunks).toString('utf8') });
    });
  });
}

function respond(response: ServerResponse, reply: { readonly status: number; readonly body: string }): void {
  response.writeHead(reply.status, { 'content-type': 'application/json; charset=utf-8', 'content-length': Buffer.byteLength(reply.body) }).end(reply.body);
}
