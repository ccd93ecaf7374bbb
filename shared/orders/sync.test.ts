import { describe, expect, test } from 'vitest';
import type { ChannelOrder } from '../kernel/channel-order.ts';
import { evolve } from './events.ts';
import { lineStatus } from './order.ts';
import type { Order } from './schema.ts';
import { eventsOfDetail, isStale, lagsBehind } from './sync.ts';
import { after, allocatedBy, AUTO, detailOf, FACTS, lineOf, NOWHERE, orderOfDetail, pieceOf } from './testing/sample.ts';

function types(order: Order | undefined, detail: ChannelOrder, facts = FACTS): string[] {
  return eventsOfDetail(order, detail, facts).map(({ type }) => type);
}

/** The order after the newest detail; it must ask for nothing more when the same detail comes again. */
function synced(order: Order | undefined, detail: ChannelOrder, facts = FACTS): Order {
  const next = evolve(order, eventsOfDetail(order, detail, facts), AUTO);
  expect(eventsOfDetail(next, detail, facts)).toEqual([]);
  return next;
}

const PAID = orderOfDetail();
const ALLOCATED = after(PAID, allocatedBy([pieceOf('a', 2), pieceOf('b', 1)]));
const SHIPPED_LINES = [lineOf('a', 2, { shippedQuantity: 2 }), lineOf('b', 1, { shippedQuantity: 1 })];
const HAINING = { ...detailOf().receiver, city: '嘉兴市', district: '海宁市' };
const IN_HAINING = { ...FACTS, region: { regionCode: '330481', regionStatus: 'current', routable: true } };

describe('an order seen for the first time', () => {
  test.each([
    [{ stage: 'unpaid' }, ['created'], 'awaiting_payment'],
    [{ stage: 'paid' }, ['created', 'paid'], 'backordered'],
    [{ stage: 'cancelled' }, ['created', 'paid', 'cancelled'], 'cancelled'],
    [{ stage: 'shipped' }, ['created', 'paid', 'shipped_elsewhere', 'shipped_elsewhere'], 'shipped'],
    [{ stage: 'partly_shipped', lines: [lineOf('a', 2, { shippedQuantity: 1 })] }, ['created', 'paid', 'shipped_elsewhere'], 'partly_shipped'],
    [{ stage: 'completed' }, ['created', 'paid', 'shipped_elsewhere', 'shipped_elsewhere', 'completed'], 'completed'],
    [{ holds: ['risk_review', 'group_open'] }, ['created', 'paid', 'held', 'held'], 'held'],
    [{ lines: [lineOf('a', 2, { refund: 'refunded' })] }, ['created', 'paid', 'refunded'], 'cancelled'],
    [{ lines: [lineOf('a', 2, { refund: 'open' })] }, ['created', 'paid', 'refund_opened'], 'held'],
    [{ lines: [lineOf('a', 2, { cancelled: true }), lineOf('b', 1)] }, ['created', 'paid', 'line_cancelled'], 'backordered'],
  ] as const)('as %j', (change, events, status) => {
    const detail = detailOf({ ...change, holds: [...('holds' in change ? change.holds : [])], lines: [...('lines' in change ? change.lines : detailOf().lines)] });
    expect(types(undefined, detail)).toEqual(events);
    expect(synced(undefined, detail).status).toBe(status);
  });

  test('cancelled before it was paid, was never paid', () => {
    const { paidAt: _paidAt, ...unpaid } = detailOf({ stage: 'cancelled' });
    expect(types(undefined, unpaid)).toEqual(['created', 'cancelled']);
  });

  test('to an unknown place is held for a person', () => {
    expect(orderOfDetail({}, NOWHERE)).toMatchObject({ status: 'held', holds: ['region_unknown'] });
  });

  test.each([[500, []], [501, ['oversized']]])('with %d lines has holds %j', (count, holds) => {
    const lines = Array.from({ length: count }, (_, index) => lineOf(String(index), 1));
    expect(orderOfDetail({ lines }).holds).toEqual(holds);
  });
});

