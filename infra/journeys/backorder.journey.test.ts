import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { hubOrderSchema, type HubClient, type HubOrder } from '../simulator/hub-client.ts';
import { api, type ApiAnswer } from './http-call.ts';
import { CHENGDU, HANGZHOU, offlineBody, oneLine, orderIn, sell, type OfflineWish } from './offline-order.ts';
import { expectStockAgrees, movementsOf, ordersOf } from './stock-check.ts';
import { TWO_WAREHOUSES } from './story.ts';
import { startTestHub, WAIT, type TestHub } from './test-hub.ts';

/** Orders that wait, orders that people move, and what the hub says when they may not. */
let hub: TestHub;
let client: HubClient;
let tenantId: string;

beforeAll(async () => {
  hub = await startTestHub();
});
afterAll(() => hub?.stop());
beforeEach(async () => {
  ({ client, tenantId } = await hub.client.startTrial({ company: 'Waiting', contact: '1' }));
  for (const [code, body] of Object.entries(TWO_WAREHOUSES)) await client.putWarehouse(code, body);
});
afterEach(async () => {
  await hub.queues.quiet();
  await expectStockAgrees(client);
});

const receive = (sku: string, delta: number, warehouse = 'JX') => client.adjustStock({ warehouse, sku, delta, reason: '到货' });
const move = (orderId: string, action: string, body: unknown = { reason: '试' }): Promise<ApiAnswer> => api(client, { method: 'POST', path: `/v1/orders/${orderId}/${action}`, body });
const statusOf = async ({ orderId }: HubOrder): Promise<string> => (await client.getOrder(orderId)).status;
const statuses = (orders: readonly HubOrder[]): Promise<string[]> => Promise.all(orders.map(statusOf));
const parcel = (order: HubOrder, quantity = 1, warehouse = order.allocations[0]?.warehouse ?? 'JX') => ({ warehouse, carrier: 'SF', trackingNumber: 'SF1234567890', lines: [{ lineId: '1', quantity }] });

/** Waits for the statuses, and that they are still so when nothing moves any more. */
async function settles(orders: readonly HubOrder[], expected: readonly string[]): Promise<void> {
  await vi.waitFor(async () => expect(await statuses(orders)).toEqual(expected), WAIT);
  await hub.queues.quiet();
  expect(await statuses(orders)).toEqual(expected);
}

async function sellAll(wishes: readonly OfflineWish[]): Promise<HubOrder[]> {
  const orders: HubOrder[] = [];
  for (const wish of wishes) orders.push(await sell(client, wish));
  return orders;
}

describe('an order without goods', () => {
  test('waits, says what for and who was asked, and reserves nothing', async () => {
    const order = await sell(client, { channelOrderId: 'W-1', lines: oneLine('TS', 2) });
    expect(order).toMatchObject({ status: 'backordered', allocations: [], holds: [], waitingFor: ['TS'], lines: [{ status: 'backordered' }], routing: { chosen: null } });
    expect(order.timeline.map(({ event }) => event)).toEqual(['created', 'paid', 'backordered']);
    await receive('TS', 1);
    await settles([order], ['backordered']);
    await receive('TS', 1);
    await settles([order], ['allocated']);
    expect(await client.getOrder(order.orderId)).toMatchObject({ waitingFor: [], allocations: [{ warehouse: 'JX', lines: [{ quantity: 2 }] }] });
  });

  test('is not lost when the goods lie in two places and none has enough', async () => {
    await receive('TS', 1, 'JX');
    await receive('TS', 1, 'CD');
    const order = await sell(client, { channelOrderId: 'W-1', lines: [{ lineId: 'a', sku: 'TS', quantity: 1 }, { lineId: 'b', sku: 'TS', quantity: 1 }] });
    expect(order.status).toBe('allocated');
    expect(order.allocations.map(({ warehouse }) => warehouse).toSorted()).toEqual(['CD', 'JX']);
  });

  test('gets what comes in by its promise: ship-by time first, else two days after payment', async () => {
    const nowMs = Date.now();
    const inHours = (hours: number): string => new Date(nowMs + hours * 3_600_000).toISOString();
    const orders = await sellAll([
      { channelOrderId: 'late', lines: oneLine('TS'), more: { shipBy: inHours(72) } },
      { channelOrderId: 'usual', lines: oneLine('TS') },
      { channelOrderId: 'paid-yesterday', lines: oneLine('TS'), more: { paidAt: inHours(-24) } },
      { channelOrderId: 'urgent', lines: oneLine('TS'), more: { shipBy: inHours(1) } },
    ]);
    await settles(orders, ['backordered', 'backordered', 'backordered', 'backordered']);
    await receive('TS', 1);
    await settles(orders, ['backordered', 'backordered', 'backordered', 'allocated']);
    await receive('TS', 2);
    await settles(orders, ['backordered', 'allocated', 'allocated', 'allocated']);
    await receive('TS', 5);
    await settles(orders, ['allocated', 'allocated', 'allocated', 'allocated']);
  });

  test('that lacks another thing too does not stop those behind it', async () => {
    const both = [{ lineId: '1', sku: 'TS', quantity: 1 }, { lineId: '2', sku: 'RARE', quantity: 1 }];
    const orders = await sellAll([{ channelOrderId: 'first', lines: both }, { channelOrderId: 'second', lines: oneLine('TS') }, { channelOrderId: 'big', lines: oneLine('TS', 50) }, { channelOrderId: 'last', lines: oneLine('TS') }]);
    await receive('TS', 2);
    await settles(orders, ['backordered', 'allocated', 'backordered', 'allocated']);
    await receive('RARE', 1);
    await settles(orders, ['backordered', 'allocated', 'backordered', 'allocated']);
    await receive('TS', 1);
    await settles(orders, ['allocated', 'allocated', 'backordered', 'allocated']);
  });

  test('gets what a cancelled order gives back', async () => {
    await receive('TS', 1);
    const [holder, waiter] = await sellAll([{ channelOrderId: 'holder', lines: oneLine('TS') }, { channelOrderId: 'waiter', lines: oneLine('TS') }]);
    if (holder === undefined || waiter === undefined) throw new Error('two orders were placed');
    await client.act(holder.orderId, 'cancel', '不要了');
    await settles([holder, waiter], ['cancelled', 'allocated']);
  });
});

