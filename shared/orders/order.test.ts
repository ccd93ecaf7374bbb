import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CHANNELS } from '../kernel/channel-order.ts';
import { decodeOrder, encodeOrder } from './codec.ts';
import { decide, type OrderCommand } from './decide.ts';
import { evolve } from './events.ts';
import { identityOf, orderIdOf } from './order-id.ts';
import { isUnfinished, lineStatus, needsAllocation, orderStatus, stockEffect, withoutIdlePieces } from './order.ts';
import { TIMELINE_ENTRIES_MAX, type Order } from './schema.ts';
import { promiseOf } from './store.ts';
import { eventsOfDetail } from './sync.ts';
import { after, allocatedBy, AUTO, backorderedFor, detailOf, FACTS, lineOf, orderOfDetail, pieceOf, shipOf } from './testing/sample.ts';

const PAID = orderOfDetail();
const ALLOCATED = after(PAID, allocatedBy([pieceOf('a', 2), pieceOf('b', 1)]));

describe('derived words', () => {
  test.each([
    ['open refunds on all lines', { lines: [lineOf('a', 1, { refund: 'open' })] }, 'held', ['refund_open']],
    ['a refund on one of two', { lines: [lineOf('a', 1, { refund: 'open' }), lineOf('b', 1)] }, 'backordered', ['refund_open', 'open']],
    ['all lines dead', { lines: [lineOf('a', 1, { refund: 'refunded' }), lineOf('b', 1, { cancelled: true })] }, 'cancelled', ['refunded', 'cancelled']],
    ['one line shipped', { lines: [lineOf('a', 1, { shippedQuantity: 1 }), lineOf('b', 1)], stage: 'partly_shipped' }, 'partly_shipped', ['shipped', 'open']],
    ['the rest refunded after a part shipped', { lines: [lineOf('a', 1, { shippedQuantity: 1 }), lineOf('b', 1, { refund: 'refunded' })] }, 'shipped', ['shipped', 'refunded']],
    ['unpaid', { stage: 'unpaid' }, 'awaiting_payment', ['open', 'open']],
  ] as const)('with %s', (_case, change, status, lines) => {
    const order = orderOfDetail({ ...change, lines: 'lines' in change ? [...change.lines] : detailOf().lines });
    expect([order.status, order.lines.map((line) => lineStatus(order, line))]).toEqual([status, lines]);
  });

  test('a waiting order has backordered lines, and waits no more once it is held or closed', () => {
    const waiting = after(PAID, backorderedFor('TS'));
    expect([waiting.status, waiting.waitingFor, waiting.lines.map((line) => lineStatus(waiting, line))]).toEqual(['backordered', ['TS'], ['backordered', 'backordered']]);
    expect(after(waiting, { type: 'held', code: 'manual', detail: '' }).waitingFor).toEqual([]);
    expect(after(waiting, { type: 'cancelled', here: true, detail: '' }).waitingFor).toEqual([]);
  });

  test('an order cut short between two writes is unfinished', () => {
    expect([isUnfinished(PAID), isUnfinished(ALLOCATED), isUnfinished(after(PAID, backorderedFor('TS')))]).toEqual([true, false, false]);
    expect(isUnfinished({ ...ALLOCATED, closedHere: true })).toBe(true);
  });

  test('an order is promised by its ship-by time, else two days after payment', () => {
    expect(promiseOf(PAID)).toBe('2026-11-26T01:01:00.000Z');
    expect(promiseOf(orderOfDetail({ shipBy: '2026-11-24T12:00:00.000Z' }))).toBe('2026-11-24T12:00:00.000Z');
  });
});

test('a timeline keeps how it began and what is newest', () => {
  let order = ALLOCATED;
  for (let count = 0; count < TIMELINE_ENTRIES_MAX; count += 1) order = after(order, { type: 'held', code: 'manual', detail: String(count) }, { type: 'hold_lifted', code: 'manual', waived: false, detail: String(count) });
  expect([order.timeline.length, order.timeline[0]?.event, order.timeline.at(-1)?.detail]).toEqual([TIMELINE_ENTRIES_MAX, 'created', String(TIMELINE_ENTRIES_MAX - 1)]);
});

