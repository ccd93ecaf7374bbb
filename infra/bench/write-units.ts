import { createServer, type Server } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { DYNAMODB_ENDPOINT_VARIABLE, startTableEngine } from '../local/engines/dynoxide.ts';
import { startHub } from '../local/runtime.ts';
import { makeOrders, pushAll, waitForOrders, type MadeOrder } from '../simulator/burst.ts';
import { HubClient } from '../simulator/hub-client.ts';
import { startServer } from '../simulator/server.ts';
import { openTenant } from '../simulator/tenant.ts';
import { World } from '../simulator/world.ts';

const ORDERS = 40;
const SEED = 7;
const ARRIVAL_TIMEOUT_MS = 60_000;
const PIECES_PER_ROW = 10_000;

const capacitySchema = z.object({ CapacityUnits: z.number() });
const answerSchema = z.object({ ConsumedCapacity: z.union([capacitySchema, z.array(capacitySchema)]).optional() });

/** Stands before the table engine, asks it for the consumed capacity of every write, and adds it up. */
class CapacityMeter {
  units = 0;
  readonly #engine: string;
  readonly #server: Server;

  constructor(engine: string) {
    this.#engine = engine;
    this.#server = createServer((message, response) => {
      const chunks: Buffer[] = [];
      message.on('data', (chunk: Buffer) => chunks.push(chunk));
      message.on('end', () => {
        const target = String(message.headers['x-amz-target'] ?? '');
        void this.#pass(target, Buffer.concat(chunks).toString('utf8')).then(({ status, body }) => response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(body));
      });
    });
  }

  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const address = this.#server.address();
    return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #pass(target: string, body: string): Promise<{ status: number; body: string }> {
    const writes = /\.(PutItem|UpdateItem|DeleteItem|TransactWriteItems)$/.test(target);
    const asked = writes ? JSON.stringify({ ...z.record(z.string(), z.unknown()).parse(JSON.parse(body)), ReturnConsumedCapacity: 'TOTAL' }) : body;
    const headers = { 'x-amz-target': target, 'content-type': 'application/x-amz-json-1.0', authorization: 'AWS4-HMAC-SHA256 Credential=x/20260101/local/dynamodb/aws4_request, SignedHeaders=host, Signature=0', 'x-amz-date': '20260101T000000Z' };
    const answer = await fetch(this.#engine, { method: 'POST', headers, body: asked });
    const text = await answer.text();
    if (writes && answer.ok) {
      const { ConsumedCapacity: used } = answerSchema.parse(JSON.parse(text));
      this.units += [used ?? []].flat().reduce((sum, { CapacityUnits }) => sum + CapacityUnits, 0);
    }
    return { status: answer.status, body: text };
  }
}

export interface WriteUnits {
  readonly perPaidOrder: number;
  readonly perCreatedThenPaidOrder: number;
}

/** DynamoDB write units per single-line order until it is allocated, indexes included, as the table engine counts them. */
export async function measureWriteUnits(): Promise<WriteUnits> {
  const dir = mkdtempSync(join(tmpdir(), 'shuniu-units-'));
  const engine = await startTableEngine({ dbPath: join(dir, 'tables.db'), log: () => {}, onGone: (reason) => console.error(reason) });
  const meter = new CapacityMeter(engine.endpoint);
  process.env[DYNAMODB_ENDPOINT_VARIABLE] = await meter.open();
  const hub = await startHub({ port: 0, dataDir: join(dir, 'hub') });
  const world = new World({ seed: SEED });
  const server = await startServer({ world });
  try {
    const { client, shops } = await openTenant({ hub: new HubClient(hub.url), world, apiBaseUrl: server.url, company: 'units', stock: () => PIECES_PER_ROW });
    const [goods] = world.goods;
    if (goods === undefined) throw new Error('a world has goods');
    const made = (): MadeOrder[] => makeOrders({ world, shops, count: ORDERS, nowMs: Date.now(), wish: { basket: [{ goods, quantity: 1 }] } });
    const spend = async (orders: MadeOrder[], told: (made: MadeOrder) => MadeOrder['happenings']): Promise<number> => {
      const before = meter.units;
      await pushAll(orders.map((order) => ({ ...order, happenings: told(order) })), { concurrency: 4 });
      await waitForOrders({ client, orders: orders.map(({ order }) => order), isDone: ({ status }) => status === 'allocated', timeoutMs: ARRIVAL_TIMEOUT_MS });
      return (meter.units - before) / ORDERS;
    };
    const perPaidOrder = await spend(made(), ({ happenings }) => happenings.slice(-1));
    const perCreatedThenPaidOrder = await spend(made(), ({ happenings }) => happenings);
    return { perPaidOrder, perCreatedThenPaidOrder };
  } finally {
    delete process.env[DYNAMODB_ENDPOINT_VARIABLE];
    await hub.stop();
    await server.close();
    meter.close();
    await engine.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}