describe('warehouses', () => {
  test('that are opened, or opened again, release what waits for their goods', async () => {
    await client.call('PUT', '/v1/warehouses/JX', { body: { ...TWO_WAREHOUSES['JX'], active: false } });
    await receive('TS', 2, 'JX');
    const order = await sell(client, { channelOrderId: 'W-1', lines: oneLine('TS') });
    await settles([order], ['backordered']);
    await client.call('PUT', '/v1/warehouses/JX', { body: { ...TWO_WAREHOUSES['JX'], active: true } });
    await settles([order], ['allocated']);
    const other = await sell(client, { channelOrderId: 'W-2', lines: oneLine('NEW') });
    await client.putWarehouse('WH', { name: '武汉仓', province: '湖北省', city: '武汉市', district: '东西湖区' });
    await receive('NEW', 1, 'WH');
    await settles([other], ['allocated']);
    expect((await client.getOrder(other.orderId)).allocations[0]?.warehouse).toBe('WH');
  });

  test('take no more parcels in a day than they can, and those that wait go when more may', async () => {
    const jiaxing = TWO_WAREHOUSES['JX'];
    await client.call('PUT', '/v1/warehouses/JX', { body: { ...jiaxing, dailyParcelsMax: 2 } });
    await receive('TS', 10, 'JX');
    const orders = await sellAll(['1', '2', '3', '4'].map((name) => ({ channelOrderId: `P-${name}`, lines: oneLine('TS') })));
    await settles(orders, ['allocated', 'allocated', 'backordered', 'backordered']);
    const [first] = orders;
    if (first === undefined) throw new Error('orders were placed');
    await client.act(first.orderId, 'cancel', '不要了');
    await settles(orders, ['cancelled', 'allocated', 'allocated', 'backordered']);
    await client.call('PUT', '/v1/warehouses/JX', { body: { ...jiaxing, dailyParcelsMax: 3 } });
    await settles(orders, ['cancelled', 'allocated', 'allocated', 'allocated']);
  });

  test('that are full leave their orders to another that has the goods', async () => {
    await client.call('PUT', '/v1/warehouses/JX', { body: { ...TWO_WAREHOUSES['JX'], dailyParcelsMax: 1 } });
    await receive('TS', 5, 'JX');
    await receive('TS', 5, 'CD');
    const orders = await sellAll(['1', '2'].map((name) => ({ channelOrderId: `P-${name}`, lines: oneLine('TS'), receiver: HANGZHOU })));
    expect(orders.map(({ allocations }) => allocations[0]?.warehouse)).toEqual(['JX', 'CD']);
  });
});

