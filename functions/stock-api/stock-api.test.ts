import { beforeEach, describe, expect, test } from 'vitest';
import { apiOf, servedBy, textIn, itemsOf, keyFor, type Api } from '../flows/testing/api.ts';
import { bodyOf, placed } from '../flows/testing/placed.ts';
import { DONGGUAN, JIAXING, memoryHub, setUp, type MemoryHub } from '../flows/testing/memory-hub.ts';
import { contract } from './contract.ts';
import { handlersOf } from './stock-api.ts';

let hub: MemoryHub;
let api: Api;
let apiKey: string;
beforeEach(async () => {
  hub = memoryHub();
  await setUp(hub, [JIAXING, DONGGUAN], []);
  api = apiOf(servedBy(hub, contract, handlersOf(hub)));
  apiKey = await keyFor(hub, 'warehouse');
});

async function adjust(change: object = {}, headers: Record<string, string> = {}): ReturnType<Api> {
  return api('POST /v1/stock/adjustments', { apiKey, body: { warehouse: 'JX', sku: 'TS', delta: 10, reason: '入库', ...change }, headers });
}

describe('products', () => {
  test('are put whole under any SKU of 64 characters, and listed', async () => {
    const put = async (sku: string, body: object) => api(`PUT /v1/products/${encodeURIComponent(sku)}`, { apiKey, body });
    expect((await put('短袖/黑 M#1', { name: '短袖', weightGrams: 200, safetyStock: 2 })).body).toEqual({ sku: '短袖/黑 M#1', name: '短袖', weightGrams: 200, safetyStock: 2 });
    expect((await put('短袖/黑 M#1', { name: '短袖' })).body).toEqual({ sku: '短袖/黑 M#1', name: '短袖' });
    expect(itemsOf(await api('GET /v1/products', { apiKey }))).toEqual([{ sku: '短袖/黑 M#1', name: '短袖' }]);
    expect([(await put('x'.repeat(64), { name: 'n' })).status, (await put('x'.repeat(65), { name: 'n' })).status, (await put('TS', { name: 'n', safetyStock: -1 })).status]).toEqual([200, 422, 422]);
  });
});

describe('stock', () => {
  test('is adjusted, listed and explained by its movements', async () => {
    expect(await adjust()).toMatchObject({ status: 201, body: { sku: 'TS', warehouse: 'JX', kind: 'adjust', delta: 10, onHandDelta: 10, reservedDelta: 0 } });
    await placed(hub, bodyOf('1', [['TS', 3]]));
    expect(itemsOf(await api('GET /v1/stock?sku=TS&warehouse=JX', { apiKey }))).toEqual([{ sku: 'TS', warehouse: 'JX', onHand: 10, reserved: 3, available: 7 }]);
    expect(itemsOf(await api('GET /v1/stock?sku=&warehouse=', { apiKey }))).toHaveLength(1);
    expect(itemsOf(await api('GET /v1/stock/movements?sku=TS', { apiKey }))).toMatchObject([
      { kind: 'reserve', delta: -3, orderId: 'offline.default.1', reason: 'allocated' },
      { kind: 'adjust', delta: 10, reason: '入库', by: 'warehouse' },
    ]);
  });

  test('is adjusted once for its key, whose answer is repeated', async () => {
    const headers = { 'idempotency-key': 'k' };
    const first = await adjust({}, headers);
    expect(await adjust({}, headers)).toEqual(first);
    expect((await adjust({ delta: 11 }, headers)).body['code']).toBe('idempotency_conflict');
    expect(itemsOf(await api('GET /v1/stock', { apiKey }))).toMatchObject([{ onHand: 10 }]);
  });

  test.each([
    [{ warehouse: 'ZZ' }, '404 warehouse_not_found'],
    [{ delta: -1 }, '409 stock_short'],
    [{ delta: 0 }, '422 invalid_input'],
    [{ delta: 1.5 }, '422 invalid_input'],
    [{ delta: '5' }, '422 invalid_input'],
    [{ delta: 1e9 }, '422 invalid_input'],
    [{ sku: '' }, '422 invalid_input'],
    [{ sku: '\uD83C' }, '422 invalid_input'],
    [{ reason: '' }, '422 invalid_input'],
  ])('with %j is refused: %s', async (change, answer) => {
    const refusal = await adjust(change);
    expect(`${refusal.status} ${textIn(refusal, 'code')}`).toBe(answer);
  });
});
