import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { PUSH_MESSAGES_MAX } from '../../shared/channels/channel.ts';
import { PLATFORM_CHANNELS, type PlatformChannel } from '../../shared/kernel/channel-order.ts';
import { BODY_BYTES_MAX } from '../../shared/kernel/contract.ts';
import { eventSign } from '../simulator/douyin/sign.ts';
import { tasksFor } from '../simulator/events.ts';
import type { Push } from '../simulator/push.ts';
import { relayHeaders } from '../simulator/relay.ts';
import type { Shop } from '../simulator/shop.ts';
import { addressQuestion } from '../simulator/taobao/address-question.ts';
import { placeNamed } from '../simulator/places.ts';
import { pushOf as wechatPushOf, urlCheck } from '../simulator/wechat/push.ts';
import { api, plainCall, type PlainAnswer } from './http-call.ts';
import { expectStockAgrees, ordersOf } from './stock-check.ts';
import { SPOILT, TAOBAO_CALLS, validPush, withQuery, type Sendable } from './spoilt-pushes.ts';
import { openStory, type Story } from './story.ts';
import { startTestHub, type TestHub } from './test-hub.ts';

/** What the platforms' doors refuse, and that nothing is left of it. */
const SIGN_CHECK_FAILURE = '{"flag":"failure","sub_code":"sign-check-failure","sub_message":"Illegal request"}';

let hub: TestHub;
let story: Story;
let seed = 100;

beforeAll(async () => {
  hub = await startTestHub();
});
afterAll(() => hub?.stop());
beforeEach(async () => {
  seed += 1;
  story = await openStory({ hub: hub.client, seed });
});
afterEach(async () => {
  await hub.queues.quiet();
  await hub.queues.take('intake-dead');
  await story.close();
});

const send = ({ url, headers, body }: Sendable): Promise<PlainAnswer> => plainCall({ method: 'POST', url, headers, body });
const codeOf = ({ body }: PlainAnswer): unknown => z.record(z.string(), z.unknown()).parse(JSON.parse(body))['code'];

async function expectNothingStored(): Promise<void> {
  await hub.queues.quiet();
  expect(await hub.queues.count('intake-dead')).toBe(0);
  expect(await ordersOf(story.client)).toEqual([]);
}

/** Any text as the platform itself would send and sign it. */
function authentic(channel: PlatformChannel, text: string): Sendable {
  const shop: Shop = story.shop(channel);
  const body = Buffer.from(text);
  const json = { 'content-type': 'application/json' };
  switch (shop.channel) {
    case 'douyin':
      return { url: shop.webhookUrl, headers: { ...json, 'app-id': shop.credentials.appKey, 'event-sign': eventSign(shop.credentials, body, 'md5') }, body };
    case 'wechat':
      return wechatPushOf({ shop, text, event: '', orderId: '', seed: text, nowMs: Date.now() });
    default:
      return { url: shop.webhookUrl, headers: { ...json, ...relayHeaders(shop.relaySecret, 'msg_1', { body, nowMs: Date.now() }) }, body };
  }
}

describe.each(PLATFORM_CHANNELS)('a push of %s with one thing spoilt', (channel) => {
  test.each(SPOILT[channel])('%s: is refused, leaves nothing, and was right but for that', async (_name, spoil) => {
    const valid = validPush(story, channel);
    const answer = await send(spoil(valid));
    // A Taobao request with nothing of a relay's but a query would be a call of Taobao's own.
    expect(answer.status, answer.body).toBe(401);
    await expectNothingStored();
    const reply = await send(valid.push);
    expect(valid.push.accepts(reply), reply.body).toBe(true);
    await story.until(valid.order, ({ status }) => expect(status).toBe('allocated'));
  });
});

describe('a call of Taobao with one thing spoilt', () => {
  test.each(TAOBAO_CALLS)('%s: gets the words Taobao checks for, and leaves nothing', async (_name, spoil) => {
    const valid = validPush(story, 'taobao');
    const answer = await send(spoil(valid));
    expect([answer.status, answer.body]).toEqual([200, SIGN_CHECK_FAILURE]);
    await expectNothingStored();
  });
});

