import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { PLATFORM_CHANNELS, type PlatformChannel } from '../../shared/kernel/channel-order.ts';
import { agrees, makeOrders, pushAll, waitForOrders } from '../simulator/burst.ts';
import { testPush } from '../simulator/douyin/push.ts';
import type { HubOrder } from '../simulator/hub-client.ts';
import type { Move, PlatformOrder } from '../simulator/order.ts';
import { placeNamed } from '../simulator/places.ts';
import { post } from '../simulator/sender.ts';
import { percentile } from '../simulator/show.ts';
import { addressQuestion, answerOf } from '../simulator/taobao/address-question.ts';
import { urlCheck } from '../simulator/wechat/push.ts';
import { api } from './http-call.ts';
import { expectStockAgrees, ordersOf } from './stock-check.ts';
import { openStory, type Story } from './story.ts';
import { startTestHub, STORY_MS, WAIT, type TestHub } from './test-hub.ts';

/** What sellers see of their shops' orders, from the platform's push to the goods that leave. */
const EAST = placeNamed('滨江区');
const WEST = placeNamed('武侯区');
const ORDERS_PER_CHANNEL = 25;

let hub: TestHub;
let story: Story;
let seed = 0;

beforeAll(async () => {
  hub = await startTestHub();
});
afterAll(() => hub?.stop());
beforeEach(async () => {
  seed += 1;
  story = await openStory({ hub: hub.client, seed });
});
afterEach(async () => {
  // What is on its way would ask platforms that are gone.
  await hub.queues.quiet();
  await expectStockAgrees(story.client);
  await story.close();
});

const isStatus = (status: string) => (order: HubOrder) => expect(order.status).toBe(status);
const lineOf = (order: HubOrder, sku: string) => order.lines.find((line) => line.sku === sku);
const reserved = async (): Promise<number> => (await story.client.stock()).reduce((sum, row) => sum + row.reserved, 0);
const onHand = async (sku: string): Promise<number> => (await story.client.stock({ sku })).reduce((sum, row) => sum + row.onHand, 0);
const twoThings = () => ({ basket: [{ goods: story.goods(0), quantity: 2 }, { goods: story.goods(1), quantity: 1 }] });
const ship = (order: HubOrder, lines = order.lines) =>
  api(story.client, {
    method: 'POST',
    path: `/v1/orders/${order.orderId}/shipments`,
    body: { warehouse: order.allocations[0]?.warehouse ?? 'JX', carrier: 'SF', trackingNumber: 'SF1234567890', lines: lines.map(({ lineId, quantity }) => ({ lineId, quantity })) },
  });

