import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { PLATFORM_CHANNELS } from '../../shared/kernel/channel-order.ts';
import { agrees, makeOrders, orderKey, pushAll, waitForOrders } from './burst.ts';
import type { MadeOrder, Waited } from './burst.ts';
import { tasksFor } from './events.ts';
import { HubClient } from './hub-client.ts';
import { startServer } from './server.ts';
import type { Sent } from './sender.ts';
import { percentile, table } from './show.ts';
import { openTenant } from './tenant.ts';
import { World } from './world.ts';

const ORDERS = 200;
const DUPLICATE_SHARE = 0.15;
const REORDER_WINDOW = 40;
const CONCURRENCY = 8;
const ARRIVAL_TIMEOUT_MS = 120_000;
const PROGRESS_EVERY = 25;
const DEFAULT_PORT = '8787';
const MIX = { cancelUnpaid: 0.03, cancelPaid: 0.04, hold: 0.06, refundLine: 0.04, changeAddress: 0.05 };

/** 200 orders over four channels, repeated and out of order, into a hub; says what became of each. */
async function demo(): Promise<number> {
  const { values } = parseArgs({ options: { hub: { type: 'string' } } });
  const hub = await findHub(values.hub);
  const world = new World({ seed: Date.now() });
  const server = await startServer({ world });
  try {
    console.log(`Hub ${hub.url}; opening a tenant with 5 warehouses, ${world.goods.length} products, 4 shops …`);
    const tenant = await openTenant({ hub: new HubClient(hub.url), world, apiBaseUrl: server.url, company: 'npm run demo' });
    const startedAtMs = Date.now();
    const made = makeOrders({ world, shops: tenant.shops, count: ORDERS, nowMs: startedAtMs, mix: MIX });
    const firstAcceptedAtMs = new Map<string, number>();
    const sent = await pushAll(made, {
      duplicates: DUPLICATE_SHARE, reorderWindow: REORDER_WINDOW, seed: startedAtMs, concurrency: CONCURRENCY,
      onSent: ({ channel, orderId, accepted }) => {
        const key = orderKey(channel, orderId);
        if (accepted && !firstAcceptedAtMs.has(key)) firstAcceptedAtMs.set(key, Date.now());
        report('orders sent', firstAcceptedAtMs.size);
      },
    });
    const waited = await waitForOrders({
      client: tenant.client, orders: made.filter(isPushed).map(({ order }) => order), isDone: agrees,
      timeoutMs: ARRIVAL_TIMEOUT_MS, onProgress: (done) => report('orders decided', done),
    });
    console.log(summary({ made, sent, waited, firstAcceptedAtMs, startedAtMs }));
    if (hub.stays) console.log(`\nLook: ${hub.url}/#key=${tenant.client.apiKey}`);
    for (const order of waited.missing) console.error(`missing, or not what the platform says: ${order.channel} ${order.orderId} (${order.stage} there, ${waited.found.get(orderKey(order.channel, order.orderId))?.status ?? 'absent'} here)`);
    return waited.missing.length === 0 ? 0 : 1;
  } finally {
    await server.close();
    await hub.close();
  }
}

interface FoundHub {
  readonly url: string;
  /** Whether it goes on running after us, so that its page can be looked at. */
  readonly stays: boolean;
  close(): Promise<void>;
}

/** The hub named, or the one already running here, or one of our own in a directory that is thrown away. */
async function findHub(named: string | undefined): Promise<FoundHub> {
  const url = named ?? `http://127.0.0.1:${process.env['PORT'] ?? DEFAULT_PORT}`;
  if (await new HubClient(url).isHealthy()) return { url, stays: true, close: async () => {} };
  if (named !== undefined) throw new Error(`no hub answers at ${named}/health`);
  const { startHub } = await import('../local/runtime.ts');
  const dataDir = await mkdtemp(join(tmpdir(), 'shuniu-demo-'));
  console.log('No hub is running here: starting one of our own …');
  const hub = await startHub({ port: 0, dataDir });
  return {
    url: hub.url,
    stays: false,
    close: async () => {
      await hub.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Pinduoduo says nothing of an order that was never paid, so the hub cannot know it. */
function isPushed({ happenings }: MadeOrder): boolean {
  return happenings.some((happening) => tasksFor(happening).length > 0);
}

let reported = '';

/** One line that renews itself on a terminal; elsewhere a line for every 25. */
function report(what: string, count: number): void {
  const line = `${what}: ${count}/${ORDERS}`;
  if (line === reported) return;
  reported = line;
  if (process.stdout.isTTY) process.stdout.write(`\r\u001B[K${line}${count >= ORDERS ? '\n' : ''}`);
  else if (count > 0 && count % PROGRESS_EVERY === 0) console.log(line);
}

interface Run {
  readonly made: readonly MadeOrder[];
  readonly sent: readonly Sent[];
  readonly waited: Waited;
  readonly firstAcceptedAtMs: ReadonlyMap<string, number>;
  readonly startedAtMs: number;
}

function summary(run: Run): string {
  const { waited, startedAtMs } = run;
  const statuses = ['allocated', 'backordered', 'held', 'cancelled'];
  const channels = PLATFORM_CHANNELS.map((channel) => {
    const orders = [...waited.found.values()].filter((order) => order.channel === channel);
    const pushes = run.sent.filter((sent) => sent.channel === channel);
    const counts = statuses.map((status) => orders.filter((order) => order.status === status).length);
    const others = orders.length - counts.reduce((sum, count) => sum + count, 0);
    return [channel, run.made.filter(({ order }) => order.channel === channel).length, pushes.length, pushes.filter(({ duplicate }) => duplicate).length, orders.length, ...counts, others].map(String);
  });
  const parcels = Map.groupBy([...waited.found.values()].flatMap(({ allocations }) => allocations), ({ warehouse }) => warehouse);
  const times = allocationTimesMs(run);
  return [
    '', table([['channel', 'orders', 'pushes', 'duplicates', 'in hub', ...statuses, 'other'], ...channels]),
    '(Pinduoduo says nothing of an order that was cancelled before it was paid, so the hub cannot know those.)',
    '', table([['warehouse', 'parcels'], ...[...parcels].map(([warehouse, list]) => [warehouse, String(list.length)])]),
    '', `push received to stock allocated: p50 ${shownMs(percentile(times, 0.5))}, p95 ${shownMs(percentile(times, 0.95))} (${times.length} orders)`,
    `total ${((Date.now() - startedAtMs) / 1_000).toFixed(1)} s, ${run.sent.filter(({ accepted }) => !accepted).length} pushes not accepted, ${waited.missing.length} orders missing`,
  ].join('\n');
}

/** From the first push the hub took to the moment its timeline says `allocated`; both clocks are this machine's. */
function allocationTimesMs({ waited, firstAcceptedAtMs }: Run): number[] {
  const times: number[] = [];
  for (const [key, order] of waited.found) {
    const allocated = order.timeline.find(({ event }) => event === 'allocated');
    const acceptedAtMs = firstAcceptedAtMs.get(key);
    if (allocated !== undefined && acceptedAtMs !== undefined) times.push(Math.max(0, Date.parse(allocated.at) - acceptedAtMs));
  }
  return times;
}

function shownMs(ms: number | undefined): string {
  return ms === undefined ? '-' : `${Math.round(ms)} ms`;
}

process.exitCode = await demo();
