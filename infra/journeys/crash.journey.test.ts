import { afterEach, expect, test } from 'vitest';
import { startChild, type Child } from '../local/fixtures/child-process.ts';
import { agrees, makeOrders, orderKey, pushAll, waitForOrders, type MadeOrder } from '../simulator/burst.ts';
import { tasksFor } from '../simulator/events.ts';
import { HubClient, type HubOrder } from '../simulator/hub-client.ts';
import { sendPushes, type Sent } from '../simulator/sender.ts';
import { expectStockAgrees } from './stock-check.ts';
import { openStory, type Story } from './story.ts';
import { freePort, STORY_MS, temporaryDirectory, WAIT } from './test-hub.ts';

/** The hub is killed in the middle of a burst: what it said it had received, it has. */
const PUSHES = 500;
const ORDERS = 200;
const KILL_AFTER_PUSHES = 250;
/** The orders go from 200 to 500 pushes by their events and repeats. */
const DELIVERIES = { duplicates: 0.25, reorderWindow: 30, seed: 7, concurrency: 16 };
const MIX = { cancelUnpaid: 0.03, cancelPaid: 0.08, hold: 0.1, refundLine: 0.08, changeAddress: 0.1 };
const SEED = 20_261_124;

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

interface Place {
  readonly dataDir: string;
  readonly port: number;
}

async function newPlace(): Promise<Place> {
  const directory = await temporaryDirectory();
  cleanUps.push(() => directory.remove());
  return { dataDir: directory.path, port: await freePort() };
}

/** The hub as `npm start` runs it, in a process that can be killed. */
async function start({ dataDir, port }: Place): Promise<Child> {
  const child = startChild('start.mjs', ['--no-demo'], { PORT: String(port), SHUNIU_DATA: dataDir });
  cleanUps.push(() => child.end('SIGKILL'));
  await child.prints(/is ready at/);
  return child;
}

async function openBurst(place: Place): Promise<{ story: Story; made: MadeOrder[] }> {
  const story = await openStory({ hub: new HubClient(`http://127.0.0.1:${place.port}`), seed: SEED });
  cleanUps.push(() => story.close());
  // The same seed and clock make the same orders in every run.
  const made = makeOrders({ world: story.world, shops: story.shops, count: ORDERS, nowMs: Date.now(), mix: MIX });
  return { story, made };
}

/** Where an order ended, whatever way it took: what both runs must agree on. */
function endOf(order: HubOrder): object {
  const { status, holds, lines, amounts, receiver, allocations } = order;
  return { status, holds, lines: lines.map((line) => ({ sku: line.sku, quantity: line.quantity, status: line.status })), amounts, regionCode: receiver.regionCode, allocations: allocations.map((part) => ({ warehouse: part.warehouse, pieces: part.lines.map(({ sku, quantity }) => ({ sku, quantity })) })) };
}

/** The ends of the named orders, in the order they were made: their ids differ from run to run. */
async function endsOf(story: Story, made: readonly MadeOrder[]): Promise<(object | undefined)[]> {
  const { orders } = await expectStockAgrees(story.client);
  const byKey = new Map(orders.map((order) => [orderKey(order.channel, order.channelOrderId), order]));
  return made.map(({ order }) => {
    const found = byKey.get(orderKey(order.channel, order.orderId));
    return found === undefined ? undefined : endOf(found);
  });
}

async function until(story: Story, orders: readonly MadeOrder[]): Promise<void> {
  const { missing } = await waitForOrders({ client: story.client, orders: orders.map(({ order }) => order), isDone: agrees, timeoutMs: WAIT.timeout });
  expect(missing.map(({ channel, orderId, stage }) => `${channel} ${orderId} ${stage}`)).toEqual([]);
}

const isTold = ({ happenings }: MadeOrder): boolean => happenings.some((happening) => tasksFor(happening).length > 0);

/** Sends the burst once, without trying again, and kills the hub in the middle of it. */
async function burstWithKill(hub: Child, made: readonly MadeOrder[]): Promise<Sent[]> {
  let received = 0;
  let killed: Promise<unknown> | undefined;
  const sent = await pushAll(made, {
    ...DELIVERIES, retryDelaysMs: [],
    onSent({ accepted }) {
      if (accepted) received += 1;
      if (received >= KILL_AFTER_PUSHES) killed ??= hub.end('SIGKILL');
    },
  });
  await killed;
  return sent;
}

test('a hub that is killed in a burst of pushes has everything it said it received', async () => {
  const place = await newPlace();
  const killed = await start(place);
  const { story, made } = await openBurst(place);
  const told = made.filter(isTold);
  const sent = await burstWithKill(killed, made);
  expect(sent.length).toBeGreaterThanOrEqual(PUSHES);
  const accepted = new Set(sent.filter((push) => push.accepted).map(({ channel, orderId }) => orderKey(channel, orderId)));
  const kept = told.filter(({ order }) => accepted.has(orderKey(order.channel, order.orderId)));
  expect(accepted.size).toBeGreaterThan(0);
  expect(accepted.size).toBeLessThan(told.length);

  const killedAtMs = performance.now();
  await start(place);
  const readyMs = Math.round(performance.now() - killedAtMs);
  // One accepted push is enough: the detail that it makes the hub read is the whole truth.
  await until(story, kept);
  const afterRestart = await endsOf(story, kept);
  console.log(`killed after ${sent.filter((push) => push.accepted).length} of ${sent.length} pushes were received, of ${kept.length} orders; ready again after ${readyMs} ms, all decided after ${Math.round(performance.now() - killedAtMs)} ms`);
  expect(afterRestart).not.toContain(undefined);

  // The platforms send again what was not received, and the end is that of a run without the kill.
  await pushAll(made, DELIVERIES);
  await until(story, told);
  const ends = await endsOf(story, told);
  const quiet = await endsWithoutKill();
  expect(ends).toEqual(quiet);
  expect(await endsOf(story, kept)).toEqual(afterRestart);
}, STORY_MS);

async function endsWithoutKill(): Promise<(object | undefined)[]> {
  const place = await newPlace();
  await start(place);
  const { story, made } = await openBurst(place);
  const told = made.filter(isTold);
  const sent = await pushAll(made, DELIVERIES);
  expect(sent.filter(({ accepted }) => !accepted)).toEqual([]);
  await until(story, told);
  return endsOf(story, told);
}

test('a hub that is killed again and again loses no order and no piece', async () => {
  const place = await newPlace();
  let hub = await start(place);
  const { story, made } = await openBurst(place);
  const tasks = made.flatMap(({ happenings }) => happenings.flatMap(tasksFor));
  for (const part of [0, 1, 2]) {
    const size = Math.ceil(tasks.length / 3);
    await sendPushes(tasks.slice(part * size, (part + 1) * size), DELIVERIES);
    await hub.end('SIGKILL');
    hub = await start(place);
  }
  await until(story, made.filter(isTold));
  await expectStockAgrees(story.client);
  expect(await hub.end('SIGTERM')).toBe(0);
}, STORY_MS);