describe.each(PLATFORM_CHANNELS)('%s', (channel) => {
  test('orders come in, are reserved in the nearest warehouse, and say why', async () => {
    const visibleMs: number[] = [];
    for (let count = 0; count < ORDERS_PER_CHANNEL; count += 1) {
      const place = count % 2 === 0 ? EAST : WEST;
      const order = await story.buy(channel, { place });
      const acceptedAt = performance.now();
      await waitUntilVisible(order);
      visibleMs.push(performance.now() - acceptedAt);
      const found = await story.until(order, isStatus('allocated'));
      const nearest = place === EAST ? 'JX' : 'CD';
      expect(found.allocations.map(({ warehouse }) => warehouse)).toEqual([nearest]);
      expect(found.receiver.regionCode).toBe(place.code);
      expect(found.routing?.chosen).toMatchObject({ warehouses: [nearest], why: expect.stringMatching(/\w/) });
      expect(found.routing?.alternatives).toEqual([expect.objectContaining({ warehouses: [nearest === 'JX' ? 'CD' : 'JX'], why: expect.stringMatching(/\w/) })]);
    }
    console.log(`${channel}: visible after p50 ${Math.round(percentile(visibleMs, 0.5) ?? 0)} ms, p95 ${Math.round(percentile(visibleMs, 0.95) ?? 0)} ms (${visibleMs.length} orders)`);
    expect(await ordersOf(story.client, { channel })).toHaveLength(ORDERS_PER_CHANNEL);
  }, STORY_MS);

  test('an order that is not paid reserves nothing until it is', async () => {
    const { order, happening } = story.create(channel);
    await story.tell([happening]);
    // Pinduoduo tells of an order when it is paid, not before.
    if (channel !== 'pinduoduo') await story.until(order, isStatus('awaiting_payment'));
    expect(await reserved()).toBe(0);
    await story.happens(order, { kind: 'pay' });
    const paid = await story.until(order, isStatus('allocated'));
    expect(paid.paidAt).toBeDefined();
    expect(await reserved()).toBe(1);
  });

  test('a cancellation frees what was reserved, before and after allocation', async () => {
    const held = await story.buy(channel, {}, holdOf(channel));
    if (channel === 'wechat') await story.happens(held, { kind: 'ask_address', place: WEST });
    await story.until(held, isStatus('held'));
    const allocated = await story.buy(channel, twoThings());
    await story.until(allocated, isStatus('allocated'));
    await story.happens(held, { kind: 'cancel' });
    await story.happens(allocated, { kind: 'cancel' });
    for (const order of [held, allocated]) {
      const cancelled = await story.until(order, isStatus('cancelled'));
      expect(cancelled.allocations).toEqual([]);
      expect(new Set(cancelled.lines.map(({ status }) => status)).isSubsetOf(new Set(['cancelled', 'refunded']))).toBe(true);
    }
    expect(await reserved()).toBe(0);
  });

  test('another address is routed again, and after the goods have left it is an alarm', async () => {
    const order = await story.buy(channel, { place: EAST });
    await story.until(order, isStatus('allocated'));
    await story.happens(order, { kind: 'change_address', place: WEST });
    const moved = await story.until(order, ({ allocations }) => expect(allocations.map(({ warehouse }) => warehouse)).toEqual(['CD']));
    expect(moved).toMatchObject({ status: 'allocated', receiver: { regionCode: WEST.code } });
    expect(await reserved()).toBe(1);
    expect((await ship(moved)).status).toBe(201);
    await story.happens(order, { kind: 'change_address', place: EAST });
    const late = await story.until(order, ({ timeline }) => expect(timeline.map(({ event }) => event)).toContain('address_change_too_late'));
    expect(late.status).toBe('shipped');
  });

  test('a hold stops an order until the platform lifts it', async () => {
    const order = await story.buy(channel, { place: EAST }, holdOf(channel));
    if (channel === 'wechat') {
      await story.until(order, isStatus('allocated'));
      await story.happens(order, { kind: 'ask_address', place: WEST });
    }
    const held = await story.until(order, isStatus('held'));
    expect(held.holds).toEqual([HOLDS[channel].code]);
    expect(await reserved()).toBe(channel === 'wechat' ? 1 : 0);
    expect(await ship(held)).toMatchObject({ status: 409, code: 'order_held' });
    for (const move of HOLDS[channel].lifted) await story.happens(order, move);
    const lifted = await story.until(order, isStatus('allocated'));
    expect(lifted.holds).toEqual([]);
    expect(lifted.allocations[0]?.warehouse).toBe(channel === 'wechat' ? 'CD' : 'JX');
  });

  test('goods sent by another program are taken off the shelf, and the deal is closed', async () => {
    const order = await story.buy(channel);
    const { allocations } = await story.until(order, isStatus('allocated'));
    const before = await onHand(story.goods(0).sku);
    await story.happens(order, { kind: 'ship', company: 'shunfeng', trackingNumber: 'SF0000000001', by: 'elsewhere' });
    const shipped = await story.until(order, isStatus('shipped'));
    expect(shipped.allocations).toEqual([]);
    expect(await onHand(story.goods(0).sku)).toBe(before - 1);
    expect(await reserved()).toBe(0);
    expect(allocations).toHaveLength(1);
    await story.happens(order, { kind: 'complete' });
    await story.until(order, isStatus('completed'));
  });

  test('pushes that come twice and out of order lead to what the platform says', async () => {
    const mix = { cancelUnpaid: 0.1, cancelPaid: 0.15, hold: 0.2, refundLine: 0.2, changeAddress: 0.2 };
    const made = makeOrders({ world: story.world, shops: [story.shop(channel)], count: 30, nowMs: Date.now(), mix });
    const sent = await pushAll(made, { duplicates: 1, reorderWindow: 40, seed, batchMax: 5 });
    expect(sent.filter(({ accepted }) => !accepted)).toEqual([]);
    const told = made.filter(({ order }) => channel !== 'pinduoduo' || order.paidAtMs !== undefined).map(({ order }) => order);
    const { missing } = await waitForOrders({ client: story.client, orders: told, isDone: agrees, timeoutMs: WAIT.timeout });
    expect(missing.map(({ orderId, stage }) => ({ orderId, stage }))).toEqual([]);
    await hub.queues.quiet();
    const { orders } = await expectStockAgrees(story.client);
    await pushAll(made, { duplicates: 1, reorderWindow: 40, seed: seed + 1 });
    await hub.queues.quiet();
    expect(await ordersOf(story.client)).toEqual(orders);
  }, STORY_MS);
});

