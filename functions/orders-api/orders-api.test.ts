import { beforeEach, describe, expect, test } from 'vitest';
import { apiOf, servedBy, textIn, itemsOf, keyFor, type Api } from '../flows/testing/api.ts';
import { expectSound } from '../flows/testing/placed.ts';
import { DONGGUAN, JIAXING, memoryHub, setUp, type MemoryHub } from '../flows/testing/memory-hub.ts';
import { contract } from './contract.ts';
import { handlersOf } from './orders-api.ts';

let hub: MemoryHub;
let api: Api;
let apiKey: string;
beforeEach(async () => {
  hub = memoryHub();
  await setUp(hub, [JIAXING, DONGGUAN], [{ sku: 'TS', warehouse: 'JX', quantity: 10 }]);
  api = apiOf(servedBy(hub, contract, handlersOf(hub)));
  apiKey = await keyFor(hub, 'owner');
});

function bodyOf(channelOrderId: string, change: object = {}): object {
  return {
    channel: 'offline',
    channelOrderId,
    lines: [
      { lineId: 'a', sku: 'TS', title: '速干T恤', quantity: 2, unitPriceFen: 1_990 },
      { lineId: 'b', sku: 'TS', quantity: 1, unitPriceFen: 1_990 },
    ],
    receiver: { province: '浙江省', city: '杭州市', district: '滨江区', name: '张三', phone: '13800000000', detail: '长河街道 8 号' },
    ...change,
  };
}

async function post(path: string, body: unknown, headers: Record<string, string> = {}): ReturnType<Api> {
  return api(`POST ${path}`, { apiKey, body, headers });
}

test('an order is placed, read and listed in the canonical form, without personal data', async () => {
  const placed = await post('/v1/orders', bodyOf('线下-1', { amounts: { freightFen: 600, paidFen: 6_000 } }));
  expect(placed.status).toBe(201);
  expect(placed.body).toMatchObject({
    orderId: 'offline.default.~e7~ba~bf~e4~b8~8b-1',
    channel: 'offline',
    channelOrderId: '线下-1',
    status: 'allocated',
    holds: [],
    lines: [
      { lineId: 'a', sku: 'TS', title: '速干T恤', quantity: 2, unitPriceFen: 1_990, paidFen: 3_600, status: 'allocated' },
      { lineId: 'b', title: 'TS', paidFen: 1_800 },
    ],
    amounts: { goodsFen: 5_970, freightFen: 600, sellerDiscountFen: 570, platformDiscountFen: 0, paidFen: 6_000 },
    receiver: { regionCode: '330108', regionStatus: 'current' },
    allocations: [{ warehouse: 'JX', lines: [{ lineId: 'a', sku: 'TS', quantity: 2 }, { lineId: 'b', sku: 'TS', quantity: 1 }] }],
    routing: { chosen: { warehouses: ['JX'] } },
    shipments: [],
    version: 1,
  });
  const orderId = textIn(placed, 'orderId');
  expect((await api(`GET /v1/orders/${orderId}`, { apiKey })).body).toEqual(placed.body);
  const listed = await api(`GET /v1/orders?channel=offline&channelOrderId=${encodeURIComponent('线下-1')}&status=allocated`, { apiKey });
  expect(itemsOf(listed)).toEqual([placed.body]);
  expect(placed.text + listed.text).not.toMatch(/张三|13800000000|长河街道/);
});

test('an order is placed once for its key, and its key once for a body', async () => {
  const headers = { 'idempotency-key': 'k-1' };
  const first = await post('/v1/orders', bodyOf('1'), headers);
  const again = await post('/v1/orders', bodyOf('1'), headers);
  expect([again.status, again.body]).toEqual([201, first.body]);
  expect((await post('/v1/orders', bodyOf('2'), headers)).body['code']).toBe('idempotency_conflict');
  expect((await post('/v1/orders', bodyOf('1'))).body['code']).toBe('order_exists');
  expect(itemsOf(await api('GET /v1/orders', { apiKey }))).toHaveLength(1);
});

test.each([
  [500, 201, undefined],
  [501, 422, 'too_many_lines'],
])('an order of %d lines is answered %d', async (count, status, code) => {
  const lines = Array.from({ length: count }, (_, index) => ({ lineId: String(index), sku: `S${index}`, quantity: 1 }));
  const answer = await post('/v1/orders', bodyOf('1', { lines }));
  expect([answer.status, answer.body['code']]).toEqual([status, code]);
});

