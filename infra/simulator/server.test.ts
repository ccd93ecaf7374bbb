import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import samples from './fixtures/samples.json' with { type: 'json' };
import { douyinCall, pinduoduoCall, sendCall, taobaoCall, wechatCall, wechatTokenCall } from './hub-call.ts';
import type { HubCall } from './hub-call.ts';
import type { PlatformOrder } from './order.ts';
import { startServer } from './server.ts';
import type { PlatformServer } from './server.ts';
import { missingFrom } from './shape.ts';
import { makeShop } from './shop.ts';
import { World } from './world.ts';

/** The APIs are called over HTTP with right calls, and with calls spoilt in one thing; nothing is faked. */

const NOW_MS = 1_795_487_400_000;
const world = new World({ seed: 4 });
const shipped: string[] = [];
let server: PlatformServer;

const douyin = makeShop('douyin', world.random);
const taobao = makeShop('taobao', world.random);
const pinduoduo = makeShop('pinduoduo', world.random);
const wechat = makeShop('wechat', world.random);
for (const shop of [douyin, taobao, pinduoduo, wechat]) world.putShop(shop);

beforeAll(async () => {
  server = await startServer({ world, nowMs: () => NOW_MS, onShipment: ({ orderId }) => shipped.push(orderId) });
});
afterAll(() => server.close());
beforeEach(() => server.clearFaults());

type Caller = (order: PlatformOrder) => Promise<HubCall> | HubCall;

async function wechatToken(): Promise<string> {
  if (wechat.channel !== 'wechat') throw new Error('not a WeChat shop');
  const { body } = await sendCall(server.url, wechatTokenCall(wechat, { fresh: false }));
  return /"access_token":"([^"]+)"/.exec(body)?.[1] ?? '';
}

const detailOf: Record<string, Caller> = {
  douyin: ({ orderId }) => douyinCall(only(douyin, 'douyin'), 'order.orderDetail', { paramJson: JSON.stringify({ shop_order_id: orderId }), nowMs: NOW_MS }),
  taobao: ({ orderId }) => taobaoCall(only(taobao, 'taobao'), 'taobao.trade.fullinfo.get', { params: { fields: 'tid,status,orders', tid: orderId, include_oaid: 'true' }, nowMs: NOW_MS }),
  pinduoduo: ({ orderId }) => pinduoduoCall(only(pinduoduo, 'pinduoduo'), 'pdd.order.information.get', { params: { order_sn: orderId }, nowMs: NOW_MS }),
  wechat: async ({ orderId }) => wechatCall('/channels/ec/order/get', await wechatToken(), { order_id: orderId }),
};

const shipOf: Record<string, Caller> = {
  douyin: ({ orderId }) => douyinCall(only(douyin, 'douyin'), 'order.logisticsAdd', { paramJson: `{"company_code":"shunfeng","is_reject_refund":false,"logistics_code":"SF1","order_id":"${orderId}"}`, nowMs: NOW_MS }),
  taobao: ({ orderId }) => taobaoCall(only(taobao, 'taobao'), 'taobao.logistics.offline.send', { params: { tid: orderId, out_sid: 'SF1', company_code: 'SF', is_split: '0' }, nowMs: NOW_MS }),
  pinduoduo: ({ orderId }) => pinduoduoCall(only(pinduoduo, 'pinduoduo'), 'pdd.logistics.online.send', { params: { order_sn: orderId, logistics_id: '44', tracking_number: 'SF1', redelivery_type: '1' }, nowMs: NOW_MS }),
  wechat: async ({ orderId, lines }) => {
    const parts = lines.map((line) => ({ product_id: line.productId, sku_id: line.skuId, product_cnt: line.quantity }));
    const parcel = { delivery_id: 'SF', waybill_id: 'SF1', deliver_type: 1, product_infos: parts };
    return wechatCall('/channels/ec/order/delivery/send', await wechatToken(), { order_id: orderId, delivery_list: [parcel] });
  },
};

