import { describe, expect, test } from 'vitest';
import { decide, type OrderCommand } from './decide.ts';
import { evolve } from './events.ts';
import { orderStatus, viewOf } from './order.ts';
import type { Order } from './schema.ts';
import { after, allocatedBy, AUTO, backorderedFor, lineOf, NOWHERE, orderOfDetail, pieceOf, shipOf } from './testing/sample.ts';

/** Reads as a sentence: given an order, when a command comes, then these events follow, or this code refuses. */
function given(order: Order) {
  return {
    when(command: OrderCommand) {
      const outcome = decide(order, command);
      return {
        thenRefused: (code: string) => expect(outcome.ok ? outcome.value.map(({ type }) => type) : outcome.error.code).toBe(code),
        thenEvents: (...types: string[]) => {
          expect(outcome.ok ? outcome.value.map(({ type }) => type) : outcome.error).toEqual(types);
          return outcome.ok ? evolve(order, outcome.value, { ...AUTO, by: 'Ann' }) : order;
        },
      };
    },
  };
}

const reason = 'because';
const PAID = orderOfDetail();
const ALLOCATED = after(PAID, allocatedBy([pieceOf('a', 2), pieceOf('b', 1)]));
const ORDERS: Readonly<Record<string, Order>> = {
  awaiting_payment: orderOfDetail({ stage: 'unpaid' }),
  held: orderOfDetail({ holds: ['risk_review'] }),
  backordered: after(PAID, backorderedFor('TS')),
  allocated: ALLOCATED,
  partly_shipped: evolve(ALLOCATED, [{ type: 'shipped', detail: '', shipment: { ...shipOf([]), pieces: [pieceOf('a', 1)] } }], AUTO),
  shipped: evolve(ALLOCATED, [{ type: 'shipped', detail: '', shipment: { ...shipOf([]), pieces: [pieceOf('a', 2), pieceOf('b', 1)] } }], AUTO),
  completed: after(ALLOCATED, { type: 'completed', detail: '' }),
  cancelled: after(PAID, { type: 'cancelled', here: false, detail: '' }),
};

test('the sample orders are in the statuses they are named by', () => {
  for (const [status, order] of Object.entries(ORDERS)) expect([status, order.status, orderStatus(order)]).toEqual([status, status, status]);
});

const COMMANDS: Readonly<Record<string, OrderCommand>> = {
  hold: { type: 'hold', reason },
  release: { type: 'release', reason },
  cancel: { type: 'cancel', reason },
  reroute: { type: 'reroute', reason },
  ship: shipOf([{ lineId: 'a', quantity: 1 }], { shipmentId: 'p2' }),
};

/** What each command leads to in each status: the events, or the code that refuses. */
const OUTCOMES: Readonly<Record<OrderCommand['type'], Readonly<Record<string, string>>>> = {
  hold: { awaiting_payment: 'held', held: 'held', backordered: 'held', allocated: 'held', partly_shipped: 'held', shipped: 'order_already_shipped', completed: 'order_closed', cancelled: 'order_closed' },
  release: { awaiting_payment: 'order_not_held', held: 'order_not_held', backordered: 'order_not_held', allocated: 'order_not_held', partly_shipped: 'order_not_held', shipped: 'order_not_held', completed: 'order_closed', cancelled: 'order_closed' },
  cancel: { awaiting_payment: 'cancelled', held: 'cancelled', backordered: 'cancelled', allocated: 'cancelled', partly_shipped: 'order_already_shipped', shipped: 'order_already_shipped', completed: 'order_closed', cancelled: 'order_closed' },
  reroute: { awaiting_payment: 'order_not_allocated', held: 'order_held', backordered: 'rerouted', allocated: 'rerouted', partly_shipped: 'rerouted', shipped: 'order_already_shipped', completed: 'order_closed', cancelled: 'order_closed' },
  ship: { awaiting_payment: 'order_not_allocated', held: 'order_held', backordered: 'order_not_allocated', allocated: 'shipped', partly_shipped: 'shipped', shipped: 'line_not_shippable', completed: 'order_closed', cancelled: 'order_closed' },
};

describe.each(Object.entries(OUTCOMES))('%s', (type, outcomes) => {
  test.each(Object.entries(outcomes))('an order that is %s: %s', (status, outcome) => {
    const [order, command] = [ORDERS[status], COMMANDS[type]];
    if (order === undefined || command === undefined) throw new Error(`${type} ${status}`);
    const decided = decide(order, command);
    expect(decided.ok ? decided.value.map((event) => event.type).join() : decided.error.code).toBe(outcome);
  });
});

