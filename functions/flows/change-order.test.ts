import { beforeEach, describe, expect, test } from 'vitest';
import { changeOrder, placeOrder } from './change-order.ts';
import { bodyOf, byAnn, drained, expectSound, GUANGZHOU, keyed, moved, piecesIn, placed, shipped, stored } from './testing/placed.ts';
import { ordersOf, rowsOf } from './testing/invariants.ts';
import { addStock, DONGGUAN, JIAXING, LANGFANG, memoryHub, setUp, type MemoryHub } from './testing/memory-hub.ts';

let hub: MemoryHub;
beforeEach(async () => {
  hub = memoryHub();
  await setUp(hub, [JIAXING, DONGGUAN, LANGFANG], [{ sku: 'TS', warehouse: 'JX', quantity: 10 }, { sku: 'TS', warehouse: 'DG', quantity: 10 }, { sku: 'SH', warehouse: 'JX', quantity: 3 }]);
});

describe('placing an order', () => {
  test('reserves its goods near the receiver before it answers, and says why', async () => {
    const near = await placed(hub, bodyOf('1', [['TS', 2]]));
    const far = await placed(hub, bodyOf('2', [['TS', 2]], { receiver: GUANGZHOU }));
    expect([near.status, piecesIn(near), piecesIn(far)]).toEqual(['allocated', { JX: 2 }, { DG: 2 }]);
    expect(near.routing?.chosen?.why).not.toBe('');
    expect(near.timeline.map(({ event, by }) => [event, by])).toEqual([['created', 'Ann'], ['paid', 'Ann'], ['allocated', 'auto']]);
    await expectSound(hub);
  });

  test('sums two lines of one SKU before it takes', async () => {
    expect((await placed(hub, bodyOf('1', [['SH', 2], ['SH', 1]]))).status).toBe('allocated');
    expect(await placed(hub, bodyOf('2', [['TS', 6], ['TS', 15]]))).toMatchObject({ status: 'backordered', waitingFor: ['TS'], allocations: [] });
    await expectSound(hub);
  });

  test.each([[[['NONE', 1]]], [[['TS', 1], ['NONE', 1]]]] as const)('of an unknown SKU waits for it: %j', async (lines) => {
    expect(await placed(hub, bodyOf('1', lines))).toMatchObject({ status: 'backordered', waitingFor: ['NONE'], allocations: [] });
    await addStock(hub, { sku: 'NONE', warehouse: 'JX', quantity: 1 });
    hub.sent.push({ queue: 'releases', message: JSON.stringify({ tenantId: 'tenant0001', sku: 'NONE' }) });
    await drained(hub);
    expect((await stored(hub, 'offline.default.1')).status).toBe('allocated');
    await expectSound(hub);
  });

  test('again with the same key and body gives the order again; with another body, 409', async () => {
    const first = await placeOrder(hub, bodyOf('1', [['TS', 2]]), byAnn(keyed('k')));
    const again = await placeOrder(hub, bodyOf('1', [['TS', 2]]), byAnn(keyed('k')));
    expect(again).toEqual(first);
    expect(await placeOrder(hub, bodyOf('2', [['TS', 2]]), byAnn(keyed('k', 'other')))).toMatchObject({ ok: false, error: { code: 'idempotency_conflict' } });
    expect(ordersOf(hub)).toHaveLength(1);
  });

  test('again with its channel order id is 409, whatever the key', async () => {
    await placed(hub, bodyOf('1', [['TS', 2]]));
    for (const by of [byAnn(), byAnn(keyed('k'))]) expect(await placeOrder(hub, bodyOf('1', [['TS', 2]]), by)).toMatchObject({ ok: false, error: { code: 'order_exists' } });
    expect((await placed(hub, bodyOf('1', [['TS', 2]], { shopId: 's2' }))).orderId).toBe('offline.s2.1');
    expect(piecesIn(await stored(hub, 'offline.default.1'))).toEqual({ JX: 2 });
    await expectSound(hub);
  });

  test('sixteen times at once with one key makes one order, and everyone gets it', async () => {
    const answers = await Promise.all(Array.from({ length: 16 }, async () => placeOrder(hub, bodyOf('1', [['TS', 2]]), byAnn(keyed('k')))));
    expect(answers.map((answer) => (answer.ok ? answer.value.orderId : answer.error.code))).toEqual(Array.from({ length: 16 }, () => 'offline.default.1'));
    expect((await rowsOf(hub)).find(({ sku, warehouse }) => sku === 'TS' && warehouse === 'JX')?.reserved).toBe(2);
    await expectSound(hub);
  });

  test('to a place nobody knows is held; released, it goes by priority', async () => {
    await hub.tables.transact(hub.tenants.warehouseWrites('tenant0001', { ...DONGGUAN, priority: 1 }));
    const order = await placed(hub, bodyOf('1', [['TS', 2]], { receiver: { province: '火星省', city: '', district: '' } }));
    expect([order.status, order.holds, order.receiver.regionStatus]).toEqual(['held', ['region_unknown'], 'unknown']);
    const free = await moved(hub, order.orderId, 'release');
    expect(free).toMatchObject({ status: 'allocated', holds: [], routing: { chosen: { warehouses: ['DG'] } } });
    await expectSound(hub);
  });
});

