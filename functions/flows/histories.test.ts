import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ChannelOrder } from '../../shared/kernel/channel-order.ts';
import { lineStatus } from '../../shared/orders/order.ts';
import type { Order } from '../../shared/orders/schema.ts';
import { changeOrder } from './change-order.ts';
import { releaseWaiting } from './release-waiting.ts';
import { syncOrder } from './sync-order.ts';
import { brokenInvariants, ordersOf } from './testing/invariants.ts';
import { addStock, detailOf, DONGGUAN, hintOf, JIAXING, LANGFANG, lineOf, memoryHub, setUp, SHOP, TENANT, type MemoryHub } from './testing/memory-hub.ts';

const HISTORIES = 2_000;

/** What the platform lets happen to one of its orders; the hub learns of it by pushes only. */
const MOVES = ['pay', 'cancel', 'move_near', 'move_far', 'refund_open', 'refund_close', 'refund_done', 'risk_on', 'risk_off', 'ship', 'complete'] as const;
type Move = (typeof MOVES)[number];
/** Moves that others need before they mean anything. */
const OFTEN = ['pay', 'pay', 'refund_open', 'refund_done', 'move_far', 'ship'] as const;

const PLACES = { move_near: { province: '浙江省', city: '嘉兴市', district: '海宁市' }, move_far: { province: '广东省', city: '广州市', district: '天河区' } } as const;

/** The platform's detail after a move; moves that a platform would not allow leave it as it is. */
function moved(order: ChannelOrder, move: Move, line: number): ChannelOrder {
  const open = order.stage === 'paid';
  const at = (change: Partial<ChannelOrder['lines'][number]>): ChannelOrder['lines'] => order.lines.map((each, index) => (index === line % order.lines.length ? { ...each, ...change } : each));
  const target = order.lines[line % order.lines.length];
  switch (move) {
    case 'pay':
      return order.stage === 'unpaid' ? { ...order, stage: 'paid', paidAt: '2026-11-24T01:02:00.000Z' } : order;
    case 'cancel':
      return order.stage === 'unpaid' || open ? { ...order, stage: 'cancelled' } : order;
    case 'move_near':
    case 'move_far':
      return order.stage === 'unpaid' || open ? { ...order, receiver: { ...order.receiver, ...PLACES[move] } } : order;
    case 'refund_open':
      return open && target?.refund === 'none' ? { ...order, lines: at({ refund: 'open' }) } : order;
    case 'refund_close':
      return target?.refund === 'open' ? { ...order, lines: at({ refund: 'none' }) } : order;
    case 'refund_done':
      return target?.refund === 'open' ? { ...order, lines: at({ refund: 'refunded' }) } : order;
    case 'risk_on':
      return open ? { ...order, holds: ['risk_review'] } : order;
    case 'risk_off':
      return { ...order, holds: [] };
    case 'ship':
      return open && order.holds.length === 0 ? { ...order, stage: 'shipped', lines: order.lines.map((each) => (each.refund === 'refunded' ? each : { ...each, shippedQuantity: each.quantity })) } : order;
    case 'complete':
      return order.stage === 'shipped' ? { ...order, stage: 'completed' } : order;
    default:
      return order;
  }
}

const moveArb = fc.record({ order: fc.nat(3), move: fc.constantFrom(...MOVES, ...OFTEN), line: fc.nat(2), pushes: fc.integer({ min: 0, max: 3 }) });
const stockArb = (most: number) => fc.record({ sku: fc.constantFrom<string>('TS', 'SH'), warehouse: fc.constantFrom<string>('JX', 'DG', 'LF'), quantity: fc.integer({ min: 1, max: most }) });
const historyArb = fc.record({
  stock: fc.array(stockArb(8), { minLength: 2, maxLength: 6 }),
  moves: fc.array(moveArb, { minLength: 4, maxLength: 24 }),
  receipts: fc.array(stockArb(5), { maxLength: 3 }),
  people: fc.array(fc.record({ order: fc.nat(3), type: fc.constantFrom('hold', 'release', 'reroute', 'cancel'), after: fc.nat(20) }), { maxLength: 3 }),
  seed: fc.nat(),
});
type History = typeof historyArb extends fc.Arbitrary<infer T> ? T : never;

