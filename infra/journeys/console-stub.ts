import { createServer, type Server } from 'node:http';
import { docsPage } from '../../functions/console/docs.ts';
import { openApiDocument } from '../../functions/console/openapi.ts';
import { page, PAGE_HEADERS } from '../../functions/console/console.ts';
import { ERRORS, type ErrorCode } from '../../shared/kernel/errors.ts';
import { samples } from './console-samples.ts';

export const STUB_KEY = 'sk_demo_0123456789';

type Samples = ReturnType<typeof samples>;

/** The console's files and a fixed day of answers, so that the page is tested alone. `override` can spoil a call. */
export interface ConsoleStub {
  readonly url: string;
  readonly data: Samples;
  override: ((path: string) => { status: number; body: unknown } | undefined) | undefined;
  close(): Promise<void>;
}

/** Starts the stub on a free port of this machine. */
export async function startConsoleStub(nowMs: number): Promise<ConsoleStub> {
  const data = samples(nowMs);
  const stub: { override: ConsoleStub['override'] } = { override: undefined };
  const docs = docsPage(openApiDocument({ version: '0.1.0' }));
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://stub');
    const found = url.pathname === '/docs' ? { status: 200, contentType: 'text/html; charset=utf-8', body: docs, headers: PAGE_HEADERS } : page(url.pathname);
    if (found !== undefined) {
      response.writeHead(found.status, { 'content-type': found.contentType, ...found.headers }).end(found.body);
      return;
    }
    const spoilt = stub.override?.(url.pathname);
    const answer = spoilt ?? (request.headers.authorization === `Bearer ${STUB_KEY}` ? answerOf(data, url) : problem('unauthorized'));
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve());
  });
  return Object.assign(stub, { url: addressOf(server), data, close: () => closed(server) });
}

/** A refusal as the hub words it. */
export function problem(code: ErrorCode): { status: number; body: unknown } {
  const { http, en, zh } = ERRORS[code];
  return { status: http, body: { type: `/docs#${code}`, title: en, titleZh: zh, status: http, code, requestId: 'req_7Qk2' } };
}

function answerOf(data: Samples, url: URL): { status: number; body: unknown } {
  const [, , list = '', id] = url.pathname.split('/');
  if (list === 'orders' && id !== undefined) {
    const order = data.orders.find(({ orderId }) => orderId === decodeURIComponent(id));
    return order === undefined ? problem('order_not_found') : { status: 200, body: order };
  }
  const items = list === 'orders' ? ordersOf(data, url.searchParams) : itemsOf(data, list);
  if (items === undefined) return problem('not_found');
  const start = Number(url.searchParams.get('cursor') ?? 0);
  const end = start + Number(url.searchParams.get('limit') ?? 50);
  return { status: 200, body: { items: items.slice(start, end), nextCursor: end < items.length ? String(end) : null } };
}

function itemsOf(data: Samples, list: string): readonly unknown[] | undefined {
  if (list === 'warehouses') return data.warehouses;
  if (list === 'connections') return data.connections;
  if (list === 'products') return data.products;
  return list === 'stock' ? data.stock : undefined;
}

function ordersOf(data: Samples, query: URLSearchParams): Samples['orders'] {
  const matches = (name: 'status' | 'channel' | 'channelOrderId', value: string): boolean => !query.has(name) || query.get(name) === value;
  return data.orders.filter((order) => matches('status', order.status) && matches('channel', order.channel) && matches('channelOrderId', order.channelOrderId));
}

function addressOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the stub has no port');
  return `http://127.0.0.1:${address.port}`;
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}
