import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { DESKTOP, openBrowser, PHONE, type Look, type TestBrowser } from './browser.ts';
import { PLATFORM_CHANNELS } from '../../shared/kernel/channel-order.ts';
import { placeNamed } from '../simulator/places.ts';
import { WAREHOUSES } from '../simulator/tenant.ts';
import { problem, startConsoleStub, STUB_KEY, type ConsoleStub } from './console-stub.ts';
import { openStory, type Story } from './story.ts';
import { startTestHub, type TestHub } from './test-hub.ts';

const SCREENS = process.env['SCREENS_DIR'] ?? path.join(import.meta.dirname, '../../dist/screens');
const LOOKS: readonly { name: string; look: Look }[] = [
  { name: '1440', look: DESKTOP },
  { name: '390', look: PHONE },
];
const LANGUAGES = ['zh', 'en'] as const;

let stub: ConsoleStub;
let browser: TestBrowser;

beforeAll(async () => {
  await mkdir(SCREENS, { recursive: true });
  stub = await startConsoleStub(Date.now());
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  await stub.close();
});
beforeEach(async () => {
  stub.override = undefined;
  browser.complaints.length = 0;
  await browser.look(DESKTOP);
  await browser.page.goto('about:blank');
});

async function signIn(hash = ''): Promise<void> {
  await browser.page.goto(`${stub.url}/#key=${STUB_KEY}`);
  await browser.page.locator('.orders .row-link').first().waitFor();
  if (hash !== '') await go(hash);
}

/** Leads to a view and waits until its data, or its state without data, is there. */
async function go(hash: string): Promise<void> {
  await browser.page.evaluate((to) => {
    location.hash = to;
  }, hash);
  await browser.page.locator('.body[aria-busy=false], .failure').first().waitFor();
}

async function speak(language: 'zh' | 'en'): Promise<void> {
  const spoken = await browser.page.locator('html').getAttribute('lang');
  if (spoken?.startsWith(language) !== true) await browser.page.locator('[data-action=language]').click();
}

async function capture(name: string, fullPage = false): Promise<void> {
  await browser.page.screenshot({ path: path.join(SCREENS, `${name}.png`), fullPage });
}

function firstOrderWith(status: string): string {
  const found = stub.data.orders.find((order) => order.status === status);
  if (found === undefined) throw new Error(`the samples have no order that is ${status}`);
  return `#/orders/${found.orderId}`;
}

