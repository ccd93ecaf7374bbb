import { beforeEach, describe, expect, test } from 'vitest';
import { contract as ordersContract } from '../../functions/orders-api/contract.ts';
import { handlersOf as ordersHandlers } from '../../functions/orders-api/orders-api.ts';
import { contract as setupContract } from '../../functions/setup-api/contract.ts';
import { handlersOf as setupHandlers } from '../../functions/setup-api/setup-api.ts';
import { contract as stockContract } from '../../functions/stock-api/contract.ts';
import { handlersOf as stockHandlers } from '../../functions/stock-api/stock-api.ts';
import { BODY_BYTES_MAX, type Contract, type Role } from '../../shared/kernel/contract.ts';
import { BusyError } from '../../shared/kernel/tables.ts';
import { apiOf, keyFor, servedBy, textIn, type Api, type Asked } from '../../functions/flows/testing/api.ts';
import { JIAXING, memoryHub, setUp, type MemoryHub } from '../../functions/flows/testing/memory-hub.ts';

const CONTRACT: Contract = { ...ordersContract, ...stockContract, ...setupContract };

const ORDER = { channel: 'offline', channelOrderId: 'A-1', lines: [{ lineId: '1', sku: 'TS', quantity: 1, unitPriceFen: 100 }], receiver: { province: '浙江省', city: '杭州市', district: '滨江区' } };
const WAREHOUSE = { name: 'w', province: '浙江省', city: '嘉兴市', district: '南湖区' };

/** A call of every route that takes a key, with a body that would do. */
const CALLS: Readonly<Record<string, readonly [call: string, body?: unknown]>> = {
  placeOrder: ['POST /v1/orders', ORDER],
  listOrders: ['GET /v1/orders'],
  getOrder: ['GET /v1/orders/offline.default.A-0'],
  holdOrder: ['POST /v1/orders/offline.default.A-0/hold', { reason: 'r' }],
  releaseOrder: ['POST /v1/orders/offline.default.A-0/release', { reason: 'r' }],
  cancelOrder: ['POST /v1/orders/offline.default.A-0/cancel', { reason: 'r' }],
  rerouteOrder: ['POST /v1/orders/offline.default.A-0/reroute', { reason: 'r' }],
  shipOrder: ['POST /v1/orders/offline.default.A-0/shipments', { warehouse: 'JX', carrier: 'SF', trackingNumber: 'SF1234', lines: [{ lineId: '1', quantity: 1 }] }],
  putProduct: ['PUT /v1/products/TS', { name: 't' }],
  listProducts: ['GET /v1/products'],
  adjustStock: ['POST /v1/stock/adjustments', { warehouse: 'JX', sku: 'TS', delta: 1, reason: 'r' }],
  listStock: ['GET /v1/stock'],
  listMovements: ['GET /v1/stock/movements'],
  putWarehouse: ['PUT /v1/warehouses/JX', WAREHOUSE],
  listWarehouses: ['GET /v1/warehouses'],
  createConnection: ['POST /v1/connections', { channel: 'partner', shopName: 's', shopId: '1', credentials: {} }],
  authoriseConnection: ['PUT /v1/connections/tenant0001-none000000', { credentials: {} }],
  listConnections: ['GET /v1/connections'],
  exportTenant: ['GET /v1/export'],
};
const KEYED = Object.entries(CONTRACT).filter(([, { auth }]) => auth === 'key');

let hub: MemoryHub;
let api: Api;
let owner: string;
beforeEach(async () => {
  hub = memoryHub();
  await setUp(hub, [JIAXING], [{ sku: 'TS', warehouse: 'JX', quantity: 10 }]);
  api = apiOf(servedBy(hub, ordersContract, ordersHandlers(hub)), servedBy(hub, stockContract, stockHandlers(hub)), servedBy(hub, setupContract, setupHandlers(hub)));
  owner = await keyFor(hub, 'owner');
  await api('POST /v1/orders', { apiKey: owner, body: { ...ORDER, channelOrderId: 'A-0' } });
});

