import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { ROLES, type Role } from '../../shared/kernel/contract.ts';
import { tasksFor } from '../simulator/events.ts';
import { HubClient } from '../simulator/hub-client.ts';
import { placeNamed } from '../simulator/places.ts';
import { post } from '../simulator/sender.ts';
import { allRoutes, callOf, type NamedRoute, type Values } from './contract-calls.ts';
import { api, type ApiAnswer } from './http-call.ts';
import { clientOfRole } from './hub-registry.ts';
import { CHENGDU, HANGZHOU, oneLine, sell } from './offline-order.ts';
import { ordersOf } from './stock-check.ts';
import { openStory, TWO_WAREHOUSES, type Story } from './story.ts';
import { startTestHub, type TestHub } from './test-hub.ts';

/** Two sellers with the same names for everything: neither sees or moves a thing of the other's. */
const SEED = 7;
/** Stands in whatever the first seller wrote. */
const MARK = '甲方机密';
const SHARED = 'SAME-1';
const ONLY_FIRST = 'FIRST-ONLY-1';

const routes = await allRoutes();
const keyed = routes.filter(({ route }) => route.auth === 'key');

let hub: TestHub;
let first: Story;
let second: Story;
/** What only the first seller has. */
let theirs: Values;

beforeAll(async () => {
  hub = await startTestHub();
  [first, second] = [await openStory({ hub: hub.client, seed: SEED }), await openStory({ hub: hub.client, seed: SEED })];
  const { JX } = TWO_WAREHOUSES;
  const [{ sku }, nowMs] = [first.goods(0), Date.now()];
  if (JX !== undefined) await first.client.putWarehouse('JX', { ...JX, name: MARK });
  await first.client.putProduct(sku, { name: MARK });
  await first.client.putProduct('ONLY-FIRST', { name: MARK });
  await first.client.adjustStock({ warehouse: 'CD', sku: 'ONLY-FIRST', delta: 7, reason: MARK });
  for (const story of [first, second]) {
    await sell(story.client, { channelOrderId: SHARED, lines: oneLine(sku), ...(story === first && { more: { buyerNote: MARK } }) });
    // The same platform order in the same shop: two programs of one seller, or two sellers who name one shop.
    const bought = story.world.create(story.shop('taobao'), nowMs, { basket: [{ goods: first.goods(1), quantity: 1 }], place: placeNamed('滨江区') });
    await story.tell([story.world.happening(bought, { kind: 'create' }), story.move(bought, { kind: 'pay' }).happening]);
    await story.until(bought, ({ status }) => expect(status).toBe('allocated'));
  }
  const sold = await sell(first.client, { channelOrderId: ONLY_FIRST, lines: oneLine(sku, 2), receiver: CHENGDU, more: { buyerNote: MARK } });
  const connectionId = first.shop('douyin').webhookUrl.split('/').at(-1) ?? '';
  theirs = { orderId: sold.orderId, connectionId, code: 'JX', warehouse: 'JX', sku: 'ONLY-FIRST', channelOrderId: ONLY_FIRST, lineId: '1', trackingNumber: 'SF123456', ...HANGZHOU };
});
afterAll(async () => {
  await hub.queues.quiet();
  await Promise.all([first.close(), second.close()]);
  await hub.stop();
});