test.each([['signature'], ['timestamp'], ['nonce']])("wechat's address check with another %s is refused", async (name) => {
  const { url } = urlCheck(story.shop('wechat'), Date.now());
  const spoilt = withQuery({ url, headers: {}, body: Buffer.alloc(0) }, name, (value) => `${value}1`);
  expect((await plainCall({ method: 'GET', url: spoilt.url })).status).toBe(401);
});

describe('a push without a home', () => {
  test('goes to no connection, to another channel, or to a channel that is none', async () => {
    const { push } = validPush(story, 'douyin');
    const homes = [
      push.url.replace(/[^/]+$/, 'nobody'),
      push.url.replace(/[^/]+$/, (id) => `${id.slice(0, -1)}${id.endsWith('0') ? '1' : '0'}`),
      push.url.replace(/[^/]+$/, '%00'),
      push.url.replace(/[^/]+$/, 'x'.repeat(2_000)),
      push.url.replace('/douyin/', '/wechat/'),
      push.url.replace('/douyin/', '/ebay/'),
      push.url.replace('/douyin/', '/__proto__/'),
    ];
    for (const url of homes) {
      const answer = await send({ ...push, url });
      expect([url, answer.status, codeOf(answer)]).toEqual([url, 404, 'connection_not_found']);
    }
    await expectNothingStored();
  });

  test.each(['douyin', 'taobao', 'pinduoduo'] as const)('of another shop of %s is received and dropped', async (channel) => {
    const valid = validPush(story, channel);
    const other = story.world.openShop(channel);
    const { url, headers, body } = valid.by({ ...story.shop(channel), shopId: other.shopId, shopName: other.shopName });
    const reply = await send({ url, headers, body });
    expect(valid.push.accepts(reply), reply.body).toBe(true);
    await expectNothingStored();
  });
});

/** Pushes that are signed and make no sense, and a list of one message more than is taken. */
const NONSENSE: Readonly<Record<PlatformChannel, readonly string[]>> = {
  douyin: ['', 'x', '5', '[{}]', '[{"tag":"101","msg_id":"1","data":"{}"}]', '[{"tag":"101","msg_id":"1","data":"not JSON"}]'],
  taobao: ['', 'x', '5', '{}', '{"id":1,"topic":"taobao_trade_TradeBuyerPay","content":"{}"}', '[{"topic":"taobao_trade_TradeBuyerPay"}]'],
  pinduoduo: ['', 'x', '5', '{}', '{"commandType":"Common","message":{"type":"pdd_trade_TradeConfirmed","content":"{}"}}'],
  wechat: ['', 'x', '5', '{"Event":"channels_ec_order_pay"}', '{"Event":"channels_ec_order_pay","order_info":{"order_id":0}}'],
};

describe.each(PLATFORM_CHANNELS)('an authentic push of %s', (channel) => {
  test('that makes no sense is answered like any other, and dead-lettered', async () => {
    const { push } = validPush(story, channel);
    for (const text of NONSENSE[channel]) {
      const reply = await send(authentic(channel, text));
      expect(push.accepts(reply), `${text}: ${reply.status} ${reply.body}`).toBe(true);
    }
    await hub.queues.quiet();
    const letters = await hub.queues.take('intake-dead');
    expect(letters).toHaveLength(NONSENSE[channel].length);
    expect(await ordersOf(story.client)).toEqual([]);
  });

  test('about an order that its platform does not know is dead-lettered in the end', async () => {
    const valid = validPush(story, channel);
    const stranger = { ...valid.order, orderId: channel === 'pinduoduo' ? '261124-000000000000001' : '5999999999999999991' };
    const [task] = tasksFor({ shop: story.shop(channel), order: stranger, event: { kind: 'pay' }, sequence: 999_999 });
    const push = task?.build({ attempt: 0, nowMs: Date.now() });
    expect(push?.accepts(await send(push))).toBe(true);
    await hub.queues.quiet();
    expect(await hub.queues.take('intake-dead')).toHaveLength(1);
    expect(await ordersOf(story.client)).toEqual([]);
  });

  test('of whatever content type is read by its bytes', async () => {
    for (const type of ['text/plain', 'application/octet-stream', 'image/png', undefined]) {
      const { push, order } = validPush(story, channel);
      const { 'content-type': _type, ...headers } = push.headers;
      const reply = await send({ ...push, headers: type === undefined ? headers : { ...headers, 'content-type': type } });
      expect(push.accepts(reply), reply.body).toBe(true);
      await story.until(order, ({ status }) => expect(status).toBe('allocated'));
    }
  });
});

