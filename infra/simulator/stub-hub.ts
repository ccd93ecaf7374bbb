import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import { jsonField } from './push.ts';

/** Stands in for the hub in these tests: it takes every push, and has decided every order it is asked about. */
export class StubHub {
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
      const channel = String(jsonField(body, 'channel'));
      return JSON.stringify({ connectionId: channel, webhookUrl: `/webhooks/${channel}/${channel}`, relaySecret: 'whsec_c2VjcmV0' });
    }
    if (url.pathname.startsWith('/webhooks/')) {
      const echo = url.searchParams.get('echostr');
      if (echo !== null) return echo;
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

function text(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  return new Promise((resolve, reject) => {
    message.on('data', (chunk: Buffer) => chunks.push(chunk));
    message.on('error', reject);
    message.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
  });
}
