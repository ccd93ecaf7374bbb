import { describe, expect, test } from 'vitest';
import { BODY_BYTES_MAX } from '../../shared/kernel/contract.ts';
import { unpark, workOffPush } from './intake.ts';
import { connect, CONNECTION_ID, douyinHub, messageOf, ORDER_ID, pushOf, received, SHOP_ID, WITH_TOKEN, WITHOUT_TOKEN, workedOff } from './testing/douyin-shop.ts';
import { ordersOf } from './testing/invariants.ts';
import { TENANT, type MemoryHub } from './testing/memory-hub.ts';

const RECEIVED = '200 {"code":0,"msg":"success"}';
const OTHER_CONNECTION = `${TENANT.tenantId}-conn000002`;

function parked(hub: MemoryHub): number {
  return hub.tables.all('registry').filter(({ pk }) => pk.includes('#parked#')).length;
}

function metrics(hub: MemoryHub): string[] {
  return hub.metrics.map(({ name, value }) => `${name} ${value}`);
}

describe('a push', () => {
  test('that is authentic is queued as it came, answered, and becomes an order', async () => {
    const { hub, calls } = await douyinHub();
    expect(await received(hub, pushOf([messageOf('m1')]))).toBe(RECEIVED);
    expect(hub.sent.map(({ queue }) => queue)).toEqual(['intake']);
    await workedOff(hub);
    expect(ordersOf(hub).map(({ orderId, connectionId }) => [orderId, connectionId])).toEqual([[`douyin.${SHOP_ID}.${ORDER_ID}`, CONNECTION_ID]]);
    expect(calls).toHaveLength(1);
  });

  test('that comes again changes nothing and asks nothing', async () => {
    const { hub, calls } = await douyinHub();
    for (let count = 0; count < 3; count += 1) await received(hub, pushOf([messageOf('m1')]));
    await workedOff(hub);
    expect([ordersOf(hub).map(({ version }) => version), calls.length]).toEqual([[1], 1]);
  });

  test.each([
    ['an unknown connection', { connectionId: `${TENANT.tenantId}-conn999999` }],
    ['another tenant’s', { connectionId: 'tenant0002-conn000001' }],
    ['no connection id at all', { connectionId: '../x' }],
    ['another channel', { channel: 'taobao' }],
    ['a channel that is none', { channel: 'ebay' }],
    ['a partner’s address', { channel: 'partner' }],
  ])('to %s is 404 and leaves nothing', async (_case, target) => {
    const { hub } = await douyinHub();
    expect(await received(hub, pushOf([messageOf('m1')]), target)).toBe('connection_not_found');
    expect(hub.sent).toEqual([]);
  });

  test('that is not authentic is refused, and leaves a metric only', async () => {
    const { hub } = await douyinHub();
    const records = JSON.stringify(hub.tables.all('registry'));
    const push = pushOf([messageOf('m1')]);
    expect(await received(hub, { ...push, body: Buffer.concat([push.body, Buffer.from(' ')]) })).toMatch(/^401 /);
    expect([hub.sent, metrics(hub), JSON.stringify(hub.tables.all('registry'))]).toEqual([[], ['WebhookRefused 1'], records]);
  });

  test.each([[BODY_BYTES_MAX, '401'], [BODY_BYTES_MAX + 1, 'body_too_large']])('of %d bytes: %s', async (bytes, answer) => {
    const { hub } = await douyinHub();
    expect((await received(hub, { ...pushOf([]), body: Buffer.alloc(bytes, 32) })).split(' ')[0]).toBe(answer);
  });

  test('that tests the address stores nothing', async () => {
    const { hub } = await douyinHub();
    expect(await received(hub, pushOf([messageOf('0', '2026-11-24T10:30:00+08:00', '0')]))).toBe(RECEIVED);
    expect(hub.sent).toEqual([]);
  });

  test.each([[50, RECEIVED], [51, 'too_many_messages']])('of %d messages: %s', async (count, answer) => {
    const { hub } = await douyinHub();
    expect(await received(hub, pushOf(Array.from({ length: count }, (_, index) => messageOf(String(index)))))).toBe(answer);
  });

  test.each([['not JSON'], ['[]'], ['{"tag":"101"}'], ['[{"tag":"101","msg_id":"1","data":"{}"}]'], ['null'], ['[[[[1]]]]'], [`[{"tag":"101","data":"${'['.repeat(5_000)}"}]`]])('that is authentic and makes no sense is answered, and dead-lettered or empty: %s', async (body) => {
    const { hub } = await douyinHub();
    expect(await received(hub, pushOf(body))).toBe(RECEIVED);
    await workedOff(hub);
    expect(hub.sent.every(({ queue }) => queue === 'intakeDead')).toBe(true);
    expect(metrics(hub)).toEqual(hub.sent.map(() => 'MessageDeadLettered 1'));
    expect(ordersOf(hub)).toEqual([]);
  });

  test('for another shop is answered, counted and dropped; its neighbours are kept', async () => {
    const { hub } = await douyinHub();
    expect(await received(hub, pushOf([messageOf('m1', { p_id: '1', shop_id: '777' }), messageOf('m2')]))).toBe(RECEIVED);
    await workedOff(hub);
    expect(metrics(hub)).toContain('PushForOtherShop 1');
    expect(ordersOf(hub).map(({ channelOrderId }) => channelOrderId)).toEqual([ORDER_ID]);
  });

  test('after the trial has ended is refused', async () => {
    const { hub } = await douyinHub();
    hub.advance(Date.parse(TENANT.trialEndsAt) - hub.clock.nowMs());
    expect(await received(hub, pushOf([messageOf('m1')]))).toBe('trial_expired');
    expect(hub.sent).toEqual([]);
  });
});

