import { describe, expect, test } from 'vitest';
import { detailAnswer } from '../../shared/channels/douyin/fixtures/samples.ts';
import { bindChannel } from '../../shared/channels/registry.ts';
import { HttpFault, type HttpAnswer } from '../../shared/kernel/ports.ts';
import { addressed, type Shop } from './exchange.ts';
import { fetchDetail } from './platform-api.ts';
import { ORDER_ID, WITH_TOKEN } from './testing/douyin-shop.ts';
import { memoryHub, SHOP, type MemoryHub } from './testing/memory-hub.ts';
import { freshToken } from './tokens.ts';

const DOUYIN = shopOf('douyin', WITH_TOKEN);
const WECHAT = shopOf('wechat', { appId: 'wx1', appSecret: 's', token: 't', encodingAesKey: 'a'.repeat(43) });
const THROTTLED = { status: 200, body: '{"code":60000,"msg":"限流"}' };

function shopOf(name: 'douyin' | 'wechat', credentials: object): Shop {
  const channel = bindChannel(name, credentials);
  if (!channel.ok) throw new Error(JSON.stringify(channel.error));
  return { channel: channel.value, connection: { ...SHOP.connection, channel: name } };
}

/** A platform that gives these answers one after the other, and the last one for ever. */
function answering(...answers: (HttpAnswer | Error)[]): { hub: MemoryHub; slept: number[]; asked: () => number } {
  const slept: number[] = [];
  let asked = 0;
  const http = async (): Promise<HttpAnswer> => {
    const answer = answers[Math.min(asked, answers.length - 1)];
    asked += 1;
    if (answer === undefined || answer instanceof Error) throw answer ?? new Error('no answer');
    return answer;
  };
  return { hub: { ...memoryHub(), http, sleep: async (ms) => void slept.push(ms) }, slept, asked: () => asked };
}

describe('asking a platform for an order', () => {
  test.each([
    ['throttling', THROTTLED],
    ['a 5xx', { status: 502, body: '<html>' }],
    ['a 429', { status: 429, body: '' }],
    ['no answer in time', new HttpFault('timeout')],
    ['a connection that breaks', new HttpFault('ECONNRESET')],
  ])('tries again after %s, with a wait', async (_case, first) => {
    const { hub, slept, asked } = answering(first, detailAnswer());
    expect(await fetchDetail(hub, DOUYIN, ORDER_ID)).toMatchObject({ ok: true, value: { channelOrderId: ORDER_ID } });
    expect([asked(), slept.length]).toEqual([2, 1]);
  });

  test('gives up after three tries, for the queue to try later', async () => {
    const { hub, asked } = answering(THROTTLED);
    await expect(fetchDetail(hub, DOUYIN, ORDER_ID)).rejects.toThrow('throttled');
    expect(asked()).toBe(3);
  });

  test('does not try again what is refused, and throws what is a bug of ours', async () => {
    const refused = answering({ status: 200, body: '{"code":40003,"msg":"参数错误","sub_code":"isv.parameter-invalid"}' });
    await expect(fetchDetail(refused.hub, DOUYIN, ORDER_ID)).rejects.toThrow('douyin');
    expect(refused.asked()).toBe(1);
    const broken = answering(new TypeError('bug'));
    await expect(fetchDetail(broken.hub, DOUYIN, ORDER_ID)).rejects.toThrow(TypeError);
  });

  test('calls an answer malformed that holds no order in it', async () => {
    const { hub } = answering({ status: 200, body: '{"code":10000,"data":{"shop_order_detail":{"order_id":"1"}}}' });
    expect(await fetchDetail(hub, DOUYIN, ORDER_ID)).toMatchObject({ ok: false, error: { kind: 'malformed' } });
  });
});

test.each([
  ['https://openapi-fxg.jinritemai.com/order/orderDetail?app_key=1&param_json=%7B%22a%22%3A1%7D', 'http://127.0.0.1:9000', 'http://127.0.0.1:9000/order/orderDetail?app_key=1&param_json=%7B%22a%22%3A1%7D'],
  ['https://eco.taobao.com/router/rest', 'http://localhost:9000/base/?x=1', 'http://localhost:9000/router/rest'],
  ['https://api.weixin.qq.com/a?b=c%20d+e', undefined, 'https://api.weixin.qq.com/a?b=c%20d+e'],
])('%s over %s is %s: path and query stay to the letter', (url, apiBaseUrl, expected) => {
  expect(addressed(url, apiBaseUrl)).toBe(expected);
});

