import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PLATFORM_CHANNELS } from '../../shared/kernel/channel-order.ts';
import { applyMove } from './moves.ts';
import { linePaidFen, totalsOf } from './order.ts';
import type { Move, PlatformOrder } from './order.ts';
import { PLACES, placeNamed, spellingOf } from './places.ts';
import { worldSnapshotSchema } from './snapshot.ts';
import { World } from './world.ts';

const NOW_MS = 1_795_487_400_000;

describe('orders', () => {
  test('are the same for the same seed, and others for another', () => {
    expect(ordersOf(5)).toBe(ordersOf(5));
    expect(ordersOf(5)).not.toBe(ordersOf(6));
  });

  test('have ids that a double cannot hold, and no two alike', () => {
    const world = new World({ seed: 1 });
    const shop = world.openShop('douyin');
    const orders = Array.from({ length: 500 }, (_, index) => world.create(shop, NOW_MS + Math.floor(index / 100)));
    const ids = orders.flatMap(({ orderId, lines }) => [orderId, ...lines.map(({ lineId }) => lineId)]);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(String(Number(id))).not.toBe(id);
  });

  test.each(PLATFORM_CHANNELS)('of %s have lines that add up to what was paid', (channel) => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const world = new World({ seed });
        const order = world.create(world.openShop(channel), NOW_MS);
        const totals = totalsOf(order);
        const paid = order.lines.reduce((sum, line) => sum + linePaidFen(line), 0) + order.freightFen;
        expect(paid).toBe(totals.paidFen);
        expect(totals.paidFen).toBeGreaterThan(0);
      }),
    );
  });

  test('never repeat a thing on WeChat, which has no line ids', () => {
    const world = new World({ seed: 3 });
    const shop = world.openShop('wechat');
    for (let count = 0; count < 200; count += 1) {
      const skus = world.create(shop, NOW_MS).lines.map(({ sku }) => sku);
      expect(new Set(skus).size).toBe(skus.length);
    }
  });
});

describe('moves', () => {
  test('refund a line and leave the rest to be shipped', () => {
    const { world, order } = paidOrder('taobao');
    const lineId = order.lines[0]?.lineId ?? '';
    world.move(order, { kind: 'open_refund', lineId }, NOW_MS);
    const refunded = world.move(order, { kind: 'succeed_refund', lineId }, NOW_MS);
    expect(refunded).toMatchObject({ ok: true, value: { stage: 'paid', lines: [{ refund: 'refunded' }, { refund: 'none' }] } });
    expect(world.move(order, { kind: 'ship', company: 'SF', trackingNumber: 'SF1', by: 'hub' }, NOW_MS)).toMatchObject({ ok: true, value: { stage: 'shipped' } });
  });

  test('refund the whole order on Pinduoduo, and that closes it', () => {
    const { world, order } = paidOrder('pinduoduo');
    world.move(order, { kind: 'open_refund' }, NOW_MS);
    expect(world.move(order, { kind: 'succeed_refund' }, NOW_MS)).toMatchObject({ ok: true, value: { stage: 'cancelled' } });
  });

  test('ship in parts, then no more than there is', () => {
    const { world, order } = paidOrder('douyin');
    const [first] = order.lines;
    const part = { kind: 'ship', company: 'SF', trackingNumber: 'SF1', by: 'hub', lines: [{ lineId: first?.lineId ?? '', quantity: 1 }] } as const;
    expect(world.move(order, part, NOW_MS)).toMatchObject({ ok: true, value: { stage: 'partly_shipped' } });
    expect(world.move(order, { ...part, lines: [{ lineId: first?.lineId ?? '', quantity: 2 }] }, NOW_MS)).toEqual({ ok: false, error: 'too_many_shipped' });
    expect(world.move(order, { ...part, lines: [], kind: 'ship' }, NOW_MS)).toEqual({ ok: false, error: 'already_shipped' });
  });

  test.each<[string, Move, string]>([
    ['paying twice', { kind: 'pay' }, 'already_paid'],
    ['a risk review outside Pinduoduo', { kind: 'start_review' }, 'not_on_this_channel'],
    ['answering an address question nobody asked', { kind: 'answer_address', approved: true }, 'no_open_question'],
    ['closing a refund nobody asked for', { kind: 'close_refund' }, 'no_open_refund'],
    ['completing what is not shipped', { kind: 'complete' }, 'not_paid'],
  ])('refuse %s', (_name, move, refusal) => {
    expect(applyMove(paidOrder('wechat').order, move, NOW_MS)).toEqual({ ok: false, error: refusal });
  });

  test('leave the order before them for a replica that lags', () => {
    const { world, order } = paidOrder('wechat');
    world.move(order, { kind: 'cancel' }, NOW_MS);
    expect(world.order(order, order.orderId)?.stage).toBe('cancelled');
    expect(world.order(order, order.orderId, { stale: true })?.stage).toBe('paid');
  });
});

test('another shop does not see the order', () => {
  const world = new World({ seed: 1 });
  const order = world.create(world.openShop('douyin'), NOW_MS);
  expect(world.order(world.openShop('douyin'), order.orderId)).toBeUndefined();
});

test('places are spelt the way each channel does', () => {
  expect(spellingOf('taobao', placeNamed('济源市'))).toMatchObject({ city: '', district: '济源市' });
  expect(spellingOf('pinduoduo', placeNamed('仙桃市'))).toMatchObject({ city: '仙桃市', district: '干河街道' });
  expect(spellingOf('douyin', placeNamed('长安镇'))).toEqual({ province: '广东省', city: '东莞市', district: '长安镇', town: '' });
  for (const { code } of PLACES) expect(code).toMatch(/^\d{6}$/);
});

test('a world comes back from its snapshot, through text', () => {
  const world = new World({ seed: 9 });
  for (const channel of PLATFORM_CHANNELS) {
    const order = world.create(world.openShop(channel), NOW_MS);
    world.move(order, { kind: 'pay' }, NOW_MS + 1);
  }
  const restored = new World({ seed: 10 });
  restored.restore(worldSnapshotSchema.parse(JSON.parse(JSON.stringify(world.snapshot(100)))));
  expect(restored.orders()).toEqual(world.orders());
  expect(restored.shops()).toEqual(world.shops());
  const [order] = restored.orders();
  if (order === undefined) throw new Error('no order');
  expect(restored.happening(order, { kind: 'pay' }).sequence).toBeGreaterThan(world.snapshot(0).sequence + 1_000);
});

function ordersOf(seed: number): string {
  const world = new World({ seed });
  return JSON.stringify(PLATFORM_CHANNELS.map((channel) => world.create(world.openShop(channel), NOW_MS)));
}

function paidOrder(channel: (typeof PLATFORM_CHANNELS)[number]): { readonly world: World; readonly order: PlatformOrder } {
  const world = new World({ seed: 2 });
  const basket = [{ goods: world.goods[0], quantity: 2 }, { goods: world.goods[1], quantity: 1 }].flatMap(({ goods, quantity }) => (goods === undefined ? [] : [{ goods, quantity }]));
  const order = world.create(world.openShop(channel), NOW_MS, { basket });
  const paid = world.move(order, { kind: 'pay' }, NOW_MS);
  if (!paid.ok) throw new Error(paid.error);
  return { world, order: paid.value };
}
