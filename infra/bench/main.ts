import { fork } from 'node:child_process';
import { cpus, release } from 'node:os';
import * as z from 'zod';
import type { PlatformChannel } from '../../shared/kernel/channel-order.ts';
import { makeOrders, waitForOrders } from '../simulator/burst.ts';
import { tasksFor } from '../simulator/events.ts';
import { HubClient } from '../simulator/hub-client.ts';
import { startServer, type PlatformServer } from '../simulator/server.ts';
import { openTenant, type OpenedTenant } from '../simulator/tenant.ts';
import type { PlatformOrder } from '../simulator/order.ts';
import { World } from '../simulator/world.ts';
import { messageOf, startHubChild, type CpuTimes, type HubChild } from './hub-child.ts';
import { fire, type LoadResult, type Shot } from './load.ts';
import { benchRouting } from './routing.ts';
import { measureWriteUnits } from './write-units.ts';

const WARM_UP_ORDERS = 200;
const WARM_UP_PUSHES = 1_000;
const PUSHES = 5_000;
/** Hub and floor take turns, so that a busy moment of the machine meets both. */
const TURNS = 5;
const ORDERS = 1_500;
const IN_FLIGHT = 16;
const SEED = 20_261_124;
const ARRIVAL_TIMEOUT_MS = 300_000;
const PIECES_PER_ROW = 100_000;
/** Workers run side by side, so the last orders of a burst end in any order. */
const LAST_ORDERS = 100;
const ASK_EVERY_MS = 25;

interface Stage {
  readonly hub: HubChild;
  readonly server: PlatformServer;
  readonly world: World;
  readonly tenant: OpenedTenant;
}

/** A hub with a tenant, four shops and stock that never runs out, beside the platforms' own server. */
async function setTheStage(functions?: readonly string[]): Promise<Stage> {
  const hub = await startHubChild(functions);
  const world = new World({ seed: SEED });
  const server = await startServer({ world });
  const tenant = await openTenant({ hub: new HubClient(hub.url), world, apiBaseUrl: server.url, company: 'bench', stock: () => PIECES_PER_ROW });
  return { hub, server, world, tenant };
}

async function strike({ hub, server }: Stage): Promise<void> {
  await hub.stop();
  await server.close();
}

/** The pushes "this order is paid" of fresh orders, signed and ready to send. */
function paidPushes({ world, tenant }: Stage, count: number, channels?: readonly PlatformChannel[]): { shots: Shot[]; orders: ReturnType<typeof makeOrders> } {
  const shops = tenant.shops.filter(({ channel }) => channels === undefined || channels.includes(channel));
  const nowMs = Date.now();
  const orders = makeOrders({ world, shops, count, nowMs });
  const shots = orders.flatMap(({ happenings }) => tasksFor(happenings.at(-1) ?? never()).slice(0, 1).map((task) => task.build({ attempt: 0, nowMs })));
  return { shots, orders };
}

function never(): never {
  throw new Error('there is nothing to measure');
}

/** The floor's server, on the hub's own queue engine. */
async function startFloor({ hub }: Stage): Promise<{ aim(shots: readonly Shot[]): Shot[]; stop(): void }> {
  const child = fork(new URL('./floor.ts', import.meta.url), [hub.endpoints.sqs]);
  const { port } = z.object({ port: z.number() }).parse(await messageOf(child));
  return { aim: (shots) => shots.map((shot) => ({ ...shot, url: `http://127.0.0.1:${port}/` })), stop: () => void child.send('stop') };
}

/** Pushes accepted a second, with nobody working them off, against the floor: in turns, and each by its median turn. */
async function benchIntake(): Promise<{ floor: LoadResult; hub: LoadResult }> {
  const stage = await setTheStage(['console']);
  const floor = await startFloor(stage);
  const { shots } = paidPushes(stage, PUSHES);
  const turns = Array.from({ length: TURNS }, (_, turn) => shots.slice((turn * PUSHES) / TURNS, ((turn + 1) * PUSHES) / TURNS));
  const warmUp = shots.slice(0, WARM_UP_PUSHES);
  await fire(warmUp, IN_FLIGHT);
  await fire(floor.aim(warmUp), IN_FLIGHT);
  const results: { floor: LoadResult; hub: LoadResult }[] = [];
  for (const turn of turns) results.push({ hub: await fire(turn, IN_FLIGHT), floor: await fire(floor.aim(turn), IN_FLIGHT) });
  floor.stop();
  await strike(stage);
  return { floor: median(results.map((result) => result.floor)), hub: median(results.map((result) => result.hub)) };
}