describe.each(['douyin', 'taobao', 'wechat'] as const)('%s, line by line', (channel) => {
  test('a refund stops its line, gives it back, or takes it away for good', async () => {
    const order = await story.buy(channel, twoThings());
    const [first, second] = [story.goods(0), story.goods(1)];
    const lineId = order.lines[0]?.lineId ?? '';
    await story.until(order, isStatus('allocated'));
    await story.happens(order, { kind: 'open_refund', lineId });
    const open = await story.until(order, ({ holds }) => expect(holds).toEqual(['refund_open']));
    expect([first, second].map(({ sku }) => lineOf(open, sku)?.status)).toEqual(['refund_open', 'allocated']);
    expect(await ship(open, open.lines.filter(({ sku }) => sku === first.sku))).toMatchObject({ status: 409, code: 'line_not_shippable' });
    await story.happens(order, { kind: 'close_refund', lineId });
    await story.until(order, ({ holds, status }) => expect({ holds, status }).toEqual({ holds: [], status: 'allocated' }));
    expect(await reserved()).toBe(3);
    await story.happens(order, { kind: 'open_refund', lineId });
    await story.happens(order, { kind: 'succeed_refund', lineId });
    const refunded = await story.until(order, (found) => expect(lineOf(found, first.sku)?.status).toBe('refunded'));
    expect(lineOf(refunded, second.sku)?.status).toBe('allocated');
    expect(await reserved()).toBe(1);
    expect((await ship(refunded, refunded.lines.filter(({ sku }) => sku === second.sku))).status).toBe(201);
    await story.until(order, isStatus('shipped'));
  });

  test('a parcel with some of the lines ships those, and the rest waits for its own', async () => {
    const order = await story.buy(channel, twoThings());
    await story.until(order, isStatus('allocated'));
    const parcel = (line: PlatformOrder['lines'][number] | undefined): Move => ({ kind: 'ship', company: 'yto', trackingNumber: `YT${line?.skuId ?? ''}`, by: 'elsewhere', lines: [{ lineId: line?.lineId ?? '', quantity: line?.quantity ?? 0 }] });
    await story.happens(order, parcel(order.lines[1]));
    await story.until(order, isStatus('partly_shipped'));
    expect(await reserved()).toBe(2);
    await story.happens(order, parcel(order.lines[0]));
    await story.until(order, isStatus('shipped'));
    expect(await reserved()).toBe(0);
  });
});