describe('the effect of orders on stock', () => {
  const pieceArb = fc.record({ warehouse: fc.constantFrom('JX', 'DG'), bucket: fc.nat(1), line: fc.constantFrom('a', 'b'), quantity: fc.integer({ min: 1, max: 3 }) });
  const stepArb = fc.oneof(
    fc.record({ kind: fc.constant('allocate' as const), pieces: fc.array(pieceArb, { maxLength: 4 }) }),
    fc.record({ kind: fc.constantFrom('hold', 'release', 'cancel', 'reroute'), pieces: fc.constant([]) }),
    fc.record({ kind: fc.constantFrom('ship', 'refund', 'complete'), pieces: fc.array(pieceArb, { minLength: 1, maxLength: 2 }) }),
  );
  type Step = typeof stepArb extends fc.Arbitrary<infer T> ? T : never;

  function taken(order: Order, { kind, pieces }: Step): Order {
    const [first] = pieces;
    if (kind === 'allocate') return needsAllocation(order) ? after(order, allocatedBy(pieces.map(({ line, ...piece }) => ({ ...piece, lineId: line, sku: 'TS' })))) : order;
    if (kind === 'refund') return after(order, { type: 'refunded', lineId: first?.line ?? '', detail: '' });
    if (kind === 'complete') return after(order, { type: 'completed', detail: '' });
    const commands: Record<string, OrderCommand> = Object.fromEntries((['hold', 'release', 'cancel', 'reroute'] as const).map((type) => [type, { type, reason: 'r' }]));
    const command = commands[kind] ?? { ...shipOf([{ lineId: first?.line ?? '', quantity: first?.quantity ?? 1 }], { warehouse: first?.warehouse ?? '' }), shipmentId: `p${order.timeline.length}` };
    const decided = decide(order, command);
    return decided.ok ? evolve(order, decided.value, AUTO) : order;
  }

  test('sums to nothing reserved once an order has ended, and to what has left', () => {
    fc.assert(
      fc.property(fc.array(stepArb, { maxLength: 12 }), (steps) => {
        const walk = steps.reduce<Order[]>((orders, step) => [...orders, taken(orders.at(-1) ?? PAID, step)], [PAID]);
        const last = walk.at(-1) ?? PAID;
        walk.push(after(last, { type: 'cancelled', here: true, detail: '' }));
        const total = { onHand: 0, reserved: 0 };
        for (const [index, order] of walk.entries()) {
          for (const { onHandDelta, reservedDelta } of stockEffect(index === 0 ? undefined : walk[index - 1], order)) {
            total.onHand += onHandDelta;
            total.reserved += reservedDelta;
          }
          expect(total.reserved).toBe(order.allocations.reduce((sum, { quantity }) => sum + quantity, 0));
          expect(withoutIdlePieces(order).allocations).toEqual(order.allocations);
        }
        expect(total).toEqual({ onHand: 0 - last.shipments.flatMap(({ pieces }) => pieces).reduce((sum, { quantity }) => sum + quantity, 0), reserved: 0 });
      }),
    );
  });

  test('of shipping takes the pieces and their reservation together', () => {
    const shipped = evolve(ALLOCATED, [{ type: 'shipped', detail: '', shipment: { ...shipOf([]), pieces: [pieceOf('a', 2), pieceOf('b', 1)] } }], AUTO);
    expect(stockEffect(ALLOCATED, shipped)).toEqual([{ sku: 'TS', warehouse: 'JX', bucket: 0, onHandDelta: -3, reservedDelta: -3 }]);
  });

  test('sums the same SKU over lines, and leaves out what does not change', () => {
    expect(stockEffect(PAID, ALLOCATED)).toEqual([{ sku: 'TS', warehouse: 'JX', bucket: 0, onHandDelta: 0, reservedDelta: 3 }]);
    expect(stockEffect(ALLOCATED, ALLOCATED)).toEqual([]);
  });
});

describe('order ids', () => {
  const textArb = fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' }).filter((text) => text.isWellFormed());

  test('give back the identity they were made of, and fit a URL', () => {
    fc.assert(
      fc.property(fc.constantFrom(...CHANNELS), textArb, textArb, (channel, shopId, channelOrderId) => {
        const id = orderIdOf({ channel, shopId, channelOrderId });
        expect(id).toMatch(/^[A-Za-z0-9_.~-]+$/);
        expect(identityOf(id)).toEqual({ channel, shopId, channelOrderId });
      }),
    );
  });

  test('say what they are', () => {
    expect(orderIdOf({ channel: 'douyin', shopId: 's1', channelOrderId: '6931234567890123456' })).toBe('douyin.s1.6931234567890123456');
    expect(orderIdOf({ channel: 'offline', shopId: 'a.b', channelOrderId: '单' })).toBe('offline.a~2eb.~e5~8d~95');
  });

  test.each([[''], ['douyin'], ['douyin.s1'], ['ebay.s1.1'], ['douyin.s1.1.2'], ['douyin.s1.'], ['douyin.s1.~41'], ['douyin.s1.~E5'], ['douyin.s1.~ff'], ['douyin.s1.~e'], ['douyin.s 1.1'], ['douyin.s1.1\n']])('%j is none', (text) => {
    expect(identityOf(text)).toBeUndefined();
  });
});

describe('stored orders', () => {
  test('are what was written, Unicode and all', () => {
    const order = { ...after(ALLOCATED, { type: 'held', code: 'manual', detail: '客户要求 🎁 改天' }), version: 3, buyerNote: '家门口 𠮷' };
    expect(decodeOrder(encodeOrder(order))).toEqual(order);
  });

  test('are refused when they are not of our form', () => {
    expect(() => decodeOrder(encodeOrder({ ...ALLOCATED, version: 1.5 }))).toThrow('version');
    expect(() => decodeOrder(Uint8Array.from([1, 2, 3]))).toThrow();
  });

  test('of 500 lines with a full timeline fit a DynamoDB record', () => {
    const lines = Array.from({ length: 500 }, (_, index) => lineOf(`69312345678901${index}`, 3, { sku: `SKU-${index * 7_919}`, title: `夏季纯棉短袖 T 恤 ${index}` }));
    const order = after(evolve(undefined, eventsOfDetail(undefined, detailOf({ lines }), FACTS), AUTO), allocatedBy(lines.map(({ lineId, sku }) => ({ ...pieceOf(lineId, 3), sku }))));
    expect(orderStatus(order)).toBe('allocated');
    expect(encodeOrder(order).byteLength).toBeLessThan(100_000);
  });
});