describe('people', () => {
  test('hold and release an order, which keeps what it has and ships nothing meanwhile', async () => {
    await receive('TS', 1);
    const order = await sell(client, { channelOrderId: 'H-1', lines: oneLine('TS') });
    expect(await move(order.orderId, 'release')).toMatchObject({ status: 409, code: 'order_not_held' });
    const held = await client.act(order.orderId, 'hold', '核对地址');
    expect(held).toMatchObject({ status: 'held', holds: ['manual'] });
    expect(held.timeline.at(-1)).toMatchObject({ event: 'held', by: 'owner', detail: '核对地址' });
    expect(await client.stock({ sku: 'TS' })).toMatchObject([{ reserved: 1, available: 0 }]);
    for (const [action, body] of [['hold', undefined], ['reroute', undefined], ['shipments', parcel(order)]] as const) {
      expect([action, await move(order.orderId, action, body)]).toMatchObject([action, { status: 409, code: 'order_held' }]);
    }
    expect(await client.act(order.orderId, 'release', '没问题')).toMatchObject({ status: 'allocated', holds: [] });
  });

  test('hold an order that waits, and it gets its goods only when it is released', async () => {
    const order = await sell(client, { channelOrderId: 'H-1', lines: oneLine('TS') });
    await client.act(order.orderId, 'hold', '等等');
    await receive('TS', 1);
    await settles([order], ['held']);
    expect(await client.act(order.orderId, 'release', '好')).toMatchObject({ status: 'allocated' });
  });

  test('route an order again, and it goes where it is best now', async () => {
    await receive('TS', 1, 'CD');
    const order = await sell(client, { channelOrderId: 'R-1', lines: oneLine('TS'), receiver: HANGZHOU });
    expect(order.allocations[0]?.warehouse).toBe('CD');
    await receive('TS', 1, 'JX');
    expect((await client.act(order.orderId, 'reroute', '嘉兴到货')).allocations[0]?.warehouse).toBe('JX');
    expect(await client.stock({ sku: 'TS' })).toEqual([
      { sku: 'TS', warehouse: 'CD', onHand: 1, reserved: 0, available: 1 },
      { sku: 'TS', warehouse: 'JX', onHand: 1, reserved: 1, available: 0 },
    ]);
  });

  test('ship in parts, and hear why a parcel cannot be', async () => {
    await receive('TS', 3);
    const order = await sell(client, { channelOrderId: 'S-1', lines: oneLine('TS', 3) });
    const wrong = [
      [{ ...parcel(order), lines: [{ lineId: 'none', quantity: 1 }] }, 422, 'line_not_found'],
      [parcel(order, 4), 409, 'quantity_exceeds_allocation'],
      [parcel(order, 1, 'CD'), 409, 'order_not_allocated'],
      [{ ...parcel(order), carrier: 'PIGEON' }, 422, 'invalid_input'],
      [{ ...parcel(order), lines: [] }, 422, 'invalid_input'],
      [parcel(order, 0), 422, 'invalid_input'],
    ] as const;
    for (const [body, status, code] of wrong) expect(await move(order.orderId, 'shipments', body)).toMatchObject({ status, code });
    expect(await move(order.orderId, 'shipments', parcel(order, 1))).toMatchObject({ status: 201, json: { warehouse: 'JX', lines: [{ sku: 'TS', quantity: 1 }] } });
    expect(await client.getOrder(order.orderId)).toMatchObject({ status: 'partly_shipped', shipments: [{ carrier: 'SF' }] });
    expect(await move(order.orderId, 'cancel')).toMatchObject({ status: 409, code: 'order_already_shipped' });
    expect(await move(order.orderId, 'shipments', parcel(order, 3))).toMatchObject({ status: 409, code: 'quantity_exceeds_allocation' });
    expect((await move(order.orderId, 'shipments', parcel(order, 2))).status).toBe(201);
    expect(await statusOf(order)).toBe('shipped');
    expect(await move(order.orderId, 'shipments', parcel(order, 1))).toMatchObject({ status: 409, code: 'line_not_shippable' });
    for (const action of ['hold', 'cancel', 'reroute']) expect([action, await move(order.orderId, action)]).toMatchObject([action, { status: 409, code: 'order_already_shipped' }]);
    expect(await client.stock({ sku: 'TS' })).toEqual([{ sku: 'TS', warehouse: 'JX', onHand: 0, reserved: 0, available: 0 }]);
  });

  test('cannot move what is cancelled, waits, or is not there', async () => {
    const order = await sell(client, { channelOrderId: 'C-1', lines: oneLine('TS') });
    expect(await move(order.orderId, 'shipments', parcel(order))).toMatchObject({ status: 409, code: 'order_not_allocated' });
    expect(await client.act(order.orderId, 'cancel', '买错')).toMatchObject({ status: 'cancelled', waitingFor: [] });
    for (const [action, body] of [['hold', undefined], ['release', undefined], ['cancel', undefined], ['reroute', undefined], ['shipments', parcel(order)]] as const) {
      expect([action, await move(order.orderId, action, body)]).toMatchObject([action, { status: 409, code: 'order_closed' }]);
      expect([action, await move('offline.default.nothing', action, body)]).toMatchObject([action, { status: 404, code: 'order_not_found' }]);
    }
  });

  test('cannot take away what is reserved', async () => {
    await receive('TS', 2);
    await sell(client, { channelOrderId: 'A-1', lines: oneLine('TS') });
    const take = (delta: number, warehouse = 'JX') => api(client, { method: 'POST', path: '/v1/stock/adjustments', body: { warehouse, sku: 'TS', delta, reason: '盘点' } });
    expect(await take(-2)).toMatchObject({ status: 409, code: 'stock_short' });
    expect(await take(1, 'NOWHERE')).toMatchObject({ status: 404, code: 'warehouse_not_found' });
    expect(await take(-1)).toMatchObject({ status: 201 });
    expect(await take(-1)).toMatchObject({ status: 409, code: 'stock_short' });
  });
});