test('pinduoduo refunds whole orders: open it stops them, closed it lets them go, paid it frees the goods', async () => {
  const order = await story.buy('pinduoduo');
  await story.until(order, isStatus('allocated'));
  await story.happens(order, { kind: 'open_refund' });
  const open = await story.until(order, isStatus('held'));
  expect(open.holds).toEqual(['refund_open']);
  expect(await reserved()).toBe(1);
  await story.happens(order, { kind: 'close_refund' });
  await story.until(order, isStatus('allocated'));
  await story.happens(order, { kind: 'open_refund' });
  await story.happens(order, { kind: 'succeed_refund' });
  await story.until(order, isStatus('cancelled'));
  expect(await reserved()).toBe(0);
});

test('pinduoduo holds an order until its buying group is complete, and again when risk is reviewed late', async () => {
  const order = await story.buy('pinduoduo', {}, { kind: 'pay', groupOpen: true });
  await story.until(order, ({ holds }) => expect(holds).toEqual(['group_open']));
  await story.happens(order, { kind: 'complete_group' });
  await story.until(order, isStatus('allocated'));
  await story.happens(order, { kind: 'start_review' });
  const held = await story.until(order, isStatus('held'));
  expect(await reserved()).toBe(1);
  expect(await ship(held)).toMatchObject({ status: 409, code: 'order_held' });
  await story.happens(order, { kind: 'end_review' });
  const free = await story.until(order, isStatus('allocated'));
  expect((await ship(free)).status).toBe(201);
});

describe('what platforms ask at once', () => {
  test.each([
    { charset: 'UTF-8', as: 'json' },
    { charset: 'UTF-8', as: 'form' },
    { charset: 'GBK', as: 'json' },
    { charset: 'GBK', as: 'form' },
  ] as const)("taobao's question whether an address may change is answered by the order's state, in $charset as $as", async (form) => {
    const shop = story.shop('taobao');
    const order = await story.buy('taobao', { place: EAST });
    const allocated = await story.until(order, isStatus('allocated'));
    const ask = async (): Promise<boolean | undefined> => {
      const push = addressQuestion({ shop, order, place: WEST, nowMs: Date.now(), ...form });
      const reply = await post(push);
      expect(push.accepts(reply), reply.body).toBe(true);
      return answerOf(reply.body);
    };
    expect(await ask()).toBe(true);
    expect((await ship(allocated)).status).toBe(201);
    expect(await ask()).toBe(false);
  });

  test("wechat's address check comes back as it was sent, douyin's test push is received, and neither leaves a trace", async () => {
    const check = urlCheck(story.shop('wechat'), Date.now());
    const echo = await fetch(check.url);
    expect([echo.status, await echo.text()]).toEqual([200, check.echo]);
    const probe = testPush(story.shop('douyin'), Date.now());
    expect(probe.accepts(await post(probe))).toBe(true);
    expect(await hub.queues.count('intake')).toBe(0);
    expect(await ordersOf(story.client)).toEqual([]);
  });
});

/** How each platform says "paid, but do not ship yet", and how it lets go. WeChat asks about the address after payment. */
const HOLDS: Readonly<Record<PlatformChannel, { code: string; lifted: readonly Move[] }>> = {
  douyin: { code: 'platform_forbids', lifted: [{ kind: 'permit' }] },
  taobao: { code: 'platform_forbids', lifted: [{ kind: 'permit' }] },
  pinduoduo: { code: 'risk_review', lifted: [{ kind: 'end_review' }] },
  wechat: { code: 'address_under_review', lifted: [{ kind: 'answer_address', approved: true }] },
};

function holdOf(channel: PlatformChannel): Move {
  if (channel === 'wechat') return { kind: 'pay' };
  return channel === 'pinduoduo' ? { kind: 'pay', riskReview: true } : { kind: 'pay', forbidden: true };
}

/** Asks again at once, so that the time measured is the hub's. */
async function waitUntilVisible(order: PlatformOrder): Promise<void> {
  const giveUpAtMs = Date.now() + WAIT.timeout;
  while ((await story.find(order)) === undefined) if (Date.now() > giveUpAtMs) throw new Error(`${order.channel} ${order.orderId} does not come`);
}