describe('payment', () => {
  test('afterwards brings its time and the promise', () => {
    const unpaid = orderOfDetail({ stage: 'unpaid' });
    const paid = synced(unpaid, detailOf({ shipBy: '2026-11-25T00:00:00.000Z' }));
    expect(paid).toMatchObject({ stage: 'paid', paidAt: '2026-11-24T01:01:00.000Z', shipBy: '2026-11-25T00:00:00.000Z' });
  });

  test('is not undone by a replica that lags', () => {
    expect(types(PAID, detailOf({ stage: 'unpaid' }))).toEqual([]);
    expect(isStale({ ...PAID, channelUpdatedAt: '2026-11-24T01:05:00.000Z' }, detailOf({ updatedAt: '2026-11-24T01:04:59.999Z' }))).toBe(true);
    expect(isStale({ ...PAID, channelUpdatedAt: '2026-11-24T01:05:00.000Z' }, detailOf({ updatedAt: '2026-11-24T01:05:00.000Z' }))).toBe(false);
    expect(lagsBehind(detailOf({ stage: 'unpaid' }), ['paid'])).toBe(true);
    expect(lagsBehind(detailOf({ stage: 'shipped' }), ['paid'])).toBe(false);
  });
});

describe('holds of the platform', () => {
  test('come and go, and keep what is reserved', () => {
    const held = synced(ALLOCATED, detailOf({ holds: ['address_under_review'] }));
    expect(held).toMatchObject({ status: 'held', holds: ['address_under_review'], allocations: ALLOCATED.allocations });
    expect(synced(held, detailOf())).toMatchObject({ status: 'allocated', holds: [] });
  });

  test('leave a person’s hold alone', () => {
    const held = after(ALLOCATED, { type: 'held', code: 'manual', detail: '' });
    expect(types(held, detailOf())).toEqual([]);
  });

  test('a waived unknown place stays waived, until the address is another one', () => {
    const waived = after(orderOfDetail({}, NOWHERE), { type: 'hold_lifted', code: 'region_unknown', waived: true, detail: '' });
    expect(types(waived, detailOf(), NOWHERE)).toEqual([]);
    const elsewhere = synced(waived, detailOf({ receiver: { ...detailOf().receiver, district: '没有区' } }), NOWHERE);
    expect(elsewhere).toMatchObject({ status: 'held', holds: ['region_unknown'] });
  });
});

describe('refunds', () => {
  test('open, close and succeed for one line, before shipping', () => {
    const open = synced(ALLOCATED, detailOf({ lines: [lineOf('a', 2, { refund: 'open' }), lineOf('b', 1)] }));
    expect([open.status, open.holds, open.lines.map((line) => lineStatus(open, line))]).toEqual(['allocated', ['refund_open'], ['refund_open', 'allocated']]);
    expect(open.allocations).toEqual(ALLOCATED.allocations);
    const closed = synced(open, detailOf());
    expect([closed.status, closed.holds, closed.allocations]).toEqual(['allocated', [], ALLOCATED.allocations]);
    const done = synced(open, detailOf({ lines: [lineOf('a', 2, { refund: 'refunded' }), lineOf('b', 1)] }));
    expect([done.holds, done.allocations, lineStatus(done, done.lines[0] ?? lineOf('', 1))]).toEqual([[], [pieceOf('b', 1)], 'refunded']);
  });

  test('after shipping take nothing back into stock', () => {
    const shipped = synced(ALLOCATED, detailOf({ stage: 'shipped', lines: SHIPPED_LINES }));
    const refunded = synced(shipped, detailOf({ stage: 'shipped', lines: SHIPPED_LINES.map((line) => ({ ...line, refund: 'refunded' as const })) }));
    expect([refunded.shipments.length, refunded.allocations]).toEqual([2, []]);
  });

  test('of a line that was refunded never open again', () => {
    const done = synced(ALLOCATED, detailOf({ lines: [lineOf('a', 2, { refund: 'refunded' }), lineOf('b', 1)] }));
    expect(types(done, detailOf({ lines: [lineOf('a', 2, { refund: 'open' }), lineOf('b', 1)] }))).toEqual([]);
  });
});

describe('lines', () => {
  test('are added, changed and cancelled', () => {
    const added = synced(ALLOCATED, detailOf({ lines: [lineOf('a', 2), lineOf('b', 1), lineOf('c', 4)] }));
    expect([added.status, added.lines.length, added.allocations]).toEqual(['backordered', 3, ALLOCATED.allocations]);
    const changed = synced(ALLOCATED, detailOf({ lines: [lineOf('a', 2, { sku: 'SH' }), lineOf('b', 1)] }));
    expect([changed.lines[0]?.sku, changed.allocations]).toEqual(['SH', [pieceOf('b', 1)]]);
    const cancelled = synced(ALLOCATED, detailOf({ lines: [lineOf('a', 2), lineOf('b', 1, { cancelled: true })] }));
    expect([cancelled.status, cancelled.allocations]).toEqual(['allocated', [pieceOf('a', 2)]]);
  });

  test('that have left do not change any more', () => {
    const shipped = synced(ALLOCATED, detailOf({ stage: 'shipped', lines: SHIPPED_LINES }));
    expect(types(shipped, detailOf({ stage: 'shipped', lines: [lineOf('a', 5, { shippedQuantity: 2 }), lineOf('b', 1, { shippedQuantity: 1 })] }))).not.toContain('line_changed');
  });
});