function median(results: readonly LoadResult[]): LoadResult {
  return results.toSorted((a, b) => a.perSecond - b.perSecond)[Math.floor(results.length / 2)] ?? never();
}

interface EndToEnd {
  readonly pushes: LoadResult;
  readonly seconds: number;
  readonly perSecond: number;
  readonly cpuMsPerOrder: CpuTimes;
}

/** From the first push of a burst to the last order allocated: verify, queue, fetch, route, reserve, write. */
async function benchOrders(): Promise<EndToEnd> {
  const stage = await setTheStage();
  await runOrders(stage, WARM_UP_ORDERS);
  const before = await stage.hub.cpu();
  const { pushes, seconds, orders } = await runOrders(stage, ORDERS);
  const after = await stage.hub.cpu();
  const { missing } = await waitForOrders({ client: stage.tenant.client, orders, isDone: isAllocated, timeoutMs: ARRIVAL_TIMEOUT_MS });
  if (missing.length > 0) throw new Error(`${missing.length} orders were not allocated in time`);
  await strike(stage);
  const each = (part: keyof CpuTimes): number => (after[part] - before[part]) / ORDERS;
  return { pushes, seconds, perSecond: ORDERS / seconds, cpuMsPerOrder: { hub: each('hub'), queueEngine: each('queueEngine'), tableEngine: each('tableEngine') } };
}

function isAllocated({ status }: { readonly status: string }): boolean {
  return status === 'allocated';
}

/** Sends a burst and waits for the last orders of it, asking for one at a time, so that asking costs the hub next to nothing. */
async function runOrders(stage: Stage, count: number): Promise<{ pushes: LoadResult; seconds: number; orders: PlatformOrder[] }> {
  const { shots, orders } = paidPushes(stage, count);
  const startedAtMs = performance.now();
  const pushes = await fire(shots, IN_FLIGHT);
  for (const { order } of orders.slice(-LAST_ORDERS)) await waitForOrder(stage.tenant.client, order);
  return { pushes, seconds: (performance.now() - startedAtMs) / 1_000, orders: orders.map(({ order }) => order) };
}

async function waitForOrder(client: HubClient, { channel, orderId }: PlatformOrder): Promise<void> {
  const deadlineMs = performance.now() + ARRIVAL_TIMEOUT_MS;
  while (performance.now() < deadlineMs) {
    const found = await client.findOrder(channel, orderId);
    if (found !== undefined && isAllocated(found)) return;
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
  }
  throw new Error(`${channel} ${orderId} was not allocated in time`);
}

function row(name: string, { perSecond, p50Ms, p99Ms, failed }: LoadResult): string {
  return `${name.padEnd(28)} ${perSecond.toFixed(0).padStart(6)} /s   p50 ${p50Ms.toFixed(1).padStart(6)} ms   p99 ${p99Ms.toFixed(1).padStart(7)} ms   failed ${failed}`;
}

console.log(`node ${process.version}, ${cpus().length} cores (${cpus()[0]?.model ?? '?'}), linux ${release()}, ${IN_FLIGHT} in flight\n`);
const intake = await benchIntake();
console.log(row('floor: bare server + queue', intake.floor));
console.log(row('hub: accepted pushes', intake.hub));
console.log(`${'share of the floor'.padEnd(28)} ${((100 * intake.hub.perSecond) / intake.floor.perSecond).toFixed(0).padStart(6)} %    (aim: at least 50 %)\n`);
const orders = await benchOrders();
const { hub, queueEngine, tableEngine } = orders.cpuMsPerOrder;
console.log(`${'orders until allocated'.padEnd(28)} ${orders.perSecond.toFixed(0).padStart(6)} /s   (aim: at least 150)`);
console.log(`${'CPU per order'.padEnd(28)} ${(hub + queueEngine + tableEngine).toFixed(2).padStart(6)} ms   (aim: at most 8)  hub ${hub.toFixed(2)}, queue engine ${queueEngine.toFixed(2)}, table engine ${tableEngine.toFixed(2)}\n`);
const routing = benchRouting();
console.log(`${'routing decisions'.padEnd(28)} ${routing.perSecond.toFixed(0).padStart(6)} /s   p50 ${routing.p50Us.toFixed(1)} us, p99 ${(routing.p99Us / 1_000).toFixed(3)} ms   (aim: p99 below 1 ms)`);
const units = await measureWriteUnits();
console.log(`${'DynamoDB write units'.padEnd(28)} ${units.perPaidOrder.toFixed(1).padStart(6)} per single-line order that arrives paid, ${units.perCreatedThenPaidOrder.toFixed(1)} when it arrives unpaid first   (aim: at most 12)`);