async function ask(name: string, asked: Asked): Promise<string> {
  const [call, body] = CALLS[name] ?? [''];
  const answer = await api(call, { body, ...asked });
  return `${answer.status} ${textIn(answer, 'code')}`.trim();
}

test('every route that takes a key is tried here', () => {
  expect(Object.keys(CALLS).toSorted()).toEqual(KEYED.map(([name]) => name).toSorted());
});

describe.each(KEYED)('%s', (name, route) => {
  test.each([
    ['no key', undefined],
    ['an empty key', { authorization: '' }],
    ['garbage', { authorization: 'Bearer sk_x' }],
    ['another scheme', { authorization: 'Basic dXNlcjpwYXNz' }],
    ['two keys', { authorization: 'Bearer a b' }],
    ['bytes beyond ASCII', { authorization: 'Bearer sk_钥匙' }],
  ])('with %s is 401 and changes nothing', async (_case, headers) => {
    const before = JSON.stringify([hub.tables.all('orders').length, hub.tables.all('stock'), hub.tables.all('registry')]);
    expect(await ask(name, headers === undefined ? {} : { headers })).toBe('401 unauthorized');
    expect(JSON.stringify([hub.tables.all('orders').length, hub.tables.all('stock'), hub.tables.all('registry')])).toBe(before);
  });

  test('with a key whose secret differs in one letter is 401', async () => {
    const letter = owner.at(-1) === 'x' ? 'y' : 'x';
    expect(await ask(name, { apiKey: owner.slice(0, -1) + letter })).toBe('401 unauthorized');
  });

  test.each<Role>(['owner', 'seller', 'warehouse', 'finance', 'partner'])('takes the roles it names: %s', async (role) => {
    const answer = await ask(name, { apiKey: await keyFor(hub, role) });
    if (route.roles !== undefined && !route.roles.includes(role)) expect(answer).toBe('403 forbidden');
    else expect(answer).not.toMatch(/^(401|403|5)/);
  });

  test('after a trial has ended, reads and no longer writes', async () => {
    const late = await keyFor(hub, 'owner', { tenantId: 'tenant0009', trialEndsAt: '2026-11-24T02:00:00.000Z' });
    const answer = await ask(name, { apiKey: late });
    if (route.method === 'GET') expect(answer).toMatch(/^(200|404)/);
    else expect(answer).toBe('403 trial_expired');
  });

  test('knows nothing of another tenant’s things', async () => {
    const other = await keyFor(hub, 'owner', { tenantId: 'tenant0002' });
    const before = JSON.stringify(hub.tables.all('orders').filter(({ pk }) => pk.startsWith('tenant0001')));
    const answer = await ask(name, { apiKey: other });
    if (/\{orderId\}|\{connectionId\}/.test(route.path) || name === 'adjustStock') expect(answer).toMatch(/^404 /);
    const [call] = CALLS[name] ?? [''];
    if (route.method === 'GET' && !route.path.includes('{')) expect((await api(call, { apiKey: other })).text).not.toMatch(/A-0|"TS"|tenant0001/);
    expect(JSON.stringify(hub.tables.all('orders').filter(({ pk }) => pk.startsWith('tenant0001')))).toBe(before);
  });

  if (route.body !== undefined) {
    test.each<[string, Asked, string]>([
      ['no body', { raw: '' }, '400 invalid_json'],
      ['broken JSON', { raw: '{"a":' }, '400 invalid_json'],
      ['deep nonsense', { raw: '['.repeat(100_000) }, '400 invalid_json'],
      ['deep JSON', { raw: `${'['.repeat(50_000)}1234567890123456789${']'.repeat(50_000)}` }, '4'],
      ['a list', { raw: '[]' }, '422 invalid_input'],
      ['null', { raw: 'null' }, '422 invalid_input'],
      ['an empty object', { raw: '{}' }, '422 invalid_input'],
      ['an unknown field', { body: { ...Object(CALLS[name]?.[1]), surprise: 1 } }, '422 invalid_input'],
      ['a prototype', { raw: '{"__proto__":{"reason":"r"}}' }, '422 invalid_input'],
      ['a form', { headers: { 'content-type': 'application/x-www-form-urlencoded' } }, '415 unsupported_media_type'],
      ['plain text', { headers: { 'content-type': 'text/plain; charset=utf-8' } }, '415 unsupported_media_type'],
      ['too many bytes', { raw: ' '.repeat(BODY_BYTES_MAX + 1) }, '413 body_too_large'],
    ])('with %s is a clear refusal', async (_case, asked, expected) => {
      expect((await ask(name, { apiKey: owner, ...asked })).startsWith(expected)).toBe(true);
    });
  }

  if (route.query !== undefined) {
    test.each([['limit=0'], ['limit=201'], ['limit=x'], ['cursor=%21'], ['surprise=1']])('?%s is refused', async (query) => {
      const [call] = CALLS[name] ?? [''];
      const answer = await api(`${call}?${query}`, { apiKey: owner });
      // A list that is never longer than a page has no cursors to be wrong.
      if (name === 'listWarehouses' && query.startsWith('cursor')) return;
      expect([answer.status, answer.body['code']]).toEqual([422, 'invalid_input']);
      expect(answer.body['fields']).toMatchObject([{ path: expect.any(String), message: expect.any(String) }]);
    });

    test('filters left open are no filters', async () => {
      const [call] = CALLS[name] ?? [''];
      const names = Object.keys(route.query?.shape ?? {});
      expect((await api(`${call}?${names.map((each) => `${each}=`).join('&')}`, { apiKey: owner })).status).toBe(200);
    });
  }
});

