import { beforeEach, describe, expect, test } from 'vitest';
import { apiOf, servedBy, textIn, itemsOf, keyFor, type Answered, type Api } from '../flows/testing/api.ts';
import { messageOf, ORDER_ID, pushOf, SHOP_ID, WITH_TOKEN, WITHOUT_TOKEN, workedOff } from '../flows/testing/douyin-shop.ts';
import { bodyOf, placed } from '../flows/testing/placed.ts';
import { detailAnswer } from '../../shared/channels/douyin/fixtures/samples.ts';
import { receivePush } from '../flows/receive.ts';
import { ordersOf } from '../flows/testing/invariants.ts';
import { JIAXING, memoryHub, setUp, type MemoryHub } from '../flows/testing/memory-hub.ts';
import { TRIALS_PER_HOUR_MAX } from './trials.ts';
import { contract } from './contract.ts';
import { handlersOf } from './setup-api.ts';

const TRIAL = { company: '杭州某某电商', contact: '张三' };
const PLACE = { name: '华东仓', province: '浙江省', city: '嘉兴市', district: '南湖区' };
const SHOP = { channel: 'douyin', shopName: '示例旗舰店', shopId: SHOP_ID, credentials: WITH_TOKEN };
const RELAYED = { channel: 'pinduoduo', shopName: 's', shopId: '1', credentials: { clientId: 'c', clientSecret: 's', accessToken: 't' } };

let hub: MemoryHub;
let api: Api;
beforeEach(() => {
  hub = { ...memoryHub(), http: async () => detailAnswer() };
  api = apiOf(servedBy(hub, contract, handlersOf(hub)));
});

async function trial(headers: Record<string, string> = {}, body: object = TRIAL): Promise<Answered> {
  return api('POST /v1/trials', { body, headers });
}

describe('a trial', () => {
  test('gives a tenant, its key and fifteen days; the key works and is not kept', async () => {
    const answer = await trial();
    expect([answer.status, Date.parse(textIn(answer, 'trialEndsAt')) - Date.parse('2026-11-24T02:00:00Z')]).toEqual([201, expect.closeTo(15 * 86_400_000, -4)]);
    const apiKey = textIn(answer, 'apiKey');
    expect(apiKey).toMatch(/^sk_/);
    expect((await api('PUT /v1/warehouses/JX', { apiKey, body: PLACE })).status).toBe(200);
    expect(JSON.stringify(hub.tables.all('registry'))).not.toContain(apiKey.slice(-32));
  });

  test('is opened once for its key; the answer, key included, is repeated to that caller alone', async () => {
    const first = await trial({ 'idempotency-key': 'k' });
    expect(await trial({ 'idempotency-key': 'k' })).toEqual(first);
    expect((await trial({ 'idempotency-key': 'k' }, { ...TRIAL, company: 'x' })).body['code']).toBe('idempotency_conflict');
    expect(JSON.stringify(hub.tables.all('registry'))).not.toContain(textIn(first, 'apiKey'));
    const both = await Promise.all([trial({ 'idempotency-key': 'q' }), trial({ 'idempotency-key': 'q' })]);
    expect(both[0]).toEqual(both[1]);
  });

  test('is limited by address and hour outside of a laptop', async () => {
    const live = apiOf(servedBy({ ...hub, stage: 'prod' }, contract, handlersOf({ ...hub, stage: 'prod' })));
    const statuses: number[] = [];
    for (let count = 0; count <= TRIALS_PER_HOUR_MAX; count += 1) statuses.push((await live('POST /v1/trials', { body: TRIAL })).status);
    expect(statuses).toEqual([...Array.from({ length: TRIALS_PER_HOUR_MAX }, () => 201), 429]);
    hub.advance(3_600_000);
    expect((await live('POST /v1/trials', { body: TRIAL })).status).toBe(201);
  });
});

