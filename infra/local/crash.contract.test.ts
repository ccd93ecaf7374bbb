import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { httpCall } from './engines/aws-call.ts';
import { startChild, type Child } from './fixtures/child-process.ts';
import { hubFileSchema } from './runtime.ts';

/** Hubs in processes of their own, so that they can be killed. */
const WAIT = { timeout: 60_000, interval: 100 };
const BURST = 60;
const orderSchema = z.object({ times: z.string(), worker: z.string() });

let dataDir = '';
const children: Child[] = [];

beforeEach(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'shuniu-crash-'));
});

afterEach(async () => {
  await Promise.all(children.splice(0).map((child) => child.end('SIGKILL')));
  await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
});

function start(...parameters: Parameters<typeof startChild>): Child {
  const child = startChild(...parameters);
  children.push(child);
  return child;
}

const urlOf = async (child: Child) => (await child.prints(/ready (http\S+)/))[1] ?? '';
const endpointsOf = async () => hubFileSchema.parse(JSON.parse(await readFile(path.join(dataDir, 'endpoints.json'), 'utf8'))).endpoints;

async function post(url: string, id: string): Promise<number> {
  const response = await fetch(`${url}/orders`, { method: 'POST', body: id, headers: { 'content-type': 'text/plain' } });
  await response.arrayBuffer();
  return response.status;
}

const idsOf = (count: number) => Array.from({ length: count }, (_each, index) => `order-${index}`);

async function seen(url: string, id: string): Promise<boolean> {
  const response = await fetch(`${url}/orders/${id}`);
  return (await response.text()).includes('"seen":"yes"');
}

const allSeen = (url: string, ids: readonly string[]) =>
  vi.waitFor(async () => {
    for (const id of ids) expect(await seen(url, id), id).toBe(true);
  }, WAIT);

describe('a hub that is killed', () => {
  test('loses nothing it has accepted, and its engines go with it', async () => {
    const first = start('fixtures/run-hub.ts', [dataDir]);
    const firstUrl = await urlOf(first);
    const ids = idsOf(BURST);
    const statuses = await Promise.all(ids.map((id) => post(firstUrl, id)));
    expect(new Set(statuses)).toEqual(new Set([202]));
    const engines = await endpointsOf();
    await first.end('SIGKILL');

    for (const url of Object.values(engines)) {
      await vi.waitFor(() => expect(httpCall({ url, method: 'GET' })).rejects.toThrow(/ECONNREFUSED|ECONNRESET/), WAIT);
    }
    const second = start('fixtures/run-hub.ts', [dataDir]);
    await allSeen(await urlOf(second), ids);
    expect(await second.end('SIGTERM')).toBe(0);
  });
});

test('workers in other processes feed a function that the hub leaves to them, each message once', async () => {
  const hub = start('fixtures/run-hub.ts', [dataDir, 'follow']);
  const url = await urlOf(hub);
  const workers = ['one', 'two'].map(() => start('worker.ts', ['--data', dataDir, '--functions', 'work']));
  await Promise.all(workers.map((worker) => worker.prints(/worker \d+ runs work/)));
  await Promise.all(idsOf(BURST).map((id) => post(url, id)));
  await allSeen(url, idsOf(BURST));
  const orders = await Promise.all(idsOf(BURST).map(async (id) => orderSchema.parse(await (await fetch(`${url}/orders/${id}`)).json())));
  expect(new Set(orders.map((order) => order.times))).toEqual(new Set(['1']));
  const pids = workers.map((worker) => String(worker.process.pid));
  expect(orders.filter((order) => !pids.includes(order.worker))).toEqual([]);

  await hub.end('SIGTERM');
  await Promise.all(workers.map((worker) => worker.ended));
  expect(workers.map((worker) => worker.process.exitCode)).toEqual([0, 0]);
});

describe('npm start', () => {
  test('says in one line that the port is in use, and how to take another', async () => {
    const squatter = createServer().listen(0, '127.0.0.1');
    await once(squatter, 'listening');
    const address = squatter.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const hub = start('start.mjs', ['--no-demo'], { PORT: String(port), SHUNIU_DATA: dataDir });
    await hub.ended;
    squatter.close();
    expect(hub.output()).toBe(`port ${port} is in use; choose another: PORT=${port + 1} npm start\n`);
    expect(hub.process.exitCode).toBe(1);
  });

  test('explains itself when an option is unknown', async () => {
    const child = start('start.mjs', ['--wrong']);
    await child.ended;
    expect(child.output()).toContain('usage: npm start');
    expect(child.process.exitCode).toBe(2);
  });
});
