import { Agent } from 'node:http';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { PLATFORM_CHANNELS } from '../../shared/kernel/channel-order.ts';
import { startChild, type Child } from '../local/fixtures/child-process.ts';
import { GOODS, type Goods } from '../simulator/goods.ts';
import type { HubOrder } from '../simulator/hub-client.ts';
import { api, type ApiAnswer } from './http-call.ts';
import { offlineBody, oneLine, orderIn, sell, type OfflineLine } from './offline-order.ts';
import { expectStockAgrees, movementsOf } from './stock-check.ts';
import { openStory, TWO_WAREHOUSES, type Story } from './story.ts';
import { startTestHub, STORY_MS, WAIT, type TestHub } from './test-hub.ts';

/** Many buyers want the last pieces at once: nobody gets what is not there, and nobody is lost. */
const BUYERS = 64;
const PIECES = 10;
const ROUNDS = 20;
const IN_FLIGHT = [64, 8] as const;

const { JX } = TWO_WAREHOUSES;
if (JX === undefined) throw new Error('the story has no first warehouse');

let hub: TestHub;
let story: Story;
let agent: Agent;
let seed = 0;

beforeAll(async () => {
  hub = await startTestHub();
});
afterAll(() => hub?.stop());
beforeEach(async () => {
  seed += 1;
  agent = new Agent({ keepAlive: true, maxSockets: BUYERS });
  // Each round sells a thing of its own, in one warehouse that has the last pieces of it.
  story = await openStory({ hub: hub.client, seed, goods: GOODS.slice(0, ROUNDS), warehouses: { JX }, stock: () => PIECES });
});
afterEach(async () => {
  agent.destroy();
  await hub.queues.quiet();
  await expectStockAgrees(story.client);
  await story.close();
});

/** Runs the work with so many at once; gives the answers in the order of the work. */
async function inFlight<T>(atOnce: number, work: readonly (() => Promise<T>)[]): Promise<T[]> {
  const answers: T[] = [];
  const left = [...work.entries()];
  const worker = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) answers[next[0]] = await next[1]();
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return answers;
}

function place(lines: readonly OfflineLine[], channelOrderId: string): Promise<ApiAnswer> {
  return api(story.client, { method: 'POST', path: '/v1/orders', body: offlineBody({ channelOrderId, lines }), headers: { 'idempotency-key': channelOrderId }, agent });
}

/** Waits until every buyer's order is there and decided, and as many have got a piece as there are. */
async function expectSold(orders: () => Promise<HubOrder[]>, sku: string): Promise<void> {
  const counts = await vi.waitFor(async () => {
    const found = await orders();
    const seen = Object.groupBy(found, ({ status }) => status);
    const statuses = Object.fromEntries(Object.entries(seen).map(([status, some]) => [status, some?.length]));
    expect(statuses).toEqual({ allocated: PIECES, backordered: BUYERS - PIECES });
    return found;
  }, WAIT);
  expect(counts.filter(({ status, allocations }) => status === 'backordered' && allocations.length > 0)).toEqual([]);
  expect(await story.client.stock({ sku })).toEqual([{ sku, warehouse: 'JX', onHand: PIECES, reserved: PIECES, available: 0 }]);
  const movements = await movementsOf(story.client, { sku });
  expect(movements.reduce((sum, { delta }) => sum + delta, 0)).toBe(0);
  expect(movements.reduce((sum, { reservedDelta }) => sum + reservedDelta, 0)).toBe(PIECES);
}

async function apiRound(goods: Goods, atOnce: number): Promise<void> {
  const calls = Array.from({ length: BUYERS }, (_, buyer) => () => place(oneLine(goods.sku), `${goods.sku}-${buyer}`));
  const answers = await inFlight(atOnce, calls);
  expect(answers.filter(({ status }) => status !== 201).map(({ status, body }) => `${status} ${body}`)).toEqual([]);
  const ids = answers.map((answer) => orderIn(answer).orderId);
  expect(new Set(ids).size).toBe(BUYERS);
  await expectSold(() => inFlight(IN_FLIGHT[1], ids.map((orderId) => () => story.client.getOrder(orderId))), goods.sku);
}

async function pushRound(goods: Goods, atOnce: number): Promise<void> {
  const bought = Array.from({ length: BUYERS }, (_, buyer) => {
    const channel = PLATFORM_CHANNELS[buyer % PLATFORM_CHANNELS.length] ?? 'douyin';
    const created = story.create(channel, { basket: [{ goods, quantity: 1 }] });
    return story.move(created.order, { kind: 'pay' });
  });
  const sent = await story.tell(bought.map(({ happening }) => happening), { concurrency: atOnce });
  expect(sent.filter(({ status, sendings }) => status >= 500 || sendings > 1)).toEqual([]);
  const orders = async (): Promise<HubOrder[]> => {
    const found = await inFlight(IN_FLIGHT[1], bought.map(({ order }) => () => story.find(order)));
    return found.filter((order) => order !== undefined);
  };
  await expectSold(orders, goods.sku);
}

async function rounds(name: string, round: (goods: Goods) => Promise<void>): Promise<void> {
  const startedMs = performance.now();
  for (const goods of story.world.goods) await round(goods);
  console.log(`${name}: ${ROUNDS} rounds of ${BUYERS} buyers, ${PIECES} sold in each, ${Math.round((performance.now() - startedMs) / ROUNDS)} ms a round`);
}

describe.each(IN_FLIGHT)('with %i in flight', (atOnce) => {
  test('the API sells each of the last pieces once, and everybody else waits', async () => {
    await rounds(`API, ${atOnce} in flight`, (goods) => apiRound(goods, atOnce));
  }, STORY_MS);

  test('pushes of four channels sell each of the last pieces once, and everybody else waits', async () => {
    await rounds(`pushes, ${atOnce} in flight`, (goods) => pushRound(goods, atOnce));
  }, STORY_MS);
});