const CASES = [
  { channel: 'douyin', shop: douyin, sample: samples.douyin.detail, ok: /"code":10000/, unknown: '订单不存在', again: '已发货', throttled: '"code":60000', expired: '"code":40003', badSign: 'isv.sign-invalid' },
  { channel: 'taobao', shop: taobao, sample: samples.taobao.detail, ok: /^\{"(?!error)\w+_response"/, unknown: 'isv.trade-not-exist', again: '已发货', throttled: '"code":7,', expired: '"code":27', badSign: '"code":25' },
  { channel: 'pinduoduo', shop: pinduoduo, sample: samples.pinduoduo.detail, ok: /^\{"(?!error)\w+_response"/, unknown: '订单不存在', again: '已发货', throttled: '"error_code":70031', expired: '"error_code":10019', badSign: '"error_code":20004' },
  { channel: 'wechat', shop: wechat, sample: samples.wechat.detail, ok: /"errcode":0/, unknown: '100002', again: 'already delivered', throttled: '100003', expired: '42001', badSign: '40001' },
] as const;

describe.each(CASES)('$channel', ({ channel, shop, sample, ok, unknown, again, throttled, expired, badSign }) => {
  const paid = (): PlatformOrder => {
    const moved = world.move(world.create(shop, NOW_MS - 60_000, { discounts: true }), { kind: 'pay' }, NOW_MS - 30_000);
    if (!moved.ok) throw new Error(moved.error);
    return moved.value;
  };

  test("answers an order's detail in the shape of the sample", async () => {
    const order = paid();
    const { status, body } = await ask(detailOf[channel], order);
    expect(status).toBe(200);
    expect(body).toMatch(ok);
    expect(body).toContain(order.orderId);
    // The sample's coupons, sizes and chosen warehouse are particulars of that order; ours have none.
    const missing = missingFrom(body, sample).filter((place) => !/promotion_detail\.|promotion_details|buyer_message/.test(place));
    expect(missing).toEqual([]);
  });

  test('refuses a spoilt signature or token, whatever else is right', async () => {
    const spoil = (call: HubCall): HubCall => ({
      ...call,
      query: Object.fromEntries(Object.entries(call.query).map(([name, value]) => [name, /^(sign|access_token)$/.test(name) && (channel === 'wechat' || name === 'sign') ? `0${value.slice(1)}` : value])),
      body: call.body.replace(/(^|&)sign=./, '$1sign=Z'),
    });
    expect((await ask(detailOf[channel], paid(), spoil)).body).toContain(badSign);
  });

  test('does not know an order of nobody', async () => {
    expect((await ask(detailOf[channel], { ...paid(), orderId: '1' })).body).toContain(unknown);
  });

  test('keeps a shipment, tells of it, and refuses a second one', async () => {
    const order = paid();
    expect((await ask(shipOf[channel], order)).body).toMatch(ok);
    expect(shipped).toContain(order.orderId);
    expect(world.order(shop, order.orderId)).toMatchObject({ stage: 'shipped', shipments: [{ trackingNumber: 'SF1', by: 'hub' }] });
    expect((await ask(shipOf[channel], order)).body).toContain(again);
  });

  test('does not ship what was cancelled', async () => {
    const order = paid();
    world.move(order, { kind: 'cancel' }, NOW_MS);
    expect((await ask(shipOf[channel], order)).body).not.toMatch(ok);
  });

  test('throttles, expires tokens, breaks and lags when told to, each as often as told', async () => {
    const order = paid();
    world.move(order, { kind: 'cancel' }, NOW_MS);
    const now = (await ask(detailOf[channel], order)).body;
    for (const kind of ['throttle', 'token_expired', 'server_error', 'stale'] as const) server.addFault({ channel, kind, times: 1 });
    expect((await ask(detailOf[channel], order)).body).toContain(throttled);
    expect((await ask(detailOf[channel], order)).body).toContain(expired);
    expect((await ask(detailOf[channel], order)).status).toBe(502);
    expect((await ask(detailOf[channel], order)).body).not.toBe(now);
    expect((await ask(detailOf[channel], order)).body).toBe(now);
  });
});

test('Douyin refuses parameters that are signed but not canonical', async () => {
  const call = douyinCall(only(douyin, 'douyin'), 'order.orderDetail', { paramJson: '{ "shop_order_id": "1" }', nowMs: NOW_MS });
  expect((await sendCall(server.url, call)).body).toContain('isv.parameter-invalid');
});

test('a call with an old timestamp is refused', async () => {
  const call = taobaoCall(only(taobao, 'taobao'), 'taobao.trade.fullinfo.get', { params: { fields: 'orders', tid: '1' }, nowMs: NOW_MS - 11 * 60_000 });
  expect((await sendCall(server.url, call)).body).toContain('"code":31');
});

test("WeChat's stable token stays the same until forced or expired", async () => {
  const first = await wechatToken();
  expect(await wechatToken()).toBe(first);
  const forced = await sendCall(server.url, wechatTokenCall(only(wechat, 'wechat'), { fresh: true }));
  expect(forced.body).not.toContain(first);
  server.expireTokens();
  expect((await sendCall(server.url, wechatCall('/channels/ec/order/get', first, { order_id: '1' }))).body).toContain('42001');
});

test('the server counts its calls and refusals', async () => {
  server.resetCounts();
  await sendCall(server.url, taobaoCall(only(taobao, 'taobao'), 'taobao.trade.fullinfo.get', { params: { fields: 'orders', tid: '1' }, nowMs: NOW_MS }));
  expect(server.counts()).toEqual({ total: 1, byCall: new Map([['taobao.trade.fullinfo.get', 1]]), refusals: new Map([['not_found', 1]]) });
});

async function ask(caller: Caller | undefined, order: PlatformOrder, spoil: (call: HubCall) => HubCall = (call) => call): Promise<{ status: number; body: string }> {
  if (caller === undefined) throw new Error('no such caller');
  return sendCall(server.url, spoil(await caller(order)));
}

/** The shop, known to be of its channel. */
function only<S extends { readonly channel: string }, C extends S['channel']>(shop: S, channel: C): Extract<S, { readonly channel: C }> {
  if (!isOf(shop, channel)) throw new Error(`not a shop of ${channel}`);
  return shop;
}

function isOf<S extends { readonly channel: string }, C extends S['channel']>(shop: S, channel: C): shop is Extract<S, { readonly channel: C }> {
  return shop.channel === channel;
}
