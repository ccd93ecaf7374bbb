import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startDemo } from './demo-feed.ts';
import { worldSnapshotSchema } from './snapshot.ts';

/** A hub that takes everything, and has decided every order it is asked about. */
class StubHub {
  readonly calls: string[] = [];
  readonly pushes: string[] = [];
  url = '';
  #server: Server | undefined;

  async start(): Promise<void> {
    const server = createServer((request, response) => {
      text(request).then((body) => response.end(this.#answer(`${request.method ?? ''} ${request.url ?? ''}`, body)), () => response.writeHead(500).end());
    });
    await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
    const address = server.address();
    this.url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
    this.#server = server;
  }

  stop(): void {
    this.#server?.closeAllConnections();
    this.#server?.close();
  }

  #answer(call: string, body: string): string {
    this.calls.push(call);
    const url = new URL(call.split(' ')[1] ?? '/', this.url);
    if (call === 'POST /v1/trials') return JSON.stringify({ tenantId: 't1', apiKey: 'sk_demo' });
    if (call === 'POST /v1/connections') {
      const { channel }: { channel: string } = JSON.parse(body);
      return JSON.stringify({ connectionId: channel, webhookUrl: `/webhooks/${channel}/${channel}`, relaySecret: 'whsec_c2VjcmV0' });
    }
    if (url.pathname.startsWith('/webhooks/')) {
      this.pushes.push(body);
      return url.pathname.startsWith('/webhooks/wechat') ? 'success' : '{"code":0,"msg":"success"}';
    }
    if (url.pathname === '/v1/orders') return JSON.stringify({ items: [decided(url.searchParams)], nextCursor: null });
    return url.pathname === '/v1/stock' ? '{"items":[],"nextCursor":null}' : '{}';
  }
}

function decided(query: URLSearchParams): object {
  const lines = [{ lineId: '1', sku: 'A', title: '保温杯', quantity: 2, unitPriceFen: 1, paidFen: 2, status: 'allocated' }];
  return {
    orderId: 'o1', channel: query.get('channel') ?? 'douyin', channelOrderId: query.get('channelOrderId') ?? '1', status: 'allocated', holds: [], lines,
    amounts: { goodsFen: 2, freightFen: 0, sellerDiscountFen: 0, platformDiscountFen: 0, paidFen: 2 },
    receiver: { province: '浙江省', city: '杭州市', district: '滨江区', regionCode: '330108', regionStatus: 'current' },
    allocations: [{ warehouse: 'JX', lines: [{ lineId: '1', sku: 'A', quantity: 2 }] }],
    routing: { chosen: { warehouses: ['JX'], costFen: 500, distanceKm: 80, why: '最近且有货' } }, shipments: [], timeline: [], createdAt: '2026-11-24T02:30:00Z', version: 1,
  };
}

let hub: StubHub;
let dataDir: string;

beforeEach(async () => {
  hub = new StubHub();
  await hub.start();
  dataDir = await mkdtemp(join(tmpdir(), 'shuniu-feed-'));
});
afterEach(async () => {
  hub.stop();
  await rm(dataDir, { recursive: true, force: true });
});

/** Runs the demo until a line of it satisfies the condition. */
async function runUntil(isEnough: (line: string) => boolean): Promise<string[]> {
  const lines: string[] = [];
  const enough = Promise.withResolvers<void>();
  const log = (line: string): void => {
    lines.push(line);
    if (isEnough(line)) enough.resolve();
  };
  const demo = await startDemo({ hubUrl: hub.url, dataDir, log, coloured: false, pace: { orderEveryMs: 20, watchEveryMs: 20 } });
  await enough.promise;
  await demo.stop();
  return lines;
}

test('the demo sets up a tenant, says where to look, and tells of each order', async () => {
  const lines = await runUntil((line) => line.includes('→'));
  expect(lines.some((line) => line.includes(`${hub.url}/#key=sk_demo`))).toBe(true);
  expect(lines.at(-1)).toMatch(/^\d\d:\d\d:\d\d {2}\S+ +保温杯×2 {2}嘉兴仓 → 浙江省杭州市滨江区 {2}\(最近且有货\)$/);
  expect(hub.calls.filter((call) => call.startsWith('PUT /v1/warehouses/'))).toHaveLength(5);
  expect(hub.calls.filter((call) => call.startsWith('PUT /v1/products/'))).toHaveLength(40);
  expect(hub.calls.filter((call) => call === 'POST /v1/connections')).toHaveLength(4);
  expect(hub.pushes.length).toBeGreaterThan(0);
});

test('a restart finds the same tenant, shops and orders again', async () => {
  await runUntil((line) => line.includes('→'));
  const before = worldSnapshotSchema.parse(JSON.parse(await readFile(join(dataDir, 'simulator.json'), 'utf8')));
  await runUntil((line) => line.includes('→'));
  const after = worldSnapshotSchema.parse(JSON.parse(await readFile(join(dataDir, 'simulator.json'), 'utf8')));
  expect(hub.calls.filter((call) => call === 'POST /v1/trials')).toHaveLength(1);
  expect(after.shops).toEqual(before.shops);
  expect(after.orders.slice(0, before.orders.length).map(({ orderId }) => orderId)).toEqual(before.orders.map(({ orderId }) => orderId));
});

async function text(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}