describe('a repeated call', () => {
  const placing = (key: string, channelOrderId: string, quantity = 1) =>
    api(client, { method: 'POST', path: '/v1/orders', body: offlineBody({ channelOrderId, lines: oneLine('TS', quantity) }), headers: { 'idempotency-key': key } });

  test('with the same key gets the same order; with another body it is told so', async () => {
    await receive('TS', 5);
    const [first, again] = [await placing('k', 'I-1'), await placing('k', 'I-1')];
    expect([again.status, orderIn(again)]).toEqual([201, orderIn(first)]);
    expect(await placing('k', 'I-2')).toMatchObject({ status: 409, code: 'idempotency_conflict' });
    expect(await placing('other', 'I-1')).toMatchObject({ status: 409, code: 'order_exists' });
    expect(await ordersOf(client)).toHaveLength(1);
  });

  test('of an adjustment or a parcel with the same key counts once', async () => {
    const keyed = { headers: { 'idempotency-key': 'once' } };
    const adjust = (delta: number) => api(client, { method: 'POST', path: '/v1/stock/adjustments', body: { warehouse: 'JX', sku: 'TS', delta, reason: '到货' }, ...keyed });
    const [first, again] = [await adjust(4), await adjust(4)];
    expect([first.status, again.status, again.json]).toEqual([201, 201, first.json]);
    expect(await adjust(5)).toMatchObject({ status: 409, code: 'idempotency_conflict' });
    const order = await sell(client, { channelOrderId: 'I-1', lines: oneLine('TS', 2) });
    const ship = () => api(client, { method: 'POST', path: `/v1/orders/${order.orderId}/shipments`, body: parcel(order), ...keyed });
    const answers = await Promise.all([ship(), ship(), ship()]);
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
    expect((await client.getOrder(order.orderId)).shipments).toHaveLength(1);
    expect(await movementsOf(client, { sku: 'TS' })).toHaveLength(3);
  });
});

const recordSchema = z.looseObject({ type: z.string() });

test('the export is all that the tenant owns, a line for each, and nothing of another', async () => {
  const stranger = await hub.client.startTrial({ company: 'Stranger', contact: '1' });
  await stranger.client.putProduct('STRANGE', { name: 'strange' });
  await client.putProduct('TS', { name: '速干T恤' });
  await receive('TS', 250);
  await client.connect({ channel: 'partner', shopName: '分销', shopId: 'P1', credentials: {} });
  const places = [HANGZHOU, CHENGDU];
  await Promise.all(Array.from({ length: 210 }, (_, index) => sell(client, { channelOrderId: `E-${index}`, lines: oneLine('TS'), receiver: places[index % 2] ?? HANGZHOU })));
  const answer = await api(client, { method: 'GET', path: '/v1/export' });
  const records = answer.body.trimEnd().split('\n').map((line) => recordSchema.parse(JSON.parse(line)));
  const counts = Object.fromEntries([...Map.groupBy(records, ({ type }) => type)].map(([type, some]) => [type, some.length]));
  expect(counts).toEqual({ tenant: 1, warehouse: 2, connection: 1, product: 1, stock: 1, movement: 211, order: 210 });
  expect(records[0]).toMatchObject({ type: 'tenant', tenantId, company: 'Waiting' });
  expect(answer.body).not.toContain('STRANGE');
  expect(answer.body).not.toContain(stranger.tenantId);
  expect(answer.body).not.toMatch(/whsec_|"hash"|sk_/);
  const exported = records.filter(({ type }) => type === 'order').map((record) => hubOrderSchema.parse(record).channelOrderId);
  expect(exported.toSorted()).toEqual((await ordersOf(client)).map(({ channelOrderId }) => channelOrderId).toSorted());
});