describe('moves', () => {
  test('are refused with 409 and their code', async () => {
    await post('/v1/orders', bodyOf('1'));
    const at = '/v1/orders/offline.default.1';
    const move = async (name: string) => {
      const answer = await post(`${at}/${name}`, { reason: '客户要求' });
      return `${answer.status} ${textIn(answer, answer.status < 300 ? 'status' : 'code')}`;
    };
    expect([await move('release'), await move('hold'), await move('hold'), await move('reroute'), await move('release'), await move('reroute'), await move('cancel'), await move('cancel')]).toEqual([
      '409 order_not_held',
      '200 held',
      '409 order_held',
      '409 order_held',
      '200 allocated',
      '200 allocated',
      '200 cancelled',
      '409 order_closed',
    ]);
    const order = await api(`GET ${at}`, { apiKey });
    expect(order.body['timeline']).toMatchObject([{ event: 'created' }, { event: 'paid' }, { event: 'allocated', by: 'auto' }, { event: 'held', by: 'owner', detail: '客户要求' }, { event: 'hold_lifted' }, { event: 'rerouted' }, { event: 'allocated' }, { event: 'cancelled' }]);
    await expectSound(hub);
  });

  test.each([[{}], [{ reason: '' }], [{ reason: '   ' }], [{ reason: 'x'.repeat(501) }], [{ reason: 1 }]])('need a reason: %j is not one', async (body) => {
    await post('/v1/orders', bodyOf('1'));
    expect((await post('/v1/orders/offline.default.1/hold', body)).status).toBe(422);
  });
});

describe('parcels', () => {
  const parcel = { warehouse: 'JX', carrier: 'SF', trackingNumber: 'SF1234567890', lines: [{ lineId: 'a', quantity: 1 }] };
  const path = '/v1/orders/offline.default.1/shipments';

  test('are recorded once for their key, and shown with the order', async () => {
    await post('/v1/orders', bodyOf('1'));
    const first = await post(path, parcel, { 'idempotency-key': 's' });
    expect(first).toMatchObject({ status: 201, body: { warehouse: 'JX', carrier: 'SF', trackingNumber: 'SF1234567890', lines: [{ lineId: 'a', sku: 'TS', quantity: 1 }], order: { status: 'partly_shipped' } } });
    const again = await post(path, parcel, { 'idempotency-key': 's' });
    expect([again.status, again.body['shipmentId']]).toEqual([201, first.body['shipmentId']]);
    expect((await post(path, { ...parcel, carrier: 'ZTO' }, { 'idempotency-key': 's' })).body['code']).toBe('idempotency_conflict');
    expect((await post(path, { ...parcel, lines: [{ lineId: 'a', quantity: 1 }, { lineId: 'b', quantity: 1 }] })).body).toMatchObject({ order: { status: 'shipped' } });
    await expectSound(hub);
  });

  test.each([
    [{ lines: [{ lineId: 'a', quantity: 3 }] }, '409 quantity_exceeds_allocation'],
    [{ lines: [{ lineId: 'z', quantity: 1 }] }, '422 line_not_found'],
    [{ warehouse: 'DG' }, '409 order_not_allocated'],
    [{ carrier: 'UPS' }, '422 invalid_input'],
    [{ trackingNumber: '单号' }, '422 invalid_input'],
    [{ lines: [] }, '422 invalid_input'],
    [{ lines: [{ lineId: 'a', quantity: 0 }] }, '422 invalid_input'],
  ])('with %j are refused: %s', async (change, answer) => {
    await post('/v1/orders', bodyOf('1'));
    const refusal = await post(path, { ...parcel, ...change });
    expect(`${refusal.status} ${textIn(refusal, 'code')}`).toBe(answer);
  });
});

test('a list goes on where its page ended, to the end', async () => {
  for (let id = 0; id < 7; id += 1) await post('/v1/orders', bodyOf(String(id)));
  const ids: unknown[] = [];
  for (let cursor = '', pages = 0; pages < 5; pages += 1) {
    const page = await api(`GET /v1/orders?limit=3&cursor=${cursor}`, { apiKey });
    ids.push(...itemsOf(page).map(({ channelOrderId }) => channelOrderId));
    if (page.body['nextCursor'] === null) break;
    cursor = textIn(page, 'nextCursor');
  }
  expect(ids).toEqual(['6', '5', '4', '3', '2', '1', '0']);
});