describe('holding and releasing', () => {
  test('a hold keeps what is reserved, and refuses shipping until it is lifted', () => {
    const held = given(ALLOCATED).when({ type: 'hold', reason }).thenEvents('held');
    expect([held.status, held.holds, held.allocations]).toEqual(['held', ['manual'], ALLOCATED.allocations]);
    given(held).when(shipOf([{ lineId: 'a', quantity: 1 }])).thenRefused('order_held');
    given(held).when({ type: 'hold', reason }).thenRefused('order_held');
    const free = given(held).when({ type: 'release', reason }).thenEvents('hold_lifted');
    expect([free.status, free.holds, free.waived]).toEqual(['allocated', [], []]);
  });

  test('a person lifts a hold of the hub, and not the platform’s beside it', () => {
    const order = orderOfDetail({ holds: ['group_open'] }, NOWHERE);
    expect(order.holds).toEqual(['group_open', 'region_unknown']);
    const freed = given(order).when({ type: 'release', reason }).thenEvents('hold_lifted');
    expect([freed.status, freed.holds, freed.waived]).toEqual(['held', ['group_open'], ['region_unknown']]);
    given(freed).when({ type: 'release', reason }).thenRefused('order_not_held');
  });

  test('the timeline says who, what and why', () => {
    const held = given(ALLOCATED).when({ type: 'hold', reason: '客户电话' }).thenEvents('held');
    expect(held.timeline.at(-1)).toEqual({ at: AUTO.at, event: 'held', by: 'Ann', detail: '客户电话' });
  });
});

describe('shipping', () => {
  test('takes pieces of the warehouse named, and leaves the rest reserved', () => {
    const order = after(PAID, allocatedBy([pieceOf('a', 1), pieceOf('a', 1, 'DG'), pieceOf('b', 1, 'DG')]));
    const shipped = given(order).when(shipOf([{ lineId: 'a', quantity: 1 }, { lineId: 'b', quantity: 1 }], { warehouse: 'DG' })).thenEvents('shipped');
    expect(shipped.allocations).toEqual([pieceOf('a', 1)]);
    expect(shipped.status).toBe('partly_shipped');
    const done = given(shipped).when(shipOf([{ lineId: 'a', quantity: 1 }], { shipmentId: 'p2' })).thenEvents('shipped');
    expect([done.status, done.allocations, done.shipments.length]).toEqual(['shipped', [], 2]);
  });

  test.each([
    ['no such line', [{ lineId: 'x', quantity: 1 }], 'JX', 'line_not_found'],
    ['more than there is', [{ lineId: 'a', quantity: 3 }], 'JX', 'quantity_exceeds_allocation'],
    ['more in two entries of one line', [{ lineId: 'a', quantity: 1 }, { lineId: 'a', quantity: 2 }], 'JX', 'quantity_exceeds_allocation'],
    ['a warehouse that has none', [{ lineId: 'a', quantity: 1 }], 'DG', 'order_not_allocated'],
  ])('refuses %s', (_case, lines, warehouse, code) => {
    given(ALLOCATED).when(shipOf(lines, { warehouse })).thenRefused(code);
  });

  test.each([
    ['under refund', { type: 'refund_opened', lineId: 'a', detail: '' }],
    ['refunded', { type: 'refunded', lineId: 'a', detail: '' }],
    ['cancelled', { type: 'line_cancelled', lineId: 'a', detail: '' }],
  ] as const)('refuses a line that is %s, and takes the other one', (_case, event) => {
    const order = after(ALLOCATED, event);
    given(order).when(shipOf([{ lineId: 'a', quantity: 1 }])).thenRefused('line_not_shippable');
    given(order).when(shipOf([{ lineId: 'b', quantity: 1 }])).thenEvents('shipped');
  });

  test('goes on with a parcel that was begun, and sends none of it twice', () => {
    const begun = evolve(ALLOCATED, [{ type: 'shipped', detail: '', shipment: { ...shipOf([]), pieces: [pieceOf('a', 2)] } }], AUTO);
    const whole = given(begun).when(shipOf([{ lineId: 'a', quantity: 2 }, { lineId: 'b', quantity: 1 }])).thenEvents('shipped');
    expect(whole.shipments.map(({ shipmentId, pieces }) => [shipmentId, pieces])).toEqual([['p1', [pieceOf('a', 2), pieceOf('b', 1)]]]);
    expect([whole.status, whole.allocations]).toEqual(['shipped', []]);
  });
});

test('the view hides sealed personal data and inner bookkeeping', () => {
  const view = viewOf({ ...orderOfDetail({ lines: [lineOf('a', 2)] }), version: 1 });
  expect(JSON.stringify(view)).not.toMatch(/#c1#|sealed|seen|waived|parcels|bucket/);
});