describe('a shop without a token', () => {
  test('keeps its pushes until it is authorised, and asks the platform nothing', async () => {
    const { hub, calls } = await douyinHub(WITHOUT_TOKEN);
    for (const id of ['m1', 'm2']) expect(await received(hub, pushOf([messageOf(id)]))).toBe(RECEIVED);
    await workedOff(hub);
    expect([parked(hub), calls.length, ordersOf(hub)]).toEqual([2, 0, []]);
    await connect(hub, WITH_TOKEN);
    const connection = await hub.tenants.connection(TENANT.tenantId, CONNECTION_ID);
    expect(connection !== undefined && (await unpark(hub, connection))).toBe(2);
    await workedOff(hub);
    expect([parked(hub), ordersOf(hub).length]).toEqual([0, 1]);
  });

  test('gives them to a new connection of the same shop', async () => {
    const { hub } = await douyinHub(WITHOUT_TOKEN);
    await received(hub, pushOf([messageOf('m1')]));
    await workedOff(hub);
    await connect(hub, WITH_TOKEN, OTHER_CONNECTION);
    const connection = await hub.tenants.connection(TENANT.tenantId, OTHER_CONNECTION);
    if (connection !== undefined) await unpark(hub, connection);
    await workedOff(hub);
    expect(ordersOf(hub).map(({ connectionId }) => connectionId)).toEqual([OTHER_CONNECTION]);
  });

  test('authorised meanwhile, does not park again what a kept secret knows nothing of', async () => {
    const { hub } = await douyinHub(WITHOUT_TOKEN);
    const old = JSON.stringify({ credentials: WITHOUT_TOKEN });
    await received(hub, pushOf([messageOf('m1')]));
    await connect(hub, WITH_TOKEN);
    const message = hub.sent.shift()?.message ?? '';
    await workOffPush({ ...hub, secrets: { ...hub.secrets, get: async () => old } }, message, 1);
    expect([parked(hub), ordersOf(hub).length]).toEqual([0, 1]);
  });

  test('authorised while a push is being parked, does not leave it there', async () => {
    const { hub } = await douyinHub(WITHOUT_TOKEN);
    await received(hub, pushOf([messageOf('m1')]));
    const message = hub.sent.shift()?.message ?? '';
    const get = async (name: string): Promise<string | undefined> => {
      const text = await hub.secrets.get(name);
      await connect(hub, WITH_TOKEN);
      return text;
    };
    await workOffPush({ ...hub, secrets: { ...hub.secrets, get } }, message, 1);
    expect([parked(hub), hub.sent.map(({ queue }) => queue)]).toEqual([0, ['intake']]);
  });
});

describe('working off', () => {
  test('goes on with the other orders of a push when one fails, and brings the push again', async () => {
    const { hub } = await douyinHub();
    const failing: MemoryHub = { ...hub, http: async (request) => (/\D13\D/.test(request.body) ? { status: 200, body: '{"code":40003,"msg":"no"}' } : hub.http(request)) };
    await received(hub, pushOf([messageOf('m1', { p_id: '13', shop_id: SHOP_ID }), messageOf('m2')]));
    const message = hub.sent.shift()?.message ?? '';
    await expect(workOffPush(failing, message, 1)).rejects.toThrow('douyin');
    expect(ordersOf(hub).map(({ channelOrderId }) => channelOrderId)).toEqual([ORDER_ID]);
  });

  test('dead-letters an order the platform does not know, after it was given time', async () => {
    const { hub } = await douyinHub();
    const unknowing: MemoryHub = { ...hub, http: async () => ({ status: 200, body: '{"code":50002,"msg":"订单不存在","sub_code":"isv.business-failed:1","sub_msg":"订单不存在"}' }) };
    await received(hub, pushOf([messageOf('m1')]));
    const message = hub.sent.shift()?.message ?? '';
    await expect(workOffPush(unknowing, message, 1)).rejects.toThrow('does not know');
    await workOffPush(unknowing, message, 3);
    expect([hub.sent.map(({ queue }) => queue), metrics(hub)]).toEqual([['intakeDead'], ['MessageDeadLettered 1']]);
  });

  test('dead-letters a push whose connection is gone', async () => {
    const { hub } = await douyinHub();
    await workOffPush(hub, JSON.stringify({ connectionId: `${TENANT.tenantId}-gone000000`, receivedAt: '2026-11-24T02:00:00.000Z', payload: '' }), 1);
    expect(hub.sent.map(({ queue }) => queue)).toEqual(['intakeDead']);
  });
});