const exportOf = async ({ client }: Story): Promise<string[]> => (await api(client, { method: 'GET', path: '/v1/export' })).body.trimEnd().split('\n').toSorted();
const namesThing = ({ route }: NamedRoute): boolean => /\{(orderId|connectionId)\}/.test(route.path) || (/\{/.test(route.path) && route.method !== 'PUT');

test('the contracts have routes to try', () => {
  expect(keyed.length).toBeGreaterThan(15);
});

describe.each(keyed.map((each) => [`${each.route.method} ${each.route.path}`, each] as const))('%s', (_title, each) => {
  test("with the other's ids finds nothing and changes nothing of the other's", async () => {
    const before = await exportOf(first);
    // An order that the second seller placed under the same number would be its own from then on.
    const values = each.route.method === 'GET' ? theirs : { ...theirs, channelOrderId: 'SECOND-1' };
    const answer = await api(second.client, callOf(each, values));
    if (namesThing(each)) expect([answer.status, answer.code]).toEqual([404, expect.stringMatching(/not_found$/)]);
    // The sample must be one that its own schema takes, or nothing would have been tried.
    else expect(answer.code ?? 'none').not.toMatch(/^(invalid_|unauthorized|forbidden)/);
    expect(answer.status).toBeLessThan(500);
    expectNothingTheirs(answer);
    expect(await exportOf(first)).toEqual(before);
  });

  test('with names that both have touches only its own', async () => {
    const before = await exportOf(first);
    const names = { ...theirs, orderId: `offline.default.${SHARED}`, channelOrderId: SHARED, sku: first.goods(0).sku };
    const answer = await api(second.client, callOf(each, names));
    expect(answer.status).toBeLessThan(500);
    expectNothingTheirs(answer);
    expect(await exportOf(first)).toEqual(before);
  });

  test('without a key, or with one that is none, is 401 and changes nothing', async () => {
    const before = await exportOf(first);
    const call = callOf(each, theirs);
    const [mine, yours] = [first.client.apiKey, second.client.apiKey];
    const headers = [
      '', 'Bearer', 'Bearer ', 'Bearer x', 'Bearer sk_', `Basic ${mine}`, mine, `Bearer ${mine.slice(0, -1)}`, `Bearer ${mine}0`, `Bearer ${mine.toUpperCase()}`,
      // The name of one key with the secret of the other.
      `Bearer ${mine.split('_').slice(0, 2).join('_')}_${yours.split('_')[2] ?? ''}`,
      `Bearer ${yours.split('_').slice(0, 2).join('_')}_${mine.split('_')[2] ?? ''}`,
    ];
    const nobody = new HubClient(hub.url);
    for (const authorization of headers) {
      const answer = await api(nobody, { ...call, ...(authorization !== '' && { headers: { authorization } }) });
      expect([authorization, answer.status, answer.code]).toEqual([authorization, 401, 'unauthorized']);
    }
    expect(await exportOf(first)).toEqual(before);
  });
});

function expectNothingTheirs({ body }: ApiAnswer): void {
  expect(body).not.toContain(MARK);
  expect(body).not.toContain(theirs['connectionId']?.split('-')[0]);
}

describe('lists', () => {
  test.each(keyed.filter(({ route }) => route.query !== undefined && 'cursor' in route.query.shape).map((each) => [each.route.path, each] as const))("%s does not go on where the other's list stopped", async (_path, each) => {
    const list = callOf(each, {}).path;
    const page = await api(first.client, { method: 'GET', path: `${list}?limit=1` });
    const { nextCursor: cursor } = z.object({ nextCursor: z.string().nullable() }).parse(page.json);
    if (cursor === null) return;
    const answer = await api(second.client, { method: 'GET', path: `${list}?cursor=${encodeURIComponent(cursor)}` });
    expect([200, 422]).toContain(answer.status);
    expectNothingTheirs(answer);
  });
});

describe('roles', () => {
  let tenantId = '';
  const clients = new Map<Role, HubClient>();
  beforeAll(async () => {
    const trial = await hub.client.startTrial({ company: 'Roles', contact: '1' });
    tenantId = trial.tenantId;
    for (const role of ROLES) clients.set(role, await clientOfRole(hub, tenantId, role));
  });

  test.each(keyed.map((each) => [`${each.route.method} ${each.route.path}`, each] as const))('%s takes the roles it names, and no other', async (_title, each) => {
    for (const role of ROLES) {
      const answer = await api(clients.get(role) ?? hub.client, callOf(each, { ...theirs, channelOrderId: role }));
      const isTaken = each.route.roles === undefined || each.route.roles.includes(role);
      expect([role, answer.code === 'forbidden', answer.status === 403]).toEqual([role, !isTaken, !isTaken]);
    }
  });
});

describe("the other's shop", () => {
  test("does not take pushes that are signed with one's own secrets", async () => {
    const before = await exportOf(first);
    for (const channel of ['taobao', 'pinduoduo'] as const) {
      const [told] = tasksFor(second.move(second.create(channel).order, { kind: 'pay' }).happening);
      const push = told?.build({ attempt: 0, nowMs: Date.now() });
      const answer = push === undefined ? undefined : await post({ ...push, url: first.shop(channel).webhookUrl });
      expect(answer?.status).toBe(401);
    }
    await hub.queues.quiet();
    expect(await exportOf(first)).toEqual(before);
  });

  test("has its own order of the same number, which the other's pushes do not move", async () => {
    const [mine] = await ordersOf(first.client, { channel: 'taobao' });
    const [yours] = await ordersOf(second.client, { channel: 'taobao' });
    expect(mine?.channelOrderId).toBe(yours?.channelOrderId);
    const order = second.world.orders().find(({ orderId }) => orderId === yours?.channelOrderId);
    if (order === undefined) throw new Error('the platform knows the order');
    await second.happens(order, { kind: 'cancel' });
    await second.until(order, ({ status }) => expect(status).toBe('cancelled'));
    await hub.queues.quiet();
    expect((await first.find(order))?.status).toBe('allocated');
  });
});

test('what needs no key tells nothing of anybody', async () => {
  const nobody = new HubClient(hub.url);
  for (const each of routes.filter(({ route }) => route.auth === 'none' && route.method === 'GET')) {
    const answer = await api(nobody, callOf(each, { ...theirs, proxy: 'app.js' }));
    expect([200, 404]).toContain(answer.status);
    expectNothingTheirs(answer);
  }
});