/** Small repeatable numbers for shuffles and pauses. */
function numbers(seed: number): () => number {
  let state = seed % 2_147_483_647 || 1;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

/** Yields a random number of turns, so that concurrent flows interleave differently in every history. */
function restlessPause(random: () => number): () => Promise<void> {
  return async () => {
    for (let turns = Math.floor(random() * 4); turns > 0; turns -= 1) await Promise.resolve();
  };
}

async function deliver(hub: MemoryHub, channelOrderId: string, eventKey: string): Promise<void> {
  // Whatever a flow gives back to the queue comes again, as SQS would bring it.
  for (let receives = 1; receives <= 12; receives += 1) {
    try {
      const dead = await syncOrder(hub, { shop: SHOP, hints: [hintOf(channelOrderId, eventKey)], receives });
      expect(dead).toBeUndefined();
      return;
    } catch (fault) {
      if (!(fault instanceof Error) || !['TryLater', 'BusyError'].includes(fault.name)) throw fault;
    }
  }
  throw new Error(`${channelOrderId} was never worked off`);
}

async function drainReleases(hub: MemoryHub): Promise<void> {
  for (let message = hub.sent.shift(); message !== undefined; message = hub.sent.shift()) if (message.queue === 'releases') await releaseWaiting(hub, message.message);
}

const ORDER_IDS = ['6931234567890123456', '6931234567890123457', '6931234567890123458', '6931234567890123459'];

/** Plays a history: moves on the platform, pushes delivered late, twice, out of order and side by side. */
async function play(hub: MemoryHub, history: History, endHolds = false): Promise<void> {
  const random = numbers(history.seed);
  await setUp(hub, [JIAXING, DONGGUAN, LANGFANG], history.stock);
  for (const [index, id] of ORDER_IDS.entries()) hub.platform.set(id, detailOf(id, { stage: index % 2 === 0 ? 'unpaid' : 'paid' }));
  const pushes: { id: string; key: string }[] = ORDER_IDS.map((id) => ({ id, key: `${id}-created` }));
  const flush = async (): Promise<void> => {
    const batch = pushes.splice(0).toSorted(() => random() - 0.5);
    await Promise.all(batch.map(({ id, key }) => deliver(hub, id, key)));
  };
  for (const [index, { order, move, line, pushes: copies }] of history.moves.entries()) {
    const id = ORDER_IDS[order] ?? '';
    const before = hub.platform.get(id);
    if (before === undefined) continue;
    hub.platform.set(id, moved(before, move, line));
    for (let copy = 0; copy < copies; copy += 1) pushes.push({ id, key: `${id}-${index}` });
    if (random() < 0.3) await flush();
    for (const { order: target, type } of history.people.filter(({ after }) => after === index)) {
      await changeOrder(hub, { orderId: `douyin.s1.${ORDER_IDS[target] ?? ''}`, command: { type, reason: 'test' } }, { tenantId: TENANT.tenantId, by: 'tester', replayable: undefined });
    }
  }
  await flush();
  for (const receipt of history.receipts) {
    await addStock(hub, receipt);
    hub.sent.push({ queue: 'releases', message: JSON.stringify({ tenantId: TENANT.tenantId, sku: receipt.sku }) });
    await drainReleases(hub);
  }
  // A hold reserves nothing before allocation and keeps what is reserved after it, so arrival order shows until it ends.
  if (endHolds) for (const [id, detail] of hub.platform) hub.platform.set(id, { ...detail, holds: [], lines: detail.lines.map((line) => ({ ...line, refund: line.refund === 'open' ? 'none' : line.refund })) });
  // The last push of every order arrives in the end; platforms redeliver until they are answered.
  await Promise.all(ORDER_IDS.map((id) => deliver(hub, id, `${id}-last`)));
  await drainReleases(hub);
}

function shapeOf(order: Order): unknown {
  return { id: order.channelOrderId, status: order.status, holds: order.holds, lines: order.lines.map((line) => [line.lineId, lineStatus(order, line), line.shippedQuantity]), place: order.receiver.regionCode };
}

describe('random histories of pushes', () => {
  test('leave stock, movements, reservations and the waiting list in agreement', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(historyArb, async (history) => {
        const hub = memoryHub(restlessPause(numbers(history.seed + 1)));
        await play(hub, history);
        expect(await brokenInvariants(hub)).toEqual([]);
      }),
      { numRuns: HISTORIES },
    );
  });

  test('end in the same state in whatever order the pushes arrive', { timeout: 120_000 }, async () => {
    const plenty = ['JX', 'DG', 'LF'].flatMap((warehouse) => ['TS', 'SH'].map((sku) => ({ sku, warehouse, quantity: 100 })));
    await fc.assert(
      fc.asyncProperty(historyArb, fc.nat(), async (history, otherSeed) => {
        const runs = await Promise.all(
          [history.seed, otherSeed].map(async (seed) => {
            const hub = memoryHub(restlessPause(numbers(seed + 1)));
            await play(hub, { ...history, stock: plenty, people: [], receipts: [], seed }, true);
            return ordersOf(hub).toSorted((a, b) => a.orderId.localeCompare(b.orderId)).map(shapeOf);
          }),
        );
        expect(runs[1]).toEqual(runs[0]);
      }),
      { numRuns: HISTORIES / 4 },
    );
  });

  test('allocate the same SKU on two lines as one demand', async () => {
    const hub = memoryHub();
    await setUp(hub, [JIAXING], [{ sku: 'TS', warehouse: 'JX', quantity: 2 }]);
    hub.platform.set('1', detailOf('1', { lines: [lineOf('a', 'TS', 2), lineOf('b', 'TS', 1)] }));
    await deliver(hub, '1', 'k');
    expect(ordersOf(hub).map(({ status, waitingFor }) => ({ status, waitingFor }))).toEqual([{ status: 'backordered', waitingFor: ['TS'] }]);
    expect(await brokenInvariants(hub)).toEqual([]);
  });
});
