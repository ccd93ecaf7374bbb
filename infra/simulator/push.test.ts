import { describe, expect, test } from 'vitest';
import { PLATFORM_CHANNELS } from '../../shared/kernel/channel-order.ts';
import { eventSign } from './douyin/sign.ts';
import { testPush } from './douyin/push.ts';
import { batched, tasksFor } from './events.ts';
import samples from './fixtures/samples.json' with { type: 'json' };
import type { Move, PlatformOrder, PushEvent } from './order.ts';
import { placeNamed } from './places.ts';
import { fieldOf, jsonField } from './push.ts';
import type { Push } from './push.ts';
import { relayHeaders } from './relay.ts';
import { shapeOf } from './shape.ts';
import { addressQuestion, answerOf } from './taobao/address-question.ts';
import { World } from './world.ts';

const NOW_MS = 1_795_487_400_000;
const RELAY_SECRET = `whsec_${Buffer.from('a relay secret of 24 byte').toString('base64')}`;

function story(channel: (typeof PLATFORM_CHANNELS)[number], moves: readonly Move[]): { readonly world: World; readonly order: PlatformOrder; readonly push: (event: PushEvent, attempt?: number) => Push[] } {
  const world = new World({ seed: 8 });
  const shop = world.putShop({ ...world.openShop(channel), webhookUrl: 'http://hub.test/webhooks/x/1', relaySecret: RELAY_SECRET });
  let order = world.create(shop, NOW_MS);
  for (const move of moves) {
    const moved = world.move(order, move, NOW_MS);
    if (!moved.ok) throw new Error(moved.error);
    order = moved.value;
  }
  const push = (event: PushEvent, attempt = 0): Push[] => tasksFor({ shop, order, event, sequence: 7 }).map((task) => task.build({ attempt, nowMs: NOW_MS }));
  return { world, order, push };
}

const PAY: Move = { kind: 'pay' };

describe('Douyin', () => {
  test.each<[string, PushEvent, readonly Move[]]>([
    ['trade_create_100', { kind: 'create' }, []],
    ['trade_paid_101', PAY, [PAY]],
    ['trade_canceled_106', { kind: 'cancel' }, [{ kind: 'cancel' }]],
    ['trade_address_changed_105', { kind: 'change_address', place: placeNamed('西湖区') }, [PAY]],
    ['trade_address_change_applied_111', { kind: 'ask_address', place: placeNamed('西湖区') }, [PAY]],
    ['refund_created_200', { kind: 'open_refund' }, [PAY]],
    ['refund_success_206', { kind: 'succeed_refund' }, [PAY]],
    ['refund_closed_207', { kind: 'close_refund' }, [PAY]],
  ])('pushes %s in the form of the sample', (name, event, moves) => {
    const sample = samples.douyin.pushes.find((candidate) => candidate.name === name);
    const [push] = story('douyin', moves).push(event);
    expect([...shapeOf(innerText(push?.body.toString() ?? '')).entries()]).toEqual(expect.arrayContaining([...shapeOf(innerText(sample?.body ?? '')).entries()]));
  });

  test('signs the raw body and names the app', () => {
    const { world, push } = story('douyin', [PAY]);
    const [shop] = world.shops();
    const [sent] = push(PAY);
    if (shop?.channel !== 'douyin' || sent === undefined) throw new Error('no push');
    expect(sent.headers['event-sign']).toBe(eventSign(shop.credentials, sent.body, 'md5'));
    expect(sent.headers['app-id']).toBe(shop.credentials.appKey);
    expect(sent.accepts({ status: 200, body: '{"code":0,"msg":"success"}' })).toBe(true);
    for (const body of ['success', '{"code":1,"msg":"success"}', '']) expect(sent.accepts({ status: 200, body })).toBe(false);
    expect(testPush(shop, NOW_MS).body.toString()).toBe('[{"tag":"0","msg_id":"0","data":"2026-11-24T02:30:00.000Z"}]');
  });

  test('puts ids on the wire as bare numbers with all their digits', () => {
    const { order, push } = story('douyin', [PAY]);
    expect(push(PAY)[0]?.body.toString()).toContain(`\\"p_id\\":${order.orderId},`);
  });

  test('batches messages of several orders, and loses none', () => {
    const { world } = story('douyin', []);
    const [shop] = world.shops();
    if (shop === undefined) throw new Error('no shop');
    const happenings = Array.from({ length: 7 }, () => world.happening(world.create(shop, NOW_MS), { kind: 'create' }));
    const tasks = batched(happenings, 3);
    const bodies = tasks.map((task) => task.build({ attempt: 0, nowMs: NOW_MS }).body.toString()).join('');
    expect(tasks).toHaveLength(3);
    for (const { order } of happenings) expect(bodies).toContain(order.orderId);
  });
});