describe('the console in a browser', () => {
  test('signs in by the key in the address, and takes the key out of it', async () => {
    await signIn();
    expect(browser.page.url()).toBe(`${stub.url}/#/orders`);
    expect(await browser.page.evaluate(() => history.length)).toBeLessThan(4);
    await browser.page.reload();
    await browser.page.locator('.orders .row-link').first().waitFor();
    expect(browser.complaints).toEqual([]);
  });

  test('asks for a key, refuses a wrong one, and takes the right one', async () => {
    const { page } = browser;
    await page.goto(`${stub.url}/`);
    await page.evaluate(() => sessionStorage.clear());
    await page.reload();
    await page.locator('#key').fill('sk_wrong');
    await page.keyboard.press('Enter');
    await page.locator('#key-problem').waitFor();
    expect(await page.locator('#key').getAttribute('aria-invalid')).toBe('true');
    await capture('sign-in-zh-1440');
    await page.locator('#key').fill(STUB_KEY);
    await page.keyboard.press('Enter');
    await page.locator('.orders .row-link').first().waitFor();
    // The refused key is the one complaint: browsers report every 401.
    expect(browser.complaints.filter((text) => !text.includes('401'))).toEqual([]);
  });

  test('filters by status and channel in the address, searches, and loads more', async () => {
    const { page } = browser;
    await signIn();
    expect(await page.locator('.orders tbody tr').count()).toBe(50);
    await page.locator('[data-action=more]').click();
    await page.waitForFunction(() => document.querySelectorAll('.orders tbody tr').length === 64);
    await page.locator('.pills a', { hasText: '缺货' }).click();
    await page.waitForFunction(() => document.querySelectorAll('.orders tbody tr').length === 6);
    await page.locator('[data-filter=channel]').selectOption('pinduoduo');
    await page.waitForFunction(() => location.hash === '#/orders?status=backordered&channel=pinduoduo');
    await go('#/orders');
    await page.keyboard.press('/');
    const wanted = stub.data.orders[12]?.channelOrderId ?? '';
    await page.keyboard.type(wanted);
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.querySelectorAll('.orders tbody tr').length === 1);
    expect(await page.locator('.orders .row-link').textContent()).toBe(wanted);
    await go('#/orders?q=none');
    expect(await page.locator('.empty-title').textContent()).toBe('没有符合条件的订单');
    expect(browser.complaints).toEqual([]);
  });

  test('shows a changed order within seconds, and leaves focus where it is', async () => {
    const { page } = browser;
    await signIn();
    const row = page.locator('.orders .row-link').first();
    await row.focus();
    const [order] = stub.data.orders;
    if (order === undefined) throw new Error('the samples have no order');
    const before = order.status;
    order.status = 'cancelled';
    await page.locator('.orders tbody tr').first().locator('.chip', { hasText: '已取消' }).waitFor();
    order.status = before;
    expect(await row.evaluate((link) => link === document.activeElement)).toBe(true);
  });

  test('opens an order and explains where its goods come from', async () => {
    const { page } = browser;
    await signIn();
    await page.locator('.orders tbody tr', { hasText: '待发货' }).first().locator('.row-link').click();
    await page.locator('.plan-chosen').waitFor();
    expect(await page.locator('.plan-lost').count()).toBe(3);
    expect(await page.locator('.plan-lost').first().textContent()).toContain('贵 3.08 元,远 876 公里');
    expect(await page.locator('.timeline .event').count()).toBe(3);
    expect(await page.evaluate(() => document.activeElement?.nodeName)).toBe('H1');
    await page.locator('.back').click();
    await page.locator('.orders .row-link').first().waitFor();
    expect(browser.complaints).toEqual([]);
  });

  test('shows stock by warehouse and finds a product by its name', async () => {
    const { page } = browser;
    await signIn('#/stock');
    expect(await page.locator('.matrix thead th').count()).toBe(5);
    await page.locator('.search input').fill('龙井');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.querySelectorAll('.matrix tbody tr').length === 1);
    expect(browser.complaints).toEqual([]);
  });

  test('keeps old data in sight when a refresh fails, and tells code and request id when there is none', async () => {
    const { page } = browser;
    await signIn();
    stub.override = (called) => (called === '/v1/orders' ? problem('internal') : undefined);
    await page.locator('.notice', { hasText: '刷新失败' }).waitFor();
    expect(await page.locator('.orders tbody tr').count()).toBe(50);
    await go('#/orders/gone');
    await page.locator('.failure', { hasText: 'order_not_found' }).waitFor();
    expect(await page.locator('.failure').textContent()).toContain('req_7Qk2');
    await capture('failure-zh-1440');
  });

  test('says what to do next where there is nothing yet', async () => {
    stub.override = (called) => (called === '/v1/orders' || called === '/v1/stock' || called === '/v1/products' ? { status: 200, body: { items: [], nextCursor: null } } : undefined);
    await browser.page.goto(`${stub.url}/#key=${STUB_KEY}`);
    await browser.page.locator('.empty').waitFor();
    await capture('empty-zh-1440');
    await go('#/stock');
    expect(await browser.page.locator('.empty code').textContent()).toBe('POST /v1/stock/adjustments');
    expect(browser.complaints).toEqual([]);
  });

  test('shows what platforms sent as text, whatever it is', async () => {
    const { page } = browser;
    const [order] = stub.data.orders;
    const [line] = order?.lines ?? [];
    if (line === undefined) throw new Error('the samples have no line');
    const before = line.title;
    line.title = '<img src=x onerror="document.title=1"><script>document.title=2</script>';
    await signIn();
    expect(await page.locator('.orders .clip').first().textContent()).toBe(line.title);
    expect(await page.locator('.orders img, .orders script').count()).toBe(0);
    line.title = before;
    expect(browser.complaints).toEqual([]);
  });
});