describe('the token of an app', () => {
  /** WeChat's token call, counted; each gives the next token, good for `seconds`. */
  function wechat(seconds = 7_200, failing: () => boolean = () => false): { hub: MemoryHub; given: () => number } {
    let given = 0;
    const http = async (): Promise<HttpAnswer> => {
      for (let turns = 0; turns < 5; turns += 1) await Promise.resolve();
      if (failing()) return { status: 500, body: '' };
      given += 1;
      return { status: 200, body: JSON.stringify({ access_token: `T${given}`, expires_in: seconds }) };
    };
    const hub = memoryHub();
    // A wait lets the others work and the clock go on.
    const sleep = async (ms: number): Promise<void> => {
      hub.advance(ms);
      for (let turns = 0; turns < 20; turns += 1) await Promise.resolve();
    };
    return { hub: { ...hub, http, sleep }, given: () => given };
  }
  /** Another process over the same tables, with nothing in memory. */
  const processOf = (hub: MemoryHub): MemoryHub => ({ ...hub, tokens: new Map() });

  test('is got once by processes that ask at the same time', async () => {
    const { hub, given } = wechat();
    const tokens = await Promise.all(Array.from({ length: 16 }, async () => freshToken(processOf(hub), WECHAT, undefined)));
    expect([new Set(tokens), given()]).toEqual([new Set(['T1']), 1]);
  });

  test('that the platform refuses is renewed once, for all processes that were refused', async () => {
    const { hub, given } = wechat();
    const processes = Array.from({ length: 8 }, () => processOf(hub));
    for (const each of processes) expect(await freshToken(each, WECHAT, undefined)).toBe('T1');
    const tokens = await Promise.all(processes.map(async (each) => freshToken(each, WECHAT, 'T1')));
    expect([new Set(tokens), given()]).toEqual([new Set(['T2']), 2]);
    expect(await freshToken(processes[0] ?? hub, WECHAT, undefined)).toBe('T2');
  });

  test('is renewed ahead of its end; while that fails, the old one is used', async () => {
    let isDown = false;
    const { hub, given } = wechat(7_200, () => isDown);
    await freshToken(hub, WECHAT, undefined);
    hub.advance(6_700_000);
    isDown = true;
    expect(await freshToken(processOf(hub), WECHAT, undefined)).toBe('T1');
    isDown = false;
    expect([await freshToken(processOf(hub), WECHAT, undefined), given()]).toEqual(['T2', 2]);
    hub.advance(8_000_000);
    isDown = true;
    await expect(freshToken(processOf(hub), WECHAT, undefined)).rejects.toThrow('wechat');
  });

  test('is renewed by another process when the one with the lease dies', async () => {
    const { hub } = wechat();
    const dying: MemoryHub = { ...processOf(hub), http: async () => Promise.reject(new Error('killed')) };
    await expect(freshToken(dying, WECHAT, undefined)).rejects.toThrow('killed');
    expect(await freshToken(processOf(hub), WECHAT, undefined)).toBe('T1');
  });

  test('refused in the middle of a call is renewed, and the call made again', async () => {
    const asked: string[] = [];
    let tokens = 0;
    const http = async ({ url }: { url: string }): Promise<HttpAnswer> => {
      if (url.includes('stable_token')) {
        tokens += 1;
        return { status: 200, body: JSON.stringify({ access_token: `T${tokens}`, expires_in: 7_200 }) };
      }
      asked.push(new URL(url).searchParams.get('access_token') ?? '');
      return asked.length === 1 ? { status: 200, body: '{"errcode":42001,"errmsg":"expired"}' } : { status: 200, body: '{"errcode":100002,"errmsg":"no order"}' };
    };
    expect(await fetchDetail({ ...memoryHub(), http }, WECHAT, '1')).toMatchObject({ ok: false, error: { kind: 'not_found' } });
    expect(asked).toEqual(['T1', 'T2']);
  });
});
