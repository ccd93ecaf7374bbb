import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { BODY_BYTES_MAX } from '../../shared/kernel/contract.ts';
import { ORDER_LINES_MAX } from '../../shared/orders/schema.ts';
import type { Goods } from '../simulator/goods.ts';
import { pushOf as douyinPushOf } from '../simulator/douyin/push.ts';
import { post } from '../simulator/sender.ts';
import { connectShop } from '../simulator/tenant.ts';
import { api, plainCall } from './http-call.ts';
import { endTrial } from './hub-registry.ts';
import { offlineBody, oneLine, orderIn, sell } from './offline-order.ts';
import { expectStockAgrees, movementsOf, ordersOf } from './stock-check.ts';
import { validPush } from './spoilt-pushes.ts';
import { openStory, type Story } from './story.ts';
import { startTestHub, STORY_MS, type TestHub } from './test-hub.ts';

/** Where the hub says that something is too much, or over; and that any script of the world is not. */
let hub: TestHub;
let story: Story;
let seed = 500;

beforeAll(async () => {
  hub = await startTestHub();
});
afterAll(() => hub?.stop());
beforeEach(async () => {
  seed += 1;
  story = await openStory({ hub: hub.client, seed });
});
afterEach(async () => {
  await hub.queues.quiet();
  await story.close();
});

describe('a body of the API', () => {
  const placing = (body: string, headers: Readonly<Record<string, string>> = { 'content-type': 'application/json' }) =>
    plainCall({ method: 'POST', url: `${story.client.url}/v1/orders`, headers: { authorization: `Bearer ${story.client.apiKey}`, ...headers }, body });
  const order = () => JSON.stringify(offlineBody({ channelOrderId: 'A-1', lines: oneLine(story.goods(0).sku) }));

  test.each([
    ['that is empty', () => placing(''), 400, 'invalid_json'],
    ['that is no JSON', () => placing('{"channel":'), 400, 'invalid_json'],
    ['that is a form', () => placing('channel=offline', { 'content-type': 'application/x-www-form-urlencoded' }), 415, 'unsupported_media_type'],
    ['of another type', () => placing(order(), { 'content-type': 'text/plain' }), 415, 'unsupported_media_type'],
    ['with a field nobody knows', () => placing(order().replace('{', '{"surprise":1,')), 422, 'invalid_input'],
    ['of more than 512 KiB', () => placing(order().padEnd(BODY_BYTES_MAX + 1)), 413, 'body_too_large'],
  ] as const)('%s is refused, and says why in two languages', async (_name, ask, status, code) => {
    const answer = await ask();
    expect([answer.status, answer.headers['content-type']]).toEqual([status, 'application/problem+json; charset=utf-8']);
    expect(JSON.parse(answer.body)).toMatchObject({ code, status, title: expect.stringMatching(/[a-z]/), titleZh: expect.stringMatching(/\p{Script=Han}/u), requestId: expect.any(String) });
    expect(await ordersOf(story.client)).toEqual([]);
  });

  test('of 512 KiB is taken', async () => {
    const spaces = BODY_BYTES_MAX - Buffer.byteLength(order());
    expect((await placing(order() + ' '.repeat(spaces))).status).toBe(201);
    expect((await placing(order() + ' '.repeat(spaces + 1))).status).toBe(413);
  });
});

/** So many things of their own, each with one piece. */
const thing = (index: number): string => `LINE-${String(index).padStart(3, '0')}`;
const linesOf = (count: number) => Array.from({ length: count }, (_, index) => ({ lineId: String(index), sku: thing(index), quantity: 1 }));

const stockTwo = (sku: string): Promise<void> => story.client.adjustStock({ warehouse: 'JX', sku, delta: 2, reason: 'count' });