describe('an address', () => {
  test('that changes before anything left sets the goods free to be routed again', () => {
    const moved = synced(ALLOCATED, detailOf({ receiver: HAINING }), IN_HAINING);
    expect([moved.receiver.regionCode, moved.allocations, moved.timeline.at(-1)?.event]).toEqual(['330481', [], 'address_changed']);
  });

  test('in the same county keeps the plan', () => {
    const moved = synced(ALLOCATED, detailOf({ receiver: { ...detailOf().receiver, masked: { detail: '*9号' } } }));
    expect([moved.allocations, moved.timeline.at(-1)?.event]).toEqual([ALLOCATED.allocations, 'address_changed']);
  });

  test('that changes after goods left is an alert', () => {
    const shipped = synced(ALLOCATED, detailOf({ stage: 'partly_shipped', lines: [lineOf('a', 2, { shippedQuantity: 2 }), lineOf('b', 1)] }));
    const moved = synced(shipped, detailOf({ stage: 'partly_shipped', lines: [lineOf('a', 2, { shippedQuantity: 2 }), lineOf('b', 1)], receiver: HAINING }), IN_HAINING);
    expect([moved.timeline.at(-1)?.event, moved.allocations]).toEqual(['address_change_too_late', [pieceOf('b', 1)]]);
  });

  test('whose ciphertext alone differs is the same address, kept in its newest form without an entry', () => {
    const detail = detailOf({ updatedAt: '2026-11-24T03:00:00.000Z', receiver: { ...detailOf().receiver, sealed: { name: '#c2#' } } });
    expect(types(ALLOCATED, detail)).toEqual(['facts_changed']);
    const next = evolve(ALLOCATED, eventsOfDetail(ALLOCATED, detail, FACTS), AUTO);
    expect([next.receiver.sealed, next.timeline, next.allocations]).toEqual([{ name: '#c2#' }, ALLOCATED.timeline, ALLOCATED.allocations]);
  });
});

describe('notes and money', () => {
  test('are taken over, and a removed note is gone', () => {
    const noted = synced(PAID, detailOf({ buyerNote: '送到门口', sellerNote: 'VIP' }));
    expect([noted.buyerNote, noted.sellerNote]).toEqual(['送到门口', 'VIP']);
    const quiet = synced(noted, detailOf({ sellerNote: 'VIP', amounts: { ...detailOf().amounts, sellerDiscountFen: 100, paidFen: 2_900 } }));
    expect([quiet.buyerNote, quiet.sellerNote, quiet.amounts.paidFen]).toEqual([undefined, 'VIP', 2_900]);
  });
});

describe('the end', () => {
  test('cancelled frees everything; after goods left it is an alert', () => {
    expect(synced(ALLOCATED, detailOf({ stage: 'cancelled' }))).toMatchObject({ status: 'cancelled', allocations: [] });
    const shipped = synced(ALLOCATED, detailOf({ stage: 'shipped', lines: SHIPPED_LINES }));
    expect(synced(shipped, detailOf({ stage: 'cancelled', lines: SHIPPED_LINES })).timeline.at(-1)?.event).toBe('cancelled_too_late');
  });

  test('shipped elsewhere takes the goods from where they were reserved', () => {
    const shipped = synced(ALLOCATED, detailOf({ stage: 'shipped', lines: SHIPPED_LINES }));
    expect([shipped.status, shipped.allocations, shipped.shipments.map(({ warehouse, pieces }) => [warehouse, pieces.length])]).toEqual(['shipped', [], [['JX', 1], ['JX', 1]]]);
    expect(new Set(shipped.shipments.map(({ shipmentId }) => shipmentId)).size).toBe(2);
  });

  test('here stays the end, whatever the platform says of it', () => {
    const closed = after(ALLOCATED, { type: 'cancelled', here: true, detail: '' });
    expect(types(closed, detailOf({ holds: ['risk_review'], receiver: HAINING }), IN_HAINING)).toEqual([]);
    expect(synced(closed, detailOf({ stage: 'completed', lines: SHIPPED_LINES })).status).toBe('cancelled');
  });
});

test('the same detail again means nothing', () => {
  expect(types(ALLOCATED, detailOf())).toEqual([]);
});