describe('beside the hub itself', () => {
  let hub: TestHub;
  let story: Story;
  beforeAll(async () => {
    hub = await startTestHub();
    story = await openStory({ hub: hub.client, warehouses: WAREHOUSES });
    for (const channel of PLATFORM_CHANNELS) {
      const order = await story.buy(channel, { place: placeNamed('滨江区') });
      await story.until(order, ({ status }) => expect(status).toBe('allocated'));
    }
  });
  afterAll(async () => {
    await hub?.queues.quiet();
    await story?.close();
    await hub?.stop();
  });

  test('a key opens the orders of four channels; one of them tells where its goods come from and who lost', async () => {
    const { page } = browser;
    await page.goto(`${hub.url}/#key=${story.client.apiKey}`);
    await page.locator('.orders .row-link').first().waitFor();
    expect(page.url()).toBe(`${hub.url}/#/orders`);
    expect(await page.locator('.orders tbody tr').count()).toBe(PLATFORM_CHANNELS.length);
    await page.locator('.orders tbody tr', { hasText: '待发货' }).first().locator('.row-link').click();
    await page.locator('.plan-chosen').waitFor();
    expect(await page.locator('.plan-chosen').textContent()).toContain('嘉兴仓');
    expect(await page.locator('.plan-lost').count()).toBeGreaterThan(1);
    expect(await page.locator('.timeline .event').count()).toBeGreaterThanOrEqual(3);
    await capture('order-of-the-hub-zh-1440', true);
    await go('#/stock');
    await page.locator('.matrix tbody tr').first().waitFor();
    expect(browser.complaints).toEqual([]);
  });

  test('what happens on a platform is seen within seconds, without a touch', async () => {
    const { page } = browser;
    await page.goto(`${hub.url}/#key=${story.client.apiKey}`);
    await page.locator('.orders .row-link').first().waitFor();
    const order = await story.buy('douyin');
    const row = page.locator('.orders tbody tr', { hasText: order.orderId });
    await row.locator('.chip', { hasText: '待发货' }).waitFor();
    await story.happens(order, { kind: 'cancel' });
    await row.locator('.chip', { hasText: '已取消' }).waitFor();
    expect(browser.complaints).toEqual([]);
  });
});

describe.each(LOOKS)('at $name pixels', ({ name, look }) => {
  test.each(LANGUAGES)('every view fits, in %s', async (language) => {
    await signIn();
    await browser.look(look);
    await speak(language);
    const views = { orders: '#/orders', order: firstOrderWith('allocated'), backordered: firstOrderWith('backordered'), shipped: firstOrderWith('shipped'), stock: '#/stock', warehouses: '#/warehouses', shops: '#/shops' };
    for (const [view, hash] of Object.entries(views)) {
      await go(hash);
      await capture(`${view}-${language}-${name}`, view !== 'orders');
      expect(await browser.overflow(), `${view} scrolls sideways`).toBe(0);
    }
    expect(browser.complaints).toEqual([]);
    await speak('zh');
  });

  test('the dark look is drawn as well', async () => {
    await signIn();
    await browser.look({ ...look, dark: true });
    await capture(`orders-dark-${name}`);
    await go(firstOrderWith('allocated'));
    await capture(`order-dark-${name}`, true);
    await go('#/stock');
    await capture(`stock-dark-${name}`);
    expect(browser.complaints).toEqual([]);
  });

  test('the API page fits', async () => {
    await browser.look(look);
    await browser.page.goto(`${stub.url}/docs`);
    await capture(`docs-${name}`);
    expect(await browser.overflow()).toBe(0);
    await browser.page.locator('#op-placeOrder').scrollIntoViewIfNeeded();
    await capture(`docs-call-${name}`);
    expect(browser.complaints).toEqual([]);
  });
});