describe('answers', () => {
  test('refuse in the form of RFC 9457, in both languages', async () => {
    const answer = await api('GET /v1/orders/nothing', { apiKey: owner });
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(answer.body).toEqual({ type: '/docs#order_not_found', title: 'There is no such order.', titleZh: '订单不存在。', status: 404, code: 'order_not_found', requestId: 'req-1' });
  });

  test('tell nothing of a fault but a request id', async () => {
    hub.tables.get = async () => Promise.reject(new Error('secret host 10.0.0.1'));
    const answer = await api('GET /v1/orders', { apiKey: await Promise.resolve(owner.replace(/^sk_.{18}/, 'sk_tenant0001zzzzzzzz')) });
    expect([answer.status, answer.body['code'], answer.body['requestId']]).toEqual([500, 'internal', 'req-1']);
    expect(answer.text).not.toContain('10.0.0.1');
  });

  test('ask to come again when there is too much contention', async () => {
    hub.tables.transact = async () => Promise.reject(new BusyError('met others'));
    const answer = await api('POST /v1/orders', { apiKey: owner, body: ORDER });
    expect([answer.status, answer.body['code'], answer.headers['retry-after']]).toEqual([503, 'busy', '5']);
  });

  test('take a body in base64, a type in capitals, and a body without a type', async () => {
    for (const [index, asked] of [{ isBase64: true }, { headers: { 'content-type': 'Application/JSON; charset=UTF-8' } }, { headers: { 'content-type': '' } }].entries()) {
      expect((await api('POST /v1/orders', { apiKey: owner, body: { ...ORDER, channelOrderId: `B-${index}` }, ...asked })).status).toBe(201);
    }
  });

  test('refuse an Idempotency-Key that is empty or too long, and take one of any signs', async () => {
    const keyed = async (key: string) => (await api('POST /v1/orders', { apiKey: owner, body: { ...ORDER, channelOrderId: 'K' }, headers: { 'idempotency-key': key } })).status;
    expect([await keyed(''), await keyed('x'.repeat(201)), await keyed('é#/?'.repeat(50)), await keyed('é#/?'.repeat(50))]).toEqual([422, 422, 201, 201]);
  });
});