describe('an order of many lines', () => {
  test('is allocated up to 500 of them, shipped and cancelled whole; more are refused', async () => {
    for (const start of Array.from({ length: ORDER_LINES_MAX / 20 }, (_, batch) => batch * 20)) {
      await Promise.all(Array.from({ length: 20 }, (_, index) => stockTwo(thing(start + index))));
    }
    const first = await sell(story.client, { channelOrderId: 'many-1', lines: linesOf(ORDER_LINES_MAX) });
    const second = await sell(story.client, { channelOrderId: 'many-2', lines: linesOf(ORDER_LINES_MAX) });
    expect([first, second].map(({ status, allocations }) => [status, allocations.flatMap(({ lines }) => lines).length])).toEqual([['allocated', 500], ['allocated', 500]]);
    const refused = await api(story.client, { method: 'POST', path: '/v1/orders', body: offlineBody({ channelOrderId: 'many-3', lines: linesOf(ORDER_LINES_MAX + 1) }) });
    expect(refused).toMatchObject({ status: 422, code: 'too_many_lines' });
    await story.client.ship(first.orderId, { warehouse: 'JX', carrier: 'SF', trackingNumber: 'SF500', lines: first.lines.map(({ lineId, quantity }) => ({ lineId, quantity })) });
    expect((await story.client.getOrder(first.orderId)).status).toBe('shipped');
    expect((await story.client.act(second.orderId, 'cancel', 'test')).allocations).toEqual([]);
    // So many things have too many movements to list them all at once.
    const rows = await story.client.stock();
    const lined = rows.filter(({ sku }) => sku.startsWith('LINE-'));
    expect(lined).toHaveLength(ORDER_LINES_MAX);
    expect(lined.filter(({ onHand, reserved, available }) => onHand !== 1 || reserved !== 0 || available !== 1)).toEqual([]);
  }, STORY_MS);

  test.each(['douyin', 'taobao'] as const)('of %s is allocated with 500, and held with 501', async (channel) => {
    const basket = (count: number): { goods: Goods; quantity: number }[] => Array.from({ length: count }, () => ({ goods: story.goods(0), quantity: 1 }));
    const large = await story.buy(channel, { basket: basket(ORDER_LINES_MAX) });
    const found = await story.until(large, ({ status }) => expect(status).toBe('allocated'));
    expect(found.lines).toHaveLength(ORDER_LINES_MAX);
    const tooLarge = await story.buy(channel, { basket: basket(ORDER_LINES_MAX + 1) });
    const held = await story.until(tooLarge, ({ status }) => expect(status).toBe('held'));
    expect(held.holds).toEqual(['oversized']);
    expect(held.lines).toHaveLength(ORDER_LINES_MAX + 1);
    const { rows } = await expectStockAgrees(story.client);
    expect(rows.reduce((sum, { reserved }) => sum + reserved, 0)).toBe(ORDER_LINES_MAX);
  }, STORY_MS);
});

test('text of any script comes back as it went in', async () => {
  const { client } = await hub.client.startTrial({ company: '山野 🏔️ العربية', contact: 'Zoë <zoë@例子.中国>' });
  const [warehouse, sku] = ['嘉兴仓-甲', '速干T恤/黑·M 👕 "x" \\ %41&a=b'];
  await client.putWarehouse(warehouse, { name: '𠮷野家仓 ẞ', province: '浙江省', city: '嘉兴市', district: '南湖区' });
  await client.putProduct(sku, { name: 'שלום – „Größe“ ＭＡＸ 🧧' });
  await client.adjustStock({ warehouse, sku, delta: 3, reason: '期初 ✅ 入库' });
  const lines = [{ lineId: '行①\u200B', sku, quantity: 2, title: '<b>红</b>\u202E' }];
  const more = { buyerNote: '请放🚪口\n\t谢谢', sellerNote: 'e\u0301 ≠ \u00E9' };
  const placed = orderIn(await api(client, { method: 'POST', path: '/v1/orders', body: offlineBody({ channelOrderId: '订单/№-１🧧', lines, more }), headers: { 'idempotency-key': encodeURIComponent('键🔑') } }));
  expect(placed).toMatchObject({ status: 'allocated', channelOrderId: '订单/№-１🧧', ...more, allocations: [{ warehouse, lines: [{ lineId: '行①\u200B', sku, quantity: 2 }] }] });
  expect(placed.lines[0]).toMatchObject(lines[0] ?? {});
  expect(await client.getOrder(placed.orderId)).toEqual(placed);
  expect(await client.findOrder('offline', '订单/№-１🧧')).toEqual(placed);
  expect(await client.stock({ sku, warehouse })).toEqual([{ sku, warehouse, onHand: 3, reserved: 2, available: 1 }]);
  expect((await movementsOf(client, { sku, warehouse })).map(({ reason }) => reason)).toContain('期初 ✅ 入库');
  await client.ship(placed.orderId, { warehouse, carrier: 'SF', trackingNumber: 'SF-1', lines: [{ lineId: '行①\u200B', quantity: 2 }] });
  const exported = (await api(client, { method: 'GET', path: '/v1/export' })).body;
  for (const text of ['山野 🏔️ العربية', '𠮷野家仓 ẞ', 'שלום', sku, '期初 ✅ 入库']) expect(exported).toContain(JSON.stringify(text).slice(1, -1));
  await expectStockAgrees(client);
});

