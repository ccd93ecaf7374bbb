import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { describe, expect, test } from 'vitest';
import { CHANNELS } from '../../shared/kernel/channel-order.ts';
import { CARRIERS, HOLD_CODES, lineStatusSchema, ORDER_STATUSES } from '../../shared/orders/schema.ts';
import { resolveRegion } from '../../shared/routing/regions.ts';
import { route } from '../../shared/routing/route.ts';
import { SAMPLE_TARIFF } from '../../shared/routing/tariff.ts';
import { WEB_FILES, webFile } from './files.ts';

// The browser's modules are plain JavaScript: they are read like any other outside thing.
const web = (name: string): Promise<unknown> => import(new URL(`./web/${name}`, import.meta.url).href);
const { WORDS } = z.object({ WORDS: z.record(z.string(), z.tuple([z.string().min(1), z.string().min(1)])) }).parse(await web('words.js'));
const callable = z.custom<(...inputs: unknown[]) => unknown>((value) => typeof value === 'function');
const format = z.object({ yuan: callable, count: callable, place: callable, urgency: callable }).parse(await web('format.js'));
const address = z.object({ parseRoute: callable, routeHref: callable, keyInHash: callable }).parse(await web('route.js'));
const { sentence } = z.object({ sentence: callable }).parse(await web('sentences.js'));
const { translator } = z.object({ translator: callable }).parse(await web('translate.js'));

const SCRIPTS = WEB_FILES.filter((name) => name.endsWith('.js')).map((name) => webFile(name).body);

const places = (text: string): string[] => [...text.matchAll(/\{\w+\}/g)].map(([place]) => place).toSorted();