describe('set up', () => {
  let apiKey: string;
  beforeEach(async () => {
    await setUp(hub, [], []);
    apiKey = await keyFor(hub, 'owner');
  });
  const connect = async (body: object, headers: Record<string, string> = {}): Promise<Answered> => api('POST /v1/connections', { apiKey, body, headers });
  const put = async (code: string, body: object): Promise<Answered> => api(`PUT /v1/warehouses/${encodeURIComponent(code)}`, { apiKey, body });

  test('a warehouse is put with the code and point of its place', async () => {
    expect((await put('华东-1', { ...PLACE, dailyParcelsMax: 500 })).body).toMatchObject({ code: '华东-1', name: '华东仓', regionCode: '330402', active: true, dailyParcelsMax: 500, lng: expect.any(Number), lat: expect.any(Number) });
    expect(itemsOf(await api('GET /v1/warehouses', { apiKey }))).toHaveLength(1);
    expect(hub.sent.map(({ queue }) => queue)).toEqual(['releases']);
  });

  test.each([
    ['A B', PLACE, 'invalid_input'],
    ['A#B', PLACE, 'invalid_input'],
    ['x'.repeat(33), PLACE, 'invalid_input'],
    ['JX', { ...PLACE, province: '火星省', city: '', district: '' }, 'region_unknown'],
    ['JX', { ...PLACE, dailyParcelsMax: -1 }, 'invalid_input'],
    ['JX', { ...PLACE, active: 'yes' }, 'invalid_input'],
  ])('a warehouse %j with %j is refused: %s', async (code, body, refusal) => {
    const answer = await put(code, body);
    expect([answer.status, answer.body['code']]).toEqual([422, refusal]);
  });

  test('a shop is connected, and its credentials are nowhere in tables or answers', async () => {
    const answer = await connect(SHOP);
    expect(answer).toMatchObject({ status: 201, body: { channel: 'douyin', authorised: true, webhookUrl: `https://hub.example/webhooks/douyin/${textIn(answer, 'connectionId')}` } });
    const listed = await api('GET /v1/connections', { apiKey });
    expect(itemsOf(listed)).toHaveLength(1);
    expect(JSON.stringify(hub.tables.all('registry')) + answer.text + listed.text).not.toContain(WITH_TOKEN.appSecret);
  });

  test('a relay secret is given with the answer, also to the repeated request, and never again', async () => {
    const headers = { 'idempotency-key': 'c' };
    const first = await connect(RELAYED, headers);
    expect(first.body['relaySecret']).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(await connect(RELAYED, headers)).toEqual(first);
    expect((await connect({ ...RELAYED, shopId: '2' }, headers)).body['code']).toBe('idempotency_conflict');
    expect((await api('GET /v1/connections', { apiKey })).text).not.toContain('whsec_');
    expect((await connect({ channel: 'partner', shopName: 'p', shopId: 'p', credentials: {} })).body['relaySecret']).toMatch(/^whsec_/);
  });

  test.each([
    [{ credentials: {} }, 'credentials_invalid'],
    [{ credentials: { ...WITH_TOKEN, extra: 'x' } }, 'credentials_invalid'],
    [{ credentials: { ...WITH_TOKEN, appKey: 1 } }, 'invalid_input'],
    [{ channel: 'ebay' }, 'invalid_input'],
    [{ channel: 'offline', credentials: {} }, 'invalid_input'],
    [{ channel: 'partner' }, 'credentials_invalid'],
    [{ apiBaseUrl: 'ftp://x' }, 'invalid_input'],
    [{ shopId: '' }, 'invalid_input'],
  ])('a connection with %j is refused: %s', async (change, code) => {
    const answer = await connect({ ...SHOP, ...change });
    expect([answer.status, answer.body['code']]).toEqual([422, code]);
    expect(itemsOf(await api('GET /v1/connections', { apiKey }))).toEqual([]);
  });

  test('another address of the platform is for the laptop only', async () => {
    const body = { ...SHOP, apiBaseUrl: 'http://127.0.0.1:9' };
    expect((await connect(body)).status).toBe(201);
    const answer = await apiOf(servedBy({ ...hub, stage: 'prod' }, contract, handlersOf({ ...hub, stage: 'prod' })))('POST /v1/connections', { apiKey, body });
    expect([answer.status, answer.body['code']]).toEqual([422, 'api_base_url_not_allowed']);
  });

  test.each(['the same connection', 'a new one'])('pushes that waited are worked off once the shop is authorised by %s', async (way) => {
    const connectionId = textIn(await connect({ ...SHOP, credentials: WITHOUT_TOKEN }), 'connectionId');
    expect(await receivePush(hub, { channel: 'douyin', connectionId }, pushOf([messageOf('m1')]))).toMatchObject({ ok: true });
    await workedOff(hub);
    expect(ordersOf(hub)).toEqual([]);
    if (way === 'a new one') expect((await connect(SHOP)).status).toBe(201);
    else expect((await api(`PUT /v1/connections/${connectionId}`, { apiKey, body: { credentials: WITH_TOKEN } })).body).toMatchObject({ connectionId, authorised: true });
    await workedOff(hub);
    expect(ordersOf(hub).map(({ channelOrderId }) => channelOrderId)).toEqual([ORDER_ID]);
  });
});

describe('the export', () => {
  test('holds everything the tenant owns, one JSON object a line, and no secret', async () => {
    await setUp(hub, [JIAXING], [{ sku: 'TS', warehouse: 'JX', quantity: 5 }]);
    const apiKey = await keyFor(hub, 'owner');
    await api('POST /v1/connections', { apiKey, body: RELAYED });
    await hub.tables.transact([hub.stock.productWrite('tenant0001', { sku: 'TS', name: '短袖' })]);
    await placed(hub, bodyOf('1', [['TS', 2]]));
    const answer = await api('GET /v1/export', { apiKey });
    expect([answer.status, answer.headers['content-type']]).toEqual([200, 'application/x-ndjson']);
    const records = answer.text.trimEnd().split('\n');
    expect(records.map((line) => /^\{"type":"(\w+)"/.exec(line)?.[1])).toEqual(['tenant', 'warehouse', 'connection', 'product', 'stock', 'movement', 'movement', 'order']);
    expect(answer.text).not.toMatch(/whsec_|clientSecret|hash/);
  });

  test('that is large becomes a file behind a link', async () => {
    const files: [string, number][] = [];
    hub = { ...memoryHub(), files: { put: async (name, content) => void files.push([name, Buffer.byteLength(content)]), linkTo: async (name) => `https://files.example/${name}` } };
    await setUp(hub, [], []);
    const apiKey = await keyFor(hub, 'owner');
    const { stock } = hub;
    const page = (from: number) => Array.from({ length: 100 }, (_, index) => stock.productWrite('tenant0001', { sku: `S${from + index}`, name: '夏'.repeat(100) }));
    for (let from = 0; from < 14_000; from += 100) await hub.tables.transact(page(from));
    const answer = await apiOf(servedBy(hub, contract, handlersOf(hub)))('GET /v1/export', { apiKey });
    expect([answer.status, files.length]).toEqual([303, 1]);
    expect(answer.headers['location']).toBe(`https://files.example/${files[0]?.[0] ?? ''}`);
    expect(files[0]?.[1]).toBeGreaterThan(4 * 1024 * 1024);
  });
});