test('a push with words of any script is taken', async () => {
  const shop = story.shop('douyin');
  const { order } = validPush(story, 'douyin');
  const data = JSON.stringify({ p_id: order.orderId, shop_id: shop.shopId, buyer_words: '送给妈妈 🧧👕 𠮷 \u0001 \uFFFE' });
  const push = douyinPushOf({ shop, messages: [{ tag: '101', msg_id: '🧧', data }], orderId: order.orderId });
  expect(push.accepts(await post(push))).toBe(true);
  await story.until(order, ({ status }) => expect(status).toBe('allocated'));
});

test('text that is no Unicode is refused, and takes nothing with it', async () => {
  const lone = JSON.stringify(offlineBody({ channelOrderId: 'lone', lines: [{ lineId: '1', sku: 'X', quantity: 1 }] })).replace('"X"', '"\\ud800"');
  const answer = await plainCall({ method: 'POST', url: `${hub.url}/v1/orders`, headers: { authorization: `Bearer ${story.client.apiKey}`, 'content-type': 'application/json' }, body: lone });
  expect(answer.status).toBe(422);
});

test('a trial that is over reads and exports, and neither writes nor takes pushes', async () => {
  const { tenantId, client } = await hub.client.startTrial({ company: 'Over', contact: '1' });
  await client.putWarehouse('JX', { name: '嘉兴仓', province: '浙江省', city: '嘉兴市', district: '南湖区' });
  const shop = await connectShop(client, { world: story.world, apiBaseUrl: story.platforms.url }, story.world.openShop('pinduoduo'));
  const { by } = validPush(story, 'pinduoduo');
  await endTrial(hub, tenantId);
  // Orders, stock and pushes are functions that have not seen this tenant before its end.
  const expired = { status: 403, code: 'trial_expired' };
  expect(await api(client, { method: 'POST', path: '/v1/orders', body: offlineBody({ channelOrderId: 'late', lines: oneLine('X') }) })).toMatchObject(expired);
  expect(await api(client, { method: 'POST', path: '/v1/stock/adjustments', body: { warehouse: 'JX', sku: 'X', delta: 1, reason: 'late' } })).toMatchObject(expired);
  for (const path of ['/v1/orders', '/v1/stock', '/v1/stock/movements', '/v1/warehouses', '/v1/export']) {
    expect([path, (await api(client, { method: 'GET', path })).status]).toEqual([path, 200]);
  }
  const { url, headers, body } = by(shop);
  const reply = await plainCall({ method: 'POST', url, headers, body });
  expect([reply.status, JSON.parse(reply.body)]).toEqual([403, expect.objectContaining({ code: 'trial_expired' })]);
  await hub.queues.quiet();
  expect(await ordersOf(client)).toEqual([]);
});
