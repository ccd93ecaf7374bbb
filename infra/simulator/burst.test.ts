import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeOrders, pushAll, waitForOrders } from './burst.ts';
import { HubClient } from './hub-client.ts';
import { table, percentile } from './show.ts';
import { StubHub } from './stub-hub.ts';
import { openTenant } from './tenant.ts';
import { World } from './world.ts';

const NOW_MS = 1_795_487_400_000;
let hub: StubHub;

beforeEach(async () => {
  hub = new StubHub();
  await hub.start();
});
afterEach(() => hub.stop());

test('a burst reaches every shop, repeats as asked, and finds its orders', async () => {
  const world = new World({ seed: 11, goods: new World({ seed: 1 }).goods.slice(0, 3) });
  const { client, shops } = await openTenant({ hub: new HubClient(hub.url), world, apiBaseUrl: 'http://127.0.0.1:1', company: 'test' });
  hub.pushes.splice(0);
  const orders = makeOrders({ world, shops, count: 40, nowMs: NOW_MS });
  const sent = await pushAll(orders, { duplicates: 0.5, reorderWindow: 5, seed: 3 });
  expect(sent.every(({ accepted }) => accepted)).toBe(true);
  expect(hub.pushes).toHaveLength(sent.length);
  expect(sent.filter(({ duplicate }) => duplicate).length).toBeGreaterThan(10);
  const waited = await waitForOrders({ client, orders: orders.slice(0, 1).map(({ order }) => order), timeoutMs: 0, isDone: ({ status }) => status === 'allocated' });
  expect(waited.missing.map(({ orderId }) => orderId)).toEqual([orders[0]?.order.orderId]);
});

test('a mix gives orders of every fate', () => {
  const world = new World({ seed: 12 });
  const shops = (['douyin', 'taobao', 'pinduoduo', 'wechat'] as const).map((channel) => world.openShop(channel));
  const made = makeOrders({ world, shops, count: 400, nowMs: NOW_MS, mix: { cancelUnpaid: 0.1, cancelPaid: 0.1, hold: 0.1, refundLine: 0.1, changeAddress: 0.1 } });
  const share = (isSo: (index: number) => boolean): number => made.filter((_, index) => isSo(index)).length;
  expect(share((index) => made[index]?.order.stage === 'cancelled')).toBeGreaterThan(40);
  expect(share((index) => made[index]?.order.addressVersion === 2)).toBeGreaterThan(10);
  expect(share((index) => made[index]?.order.lines[0]?.refund === 'open')).toBeGreaterThan(10);
  expect(share((index) => made[index]?.order.riskReview === true || made[index]?.order.forbidden === true)).toBeGreaterThan(10);
});

test('a table stands although Chinese is two cells wide', () => {
  expect(table([['仓', 'n'], ['JX', '12']])).toBe('仓   n\nJX  12');
  expect(percentile([3, 1, 2], 0.5)).toBe(2);
  expect(percentile([], 0.5)).toBeUndefined();
});