describe('the words of the console', () => {
  test('say the same in both languages, with the same places to fill in', () => {
    for (const [key, [zh, en]] of Object.entries(WORDS)) expect(places(zh), key).toEqual(places(en));
  });

  test('have a Chinese side that is Chinese and an English side that is not', () => {
    const sameInBoth = new Set(['carrier.EMS', 'app.language', 'app.languageHint', 'order.dearer', 'order.cheaper']);
    for (const [key, [zh, en]] of Object.entries(WORDS).filter(([name]) => !sameInBoth.has(name))) {
      expect(zh, key).toMatch(/[\u4e00-\u9fff]/);
      expect(en, key).not.toMatch(/[\u4e00-\u9fff]/);
    }
  });

  test('cover every key the scripts ask for', () => {
    for (const body of SCRIPTS) for (const [, key] of body.matchAll(/\bt\('([a-zA-Z]+\.[a-zA-Z_]+)'/g)) expect(WORDS).toHaveProperty([key ?? '']);
  });

  test('cover every word the API can answer with', () => {
    const events = [...readFileSync(new URL('../../shared/orders/events.ts', import.meta.url), 'utf8').matchAll(/readonly type: '(\w+)'/g)].map(([, name]) => name);
    expect(events.length).toBeGreaterThan(15);
    const groups = { channel: CHANNELS, status: ORDER_STATUSES, line: lineStatusSchema.options, hold: HOLD_CODES, carrier: CARRIERS, event: events.filter((name) => name !== 'facts_changed') };
    for (const [group, names] of Object.entries(groups)) for (const name of names) expect(WORDS).toHaveProperty([`${group}.${name}`]);
  });
});

describe('numbers and places', () => {
  test.each([
    [8_900, '¥89.00'],
    [5, '¥0.05'],
    [-500, '−¥5.00'],
    [123_456_789, '¥1,234,567.89'],
    [0, '¥0.00'],
  ])('%d fen is %s', (fen, text) => {
    expect(format.yuan(fen)).toBe(text);
  });

  test('a place does not repeat a name', () => {
    expect(format.place({ province: '北京市', city: '北京市', district: '朝阳区', town: undefined })).toBe('北京市 朝阳区');
  });

  test('a promise is late, soon or calm', () => {
    const nowMs = Date.parse('2026-11-24T00:00:00Z');
    expect(['2026-11-23T23:59:00Z', '2026-11-24T12:00:00Z', '2026-11-26T00:00:00Z'].map((iso) => format.urgency(iso, nowMs))).toEqual(['late', 'soon', 'calm']);
  });
});

describe('the address', () => {
  test('leads back to the view it was made from', () => {
    const view = { name: 'orders', id: 'offline.默认.A-1/2', query: { status: 'held' } };
    expect(address.parseRoute(address.routeHref(view))).toEqual(view);
    expect(address.routeHref({ name: 'stock', query: { q: '' } })).toBe('#/stock');
    expect(address.parseRoute('#/nowhere')).toEqual({ name: 'orders', id: '', query: {} });
    expect(address.parseRoute('#/orders/%E0%A4%A')).toMatchObject({ id: '%E0%A4%A' });
  });

  test('carries a key only when it is given one', () => {
    expect(address.keyInHash('#key=sk_abc')).toBe('sk_abc');
    expect([address.keyInHash('#/orders?key=1'), address.keyInHash('#key='), address.keyInHash('')]).toEqual([undefined, undefined, undefined]);
  });
});

describe("the hub's sentences in Chinese", () => {
  const page = { t: translator('zh'), names: { warehouse: (code: unknown) => `${String(code)}仓` }, nowMs: Date.parse('2026-11-24T00:00:00Z') };
  const chinese = (text: string): string => z.string().parse(sentence(page, text));

  test('say every reason of a routing decision', () => {
    const sites = [
      { code: 'HZ', regionCode: '330110', lng: 120.3, lat: 30.42 },
      { code: 'GZ', regionCode: '440111', lng: 113.27, lat: 23.16 },
      { code: 'CD', regionCode: '510116', lng: 103.92, lat: 30.57 },
      { code: 'TJ', regionCode: '120114', lng: 117.04, lat: 39.38 },
    ];
    const held = [['HZ', 9, 0], ['GZ', 9, 0], ['CD', 1, 0], ['TJ', 9, 8]] as const;
    const decision = route({
      lines: [{ lineId: '1', sku: 'A-1', quantity: 2, weightGrams: 800 }],
      destination: resolveRegion({ province: '上海市', city: '上海市', district: '浦东新区' }),
      warehouses: sites.map((site, priority) => ({ ...site, provinceCode: `${site.regionCode.slice(0, 2)}0000`, priority, active: true })),
      stock: held.map(([warehouse, available, safety]) => ({ sku: 'A-1', warehouse, available, safety })),
      policy: { allowParts: false, tariff: SAMPLE_TARIFF },
    });
    const reasons = [decision.routing.chosen, ...decision.routing.alternatives].map((option) => chinese(option?.why ?? ''));
    expect(reasons.length).toBeGreaterThan(2);
    for (const text of reasons) expect(text).not.toMatch(/[a-z]{2,}/);
    expect(reasons[0]).toContain('整单发出');
  });

  test.each([
    ['3.08 yuan dearer, 876 km further.', '贵 3.08 元,远 876 公里。'],
    ['9.48 yuan dearer, 1514 km further; needs 2 parcels.', '贵 9.48 元,远 1514 公里;需 2 个包裹。'],
    ['Same cost, same distance, lower priority.', '成本相同,距离相同,优先级较低。'],
    ['Short of A-1 (has 1 of 2) and of 3 more.', 'A-1 缺货(需 2 件,有 1 件),另有 3 种。'],
    ['No single warehouse has everything.', '没有一个仓齐货。'],
    ['1 line(s) from douyin 692134', '来自抖音的订单,1 行商品'],
    ['the platform reviews the order for risk', '平台风控审核中'],
    ['no longer: the platform reviews the order for risk', '已解除:平台风控审核中'],
    ['2 x A-1 from HZ by SF SF148', '2 x A-1,从HZ仓发出,顺丰 SF148'],
    ['cancelled on taobao', '在淘宝取消'],
    ['客户要求改期', '客户要求改期'],
    ['Something nobody has said before.', 'Something nobody has said before.'],
    ['constructor', 'constructor'],
  ])('%j is %j', (text, said) => {
    expect(chinese(text)).toBe(said);
  });

  test('show times of this place in both languages', () => {
    const english = sentence({ ...page, t: translator('en') }, 'paid; to be shipped by 2026-11-26T05:36:36.586Z');
    expect(english).toMatch(/^paid; to be shipped by \d\d\/11, \d\d:36$/);
    expect(chinese('paid; to be shipped by 2026-11-26T05:36:36.586Z')).toMatch(/^买家已付款,须在 11\/\d\d \d\d:36 前发货$/);
  });
});