test("an authentic call of Taobao's that asks nothing we know is answered no, and dead-lettered", async () => {
  const shop = story.shop('taobao');
  const { order } = validPush(story, 'taobao');
  const nothing = addressQuestion({ shop, order: { ...order, orderId: '' }, place: placeNamed('武侯区'), nowMs: Date.now() });
  const reply = await send(nothing);
  expect([reply.status, reply.body]).toEqual([200, expect.stringContaining('"success":false')]);
  await hub.queues.quiet();
  expect(await hub.queues.take('intake-dead')).toHaveLength(1);
});

describe('how much a push may carry', () => {
  const padded = (bytes: number): Sendable => {
    const { push } = validPush(story, 'douyin');
    return authentic('douyin', push.body.toString().padEnd(bytes));
  };

  test('a body of 512 KiB is taken, and one byte more is 413', async () => {
    expect((await send(padded(BODY_BYTES_MAX))).status).toBe(200);
    const answer = await send(padded(BODY_BYTES_MAX + 1));
    expect([answer.status, codeOf(answer)]).toEqual([413, 'body_too_large']);
    await hub.queues.quiet();
    expect(await ordersOf(story.client)).toHaveLength(1);
  });

  test('a body of 512 KiB of quotes, the longest there is once it is quoted for the queue, is answered', async () => {
    for (const channel of PLATFORM_CHANNELS) {
      const quotes = JSON.stringify({ text: '"'.repeat(200_000) });
      const { push } = validPush(story, channel);
      const sealed = authentic(channel, quotes);
      if (sealed.body.length > BODY_BYTES_MAX) continue;
      const reply = await send(sealed);
      expect([channel, push.accepts(reply), reply.status]).toEqual([channel, true, 200]);
    }
    await hub.queues.quiet();
    expect(await ordersOf(story.client)).toEqual([]);
  });

  test.each(['douyin', 'taobao', 'pinduoduo'] as const)('50 messages of %s are worked off, 51 are refused', async (channel) => {
    const pushes = Array.from({ length: PUSH_MESSAGES_MAX + 1 }, () => validPush(story, channel));
    const messages = pushes.flatMap(({ push }) => messagesIn(push));
    const answer = await send(authentic(channel, `[${messages.join(',')}]`));
    expect([answer.status, codeOf(answer)]).toEqual([422, 'too_many_messages']);
    await expectNothingStored();
    expect((await send(authentic(channel, `[${messages.slice(0, PUSH_MESSAGES_MAX).join(',')}]`))).status).toBe(200);
    await hub.queues.quiet();
    const { orders } = await expectStockAgrees(story.client);
    expect(orders.filter(({ status }) => status === 'allocated')).toHaveLength(PUSH_MESSAGES_MAX);
  });
});

/** The messages of a push as JSON texts: ids beyond 2^53 must keep their digits, so they are not parsed. */
function messagesIn({ body }: Push): string[] {
  const text = body.toString();
  return [text.startsWith('[') ? text.slice(1, -1) : text];
}

describe('ways that lead nowhere', () => {
  test.each([
    ['GET', '/v1/stock/adjustments'],
    ['GET', '/v1/trials'],
    ['POST', '/v1/warehouses/JX'],
    ['DELETE', '/v1/orders/offline.default.1'],
    ['PATCH', '/v1/orders'],
    ['GET', '/v1/orders/offline.default.1/hold'],
    ['POST', '/'],
    ['PUT', '/webhooks/douyin/x'],
  ])('%s %s names the methods that are there', async (method, path) => {
    expect(await api(story.client, { method, path })).toMatchObject({ status: 405, code: 'method_not_allowed' });
  });

  test.each([
    ['GET', '/v2/orders'],
    ['GET', '/v1'],
    ['POST', '/webhooks/douyin'],
    ['GET', '/v1/orders/a/b/c'],
    ['GET', '//v1/orders'],
    ['GET', '/v1/orders/%'],
  ])('%s %s is not there', async (method, path) => {
    expect((await api(story.client, { method, path })).status).toBe(404);
  });

  test.each(['douyin', 'pinduoduo', 'taobao'] as const)('a GET at the door of %s is refused', async (channel) => {
    expect((await plainCall({ method: 'GET', url: story.shop(channel).webhookUrl })).status).toBe(401);
  });
});