describe('moving an order', () => {
  test('held before allocation it reserves nothing, and is routed when it is released', async () => {
    const order = await placed(hub, bodyOf('1', [['TS', 21]]));
    expect(await moved(hub, order.orderId, 'hold')).toMatchObject({ status: 'held', waitingFor: [] });
    await addStock(hub, { sku: 'TS', warehouse: 'JX', quantity: 11 });
    expect(await moved(hub, order.orderId, 'release')).toMatchObject({ status: 'allocated' });
    await expectSound(hub);
  });

  test('cancelled it gives back what it held, exactly once', async () => {
    const order = await placed(hub, bodyOf('1', [['TS', 4]]));
    expect(await moved(hub, order.orderId, 'cancel')).toMatchObject({ status: 'cancelled', allocations: [] });
    expect(await moved(hub, order.orderId, 'cancel')).toBe('order_closed');
    expect((await rowsOf(hub)).every(({ reserved }) => reserved === 0)).toBe(true);
    await expectSound(hub);
  });

  test('rerouted it may keep what it has: its own pieces count for its new plan', async () => {
    const order = await placed(hub, bodyOf('1', [['SH', 3]]));
    expect(await moved(hub, order.orderId, 'reroute')).toMatchObject({ status: 'allocated', allocations: order.allocations });
    await hub.tables.transact(hub.tenants.warehouseWrites('tenant0001', { ...JIAXING, active: false }));
    const elsewhere = await placed(hub, bodyOf('2', [['TS', 2]]));
    expect(piecesIn(elsewhere)).toEqual({ DG: 2 });
    expect(await moved(hub, order.orderId, 'reroute')).toMatchObject({ status: 'backordered', waitingFor: ['SH'] });
    await expectSound(hub);
  });

  test('shipped in two parcels it takes stock as it goes', async () => {
    const { orderId } = await placed(hub, bodyOf('1', [['TS', 4], ['SH', 1]]));
    expect(await shipped(hub, orderId, { warehouse: 'JX', lines: [{ lineId: '1', quantity: 3 }] })).toMatchObject({ status: 'partly_shipped' });
    expect(await moved(hub, orderId, 'cancel')).toBe('order_already_shipped');
    expect(await shipped(hub, orderId, { warehouse: 'JX', shipmentId: 'p2', lines: [{ lineId: '1', quantity: 1 }, { lineId: '2', quantity: 1 }] })).toMatchObject({ status: 'shipped' });
    expect((await rowsOf(hub)).filter(({ warehouse }) => warehouse === 'JX').map(({ sku, onHand, reserved }) => [sku, onHand, reserved])).toEqual([['SH', 2, 0], ['TS', 6, 0]]);
    await expectSound(hub);
  });

  test('by nobody’s id is 404, and a parcel’s key gives the same parcel', async () => {
    expect(await moved(hub, 'offline.default.none', 'hold')).toBe('order_not_found');
    const { orderId } = await placed(hub, bodyOf('1', [['TS', 4]]));
    const command = { type: 'ship' as const, shipmentId: 'p1', warehouse: 'JX', carrier: 'SF', trackingNumber: 'SF1', lines: [{ lineId: '1', quantity: 2 }], at: '', by: 'Ann' };
    const both = await Promise.all(['p1', 'p2'].map(async (shipmentId) => changeOrder(hub, { orderId, command: { ...command, shipmentId } }, byAnn(keyed('ship')))));
    expect(both.map((answer) => answer.ok && answer.value.shipments.length)).toEqual([1, 1]);
    await expectSound(hub);
  });

  test('many at once, one cancels and no stock is lost', async () => {
    const { orderId } = await placed(hub, bodyOf('1', [['TS', 4]]));
    const outcomes = await Promise.all([...Array.from({ length: 4 }, async () => moved(hub, orderId, 'cancel')), moved(hub, orderId, 'hold'), moved(hub, orderId, 'reroute')]);
    expect(outcomes.filter((outcome) => typeof outcome !== 'string' && outcome.status === 'cancelled')).toHaveLength(1);
    expect((await stored(hub, orderId)).status).toBe('cancelled');
    await expectSound(hub);
  });
});