describe('with the order workers in two processes', () => {
  let worker: Child;
  let before: Readonly<Record<string, number>> = {};
  beforeAll(async () => {
    before = await allocationsByProcess();
    worker = startChild('worker.ts', ['--data', hub.dataDir, '--functions', 'sync-order,release-backorders']);
    await worker.prints(/worker \d+ runs/);
  });
  afterAll(() => worker?.end('SIGTERM'));

  test.each(IN_FLIGHT)('pushes sell each of the last pieces once, with %i in flight', async (atOnce) => {
    await rounds(`pushes to two processes, ${atOnce} in flight`, (goods) => pushRound(goods, atOnce));
    const now = Object.entries(await allocationsByProcess());
    const shares = Object.fromEntries(now.map(([log, count]) => [log, count - (before[log] ?? 0)]));
    console.log(`allocated by process: ${JSON.stringify(shares)}`);
    expect(Object.values(shares).filter((count) => count > 0)).toHaveLength(2);
  }, STORY_MS);

  test.each(IN_FLIGHT)('the API and the release of waiting orders sell each of the last pieces once, with %i in flight', async (atOnce) => {
    await rounds(`API beside two processes, ${atOnce} in flight`, (goods) => apiRound(goods, atOnce));
  }, STORY_MS);
});

/** How many orders each process has allocated from pushes, as the logs of the functions say. */
async function allocationsByProcess(): Promise<Record<string, number>> {
  const logs = (await readdir(hub.dataDir)).filter((name) => name.startsWith('hub.log'));
  const counts = await Promise.all(
    logs.map(async (name) => {
      const lines = (await readFile(path.join(hub.dataDir, name), 'utf8')).split('\n');
      return [name, lines.filter((line) => line.includes('sync-order') && line.includes('OrderToAllocationMs')).length] as const;
    }),
  );
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}

test('two lines of one thing are counted together, wherever the pieces lie', async () => {
  const { sku } = story.goods(0);
  await story.client.putWarehouse('CD', { name: '成都仓', province: '四川省', city: '成都市', district: '双流区' });
  await story.client.adjustStock({ warehouse: 'CD', sku, delta: PIECES, reason: 'second warehouse' });
  const lines = [{ lineId: 'a', sku, quantity: 2 }, { lineId: 'b', sku, quantity: 1 }];
  const calls = Array.from({ length: BUYERS }, (_, buyer) => () => place(lines, `pair-${buyer}`));
  const answers = await inFlight(BUYERS, calls);
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
  // 20 pieces make six orders of three, whichever of them are sent from both places.
  const most = Math.floor((2 * PIECES) / 3);
  await vi.waitFor(async () => expect((await story.client.listOrders({ status: 'allocated', limit: '200' })).items).toHaveLength(most), WAIT);
  await hub.queues.quiet();
  const { orders } = await expectStockAgrees(story.client);
  expect(orders).toHaveLength(BUYERS);
  const allocated = orders.filter(({ status }) => status === 'allocated');
  expect(allocated).toHaveLength(most);
  expect(new Set(orders.map(({ status }) => status))).toEqual(new Set(['allocated', 'backordered']));
});

test('of a cancellation and a parcel that race exactly one wins, and stock says the same', async () => {
  const { sku } = story.goods(0);
  const races = await inFlight(PIECES, Array.from({ length: PIECES }, (_, index) => () => sell(story.client, { channelOrderId: `race-${index}`, lines: oneLine(sku) })));
  const results = await inFlight(PIECES, races.map(({ orderId }, index) => async () => {
    const parcel = { warehouse: 'JX', carrier: 'SF', trackingNumber: `SF10000${index}`, lines: [{ lineId: '1', quantity: 1 }] };
    const cancel = () => api(story.client, { method: 'POST', path: `/v1/orders/${orderId}/cancel`, body: { reason: 'race' }, agent });
    const ship = () => api(story.client, { method: 'POST', path: `/v1/orders/${orderId}/shipments`, body: parcel, agent });
    const [first, second] = index % 2 === 0 ? [cancel, ship] : [ship, cancel];
    const answers = await Promise.all([first(), second()]);
    const [cancelled, shipped] = index % 2 === 0 ? answers : answers.toReversed();
    return { orderId, cancelled: cancelled?.status, shipped: shipped?.status };
  }));
  for (const { orderId, cancelled, shipped } of results) {
    expect([`${cancelled} ${shipped}`]).toEqual([expect.stringMatching(/^(200 409|409 201)$/)]);
    expect((await story.client.getOrder(orderId)).status).toBe(cancelled === 200 ? 'cancelled' : 'shipped');
  }
  const left = results.filter(({ shipped }) => shipped === 201).length;
  console.log(`${results.length} races: ${left} parcels left, ${results.length - left} cancellations won`);
  expect(await story.client.stock({ sku })).toEqual([{ sku, warehouse: 'JX', onHand: PIECES - left, reserved: 0, available: PIECES - left }]);
});

test('a repeated Idempotency-Key takes one piece, however many repeat it at once', async () => {
  const { sku } = story.goods(0);
  const answers = await inFlight(BUYERS, Array.from({ length: BUYERS }, () => () => place(oneLine(sku), 'once')));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
  expect(new Set(answers.map((answer) => orderIn(answer).orderId)).size).toBe(1);
  expect(await story.client.stock({ sku })).toEqual([{ sku, warehouse: 'JX', onHand: PIECES, reserved: 1, available: PIECES - 1 }]);
});