describe('Taobao', () => {
  test.each<[string, PushEvent]>([
    ['taobao_trade_TradeCreate', { kind: 'create' }],
    ['taobao_trade_TradeBuyerPay', PAY],
    ['taobao_trade_TradeLogisticsAddressChanged', { kind: 'change_address', place: placeNamed('西湖区') }],
    ['taobao_refund_RefundCreated', { kind: 'open_refund' }],
    ['taobao_refund_RefundSuccess', { kind: 'succeed_refund' }],
    ['taobao_trade_TradeClose', { kind: 'cancel' }],
  ])('relays %s with the content of the sample, in an entry of tmc.messages.consume', (topic, event) => {
    const [push] = story('taobao', [PAY]).push(event);
    const content = new Map(Object.entries(samples.taobao.contents)).get(topic) ?? '';
    const entry = push?.body.toString() ?? '';
    expect(jsonField(entry, 'topic')).toBe(topic);
    expect(shapeOf(String(jsonField(entry, 'content')))).toEqual(shapeOf(content));
    const consumed = [...shapeOf(samples.taobao.consume)].flatMap(([place, kind]) => (place.includes('tmc_message[].') ? [[place.split('[].')[1], kind]] : []));
    expect(Object.fromEntries(shapeOf(entry))).toEqual(Object.fromEntries(consumed));
  });

  test('asks about the address in either charset and form, and reads the answer', () => {
    const { world, order } = story('taobao', [PAY]);
    const shop = world.shopOf(order);
    if (shop.channel !== 'taobao') throw new Error('not Taobao');
    const question = { shop, order, place: placeNamed('济源市'), nowMs: NOW_MS };
    const gbk = addressQuestion({ ...question, charset: 'GBK' });
    expect(new TextDecoder('gbk').decode(gbk.body)).toContain('"area":"济源市"');
    expect(gbk.headers['content-type']).toBe('application/json; charset=GBK');
    expect(shapeOf(addressQuestion(question).body.toString())).toEqual(shapeOf(samples.taobao.spi.body));
    expect(answerOf('{"result":{"success":false,"errorCode":"X","errorMsg":""}}')).toBe(false);
    expect(answerOf('success')).toBeUndefined();
  });
});

describe('Pinduoduo', () => {
  test.each<[string, PushEvent]>([
    ['pdd_trade_TradeConfirmed', PAY],
    ['pdd_trade_TradeRiskChanged', { kind: 'end_review' }],
    ['pdd_trade_TradeLogisticsAddressChanged', { kind: 'change_address', place: placeNamed('西湖区') }],
    ['pdd_refund_RefundCreated', { kind: 'open_refund' }],
    ['pdd_refund_RefundClosed', { kind: 'close_refund' }],
  ])('relays %s as the frame of the sample', (type, event) => {
    const [push] = story('pinduoduo', [PAY]).push(event);
    const sample = new Map(Object.entries(samples.pinduoduo.frames)).get(type) ?? '';
    const frame = push?.body.toString() ?? '';
    expect(shapeOf(frame)).toEqual(shapeOf(sample));
    expect(shapeOf(contentOf(frame))).toEqual(shapeOf(contentOf(sample)));
  });

  test('gives a redelivered frame another id, and says nothing of unpaid orders', () => {
    const { push } = story('pinduoduo', [PAY]);
    expect(push(PAY, 0)[0]?.headers['webhook-id']).not.toBe(push(PAY, 1)[0]?.headers['webhook-id']);
    expect(push({ kind: 'create' })).toEqual([]);
  });
});

test('WeChat encrypts anew for every sending, and takes "success" only', () => {
  const { push } = story('wechat', [PAY]);
  const [first, second] = [push(PAY, 0)[0], push(PAY, 1)[0]];
  expect(first?.body.equals(second?.body ?? Buffer.alloc(0))).toBe(false);
  expect(first?.accepts({ status: 200, body: 'success' })).toBe(true);
  expect(first?.accepts({ status: 200, body: '{"ok":true}' })).toBe(false);
});

test('the relay signs as Standard Webhooks says', () => {
  // The example of the Standard Webhooks specification.
  const message = { body: Buffer.from('{"test": 2432232314}'), nowMs: 1_614_265_330_000 };
  expect(relayHeaders('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'msg_p5jXN8AQM9LWM0D4loKWxJek', message)['webhook-signature']).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
});

test.each(PLATFORM_CHANNELS)('every move of %s has its pushes, or none, but never fails', (channel) => {
  const { push } = story(channel, [PAY]);
  const place = placeNamed('西湖区');
  const events: PushEvent[] = [
    { kind: 'create' }, PAY, { kind: 'cancel' }, { kind: 'change_address', place }, { kind: 'ask_address', place }, { kind: 'answer_address', approved: true },
    { kind: 'open_refund' }, { kind: 'close_refund' }, { kind: 'succeed_refund' }, { kind: 'start_review' }, { kind: 'end_review' }, { kind: 'complete_group' },
    { kind: 'forbid' }, { kind: 'permit' }, { kind: 'complete' }, { kind: 'ship', company: '44', trackingNumber: 'SF1', by: 'elsewhere' },
  ];
  for (const event of events) for (const sent of push(event)) expect(sent.body.length).toBeGreaterThan(0);
});

/** The data of a Douyin push's first message, its inner address opened too. */
function innerText(body: string): string {
  return String(fieldOf(jsonField(body, '0'), 'data'));
}

/** The inner JSON of a PMC frame. */
function contentOf(frame: string): string {
  return String(fieldOf(jsonField(frame, 'message'), 'content'));
}
