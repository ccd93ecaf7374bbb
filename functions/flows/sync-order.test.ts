import { beforeEach, describe, expect, test } from 'vitest';
import type { ChannelOrder } from '../../shared/kernel/channel-order.ts';
import { syncOrder } from './sync-order.ts';
import { drained, expectSound, moved, stored } from './testing/placed.ts';
import { ordersOf, rowsOf } from './testing/invariants.ts';
import { detailOf, DONGGUAN, hintOf, JIAXING, lineOf, memoryHub, setUp, SHOP, type MemoryHub } from './testing/memory-hub.ts';

const ID = '6931234567890123456';
const ORDER_ID = `douyin.s1.${ID}`;

let hub: MemoryHub;
let asked: number;
beforeEach(async () => {
  const memory = memoryHub();
  asked = 0;
  hub = {
    ...memory,
    http: async (request) => {
      asked += 1;
      return memory.http(request);
    },
  };
  await setUp(hub, [JIAXING, DONGGUAN], [{ sku: 'TS', warehouse: 'JX', quantity: 5 }, { sku: 'TS', warehouse: 'DG', quantity: 5 }, { sku: 'SH', warehouse: 'JX', quantity: 5 }, { sku: 'SH', warehouse: 'DG', quantity: 5 }]);
});

async function push(key: string, change: Partial<ChannelOrder> = {}, { expects, receives = 1 }: { expects?: 'paid' | 'shipped'; receives?: number } = {}): Promise<void> {
  hub.platform.set(ID, detailOf(ID, change));
  await syncOrder(hub, { shop: SHOP, hints: [hintOf(ID, key, expects)], receives });
}

describe('a push', () => {
  test('seen before asks the platform nothing', async () => {
    await push('k');
    await push('k', { stage: 'cancelled' });
    expect([asked, (await stored(hub, ORDER_ID)).status]).toEqual([1, 'allocated']);
  });

  test('whose detail lags behind it is acted on as it is, and comes again until its time is up', async () => {
    await expect(push('k', { stage: 'unpaid' }, { expects: 'paid' })).rejects.toThrow('lags');
    expect((await stored(hub, ORDER_ID)).status).toBe('awaiting_payment');
    await push('k', {}, { expects: 'paid', receives: 2 });
    expect((await stored(hub, ORDER_ID)).status).toBe('allocated');
    await push('late', { stage: 'paid' }, { expects: 'shipped', receives: 3 });
    expect((await stored(hub, ORDER_ID)).status).toBe('allocated');
  });

  test('whose detail is older than what we hold comes again, and never undoes it', async () => {
    await push('k1', { updatedAt: '2026-11-24T02:00:02.000Z', holds: ['risk_review'] });
    await expect(push('k2', { updatedAt: '2026-11-24T02:00:01.000Z' })).rejects.toThrow('lags');
    expect(await stored(hub, ORDER_ID)).toMatchObject({ status: 'held', channelUpdatedAt: '2026-11-24T02:00:02.000Z' });
    await push('k2', { updatedAt: '2026-11-24T02:00:03.000Z' }, { receives: 2 });
    expect((await stored(hub, ORDER_ID)).status).toBe('allocated');
  });
});

test('a change of address routes again, and gives back exactly what it had', async () => {
  await push('k1');
  await push('k2', { receiver: { ...detailOf(ID).receiver, province: '广东省', city: '广州市', district: '天河区' } });
  const order = await stored(hub, ORDER_ID);
  expect(new Set(order.allocations.map(({ warehouse }) => warehouse))).toEqual(new Set(['DG']));
  expect((await rowsOf(hub)).filter(({ warehouse }) => warehouse === 'JX').every(({ reserved }) => reserved === 0)).toBe(true);
  await expectSound(hub);
});

test('a refund that succeeds after shipping takes nothing back', async () => {
  await push('k1');
  const lines = detailOf(ID).lines.map((line) => ({ ...line, shippedQuantity: line.quantity }));
  await push('k2', { stage: 'shipped', lines });
  await push('k3', { stage: 'shipped', lines: lines.map((line) => ({ ...line, refund: 'refunded' as const })) });
  expect((await rowsOf(hub)).filter(({ warehouse }) => warehouse === 'JX').map(({ sku, onHand, reserved }) => [sku, onHand, reserved])).toEqual([['SH', 4, 0], ['TS', 2, 0]]);
  await expectSound(hub);
});

test('an order cancelled here stays so, whatever the platform says', async () => {
  await push('k1');
  await moved(hub, ORDER_ID, 'cancel');
  await push('k2', { holds: ['risk_review'], lines: [lineOf('1', 'TS', 9)] });
  expect(await stored(hub, ORDER_ID)).toMatchObject({ status: 'cancelled', allocations: [] });
  await expectSound(hub);
});

test('an order of more than 500 lines is kept, held and says so', async () => {
  await push('k', { lines: Array.from({ length: 501 }, (_, index) => lineOf(String(index), 'TS', 1)) });
  expect(await stored(hub, ORDER_ID)).toMatchObject({ status: 'held', holds: ['oversized'], allocations: [] });
  expect(await moved(hub, ORDER_ID, 'release')).toBe('order_not_held');
});

test('thirty pushes of one order side by side make one order and one reservation', async () => {
  hub.platform.set(ID, detailOf(ID));
  await Promise.all(Array.from({ length: 30 }, async (_, index) => syncOrder(hub, { shop: SHOP, hints: [hintOf(ID, `k${index}`)], receives: 1 })));
  await drained(hub);
  expect([ordersOf(hub).length, (await rowsOf(hub)).reduce((sum, { reserved }) => sum + reserved, 0)]).toEqual([1, 4]);
  await expectSound(hub);
});
