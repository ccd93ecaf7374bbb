import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { callAws, services } from './engines/aws-call.ts';
import { startHub, type Hub } from './runtime.ts';
import { queueUrl } from './triggers/queue-mapping.ts';
import { sweepTable } from './triggers/expiry-sweep.ts';

/** A whole hub of the fixture app, through its front door. */
const TEXT = { 'content-type': 'text/plain' };
const WAIT = { timeout: 30_000, interval: 50 };
const table = 'fixture-data-tablecd117fa1';

let dataDir = '';
let hub: Hub;

beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'shuniu-runtime-'));
  hub = await startHub({ port: 0, dataDir, app: new URL('fixtures/app.ts', import.meta.url) });
});

afterAll(async () => {
  await hub?.stop();
  await rm(dataDir, { recursive: true, force: true });
});

interface Content {
  readonly body: string | Uint8Array<ArrayBuffer>;
  readonly headers?: Readonly<Record<string, string>>;
}
const call = (method: string, target: string, content?: Content) => fetch(`${hub.url}${target}`, { method, headers: TEXT, ...content });
const place = (id: string) => call('POST', '/orders', { body: id });
const logText = () => readFile(path.join(dataDir, 'hub.log'), 'utf8');

async function order(id: string): Promise<unknown> {
  const response = await call('GET', `/orders/${encodeURIComponent(id)}`);
  return response.status === 200 ? response.json() : undefined;
}

const letters = z.object({ Messages: z.array(z.object({ Body: z.string(), ReceiptHandle: z.string() })).default([]) });

/** Takes dead letters until one contains the text. */
async function deadLetter(text: string): Promise<string> {
  const sqs = services.sqs(hub.endpoints);
  const url = queueUrl(sqs, 'fixture-data-deadb2807c34');
  return vi.waitFor(async () => {
    const { Messages } = letters.parse(await callAws(sqs, 'ReceiveMessage', { QueueUrl: url, MaxNumberOfMessages: 10, VisibilityTimeout: 1 }));
    const found = Messages.find((message) => message.Body.includes(text));
    expect(found).toBeDefined();
    return found?.Body ?? '';
  }, WAIT);
}

describe('HTTP', () => {
  test('reaches the function with the whole request, and its answer comes back whole', async () => {
    const response = await call('PUT', '/echo/a%20b/%E4%B8%AD?x=1&x=2', {
      body: Uint8Array.of(1, 2, 255),
      headers: { 'content-type': 'application/octet-stream', cookie: 'k=v' },
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('x-echo')).toBe('yes');
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(await response.json()).toMatchObject({
      routeKey: 'ANY /echo/{proxy+}',
      rawPath: '/echo/a%20b/%E4%B8%AD',
      rawQueryString: 'x=1&x=2',
      pathParameters: { proxy: 'a b/中' },
      cookies: ['k=v'],
      body: 'AQL/',
      isBase64Encoded: true,
    });
  });

  test('answers like the gateway when there is no route, a function throws, or it takes too long', async () => {
    expect(await (await call('GET', '/nothing')).text()).toBe('{"message":"Not Found"}');
    const [failed, slow] = await Promise.all([call('GET', '/fail'), call('GET', '/slow')]);
    expect([failed.status, slow.status]).toEqual([500, 500]);
    expect(await failed.text()).toBe('{"message":"Internal Server Error"}');
  });

  test('refuses a body that is too large for the gateway, and one that is too large for a function', async () => {
    expect((await call('POST', '/echo/x', { body: new Uint8Array(10 * 1_048_576 + 1) })).status).toBe(413);
    expect((await call('POST', '/echo/x', { body: new Uint8Array(5 * 1_048_576), headers: { 'content-type': 'image/png' } })).status).toBe(413);
  });
});

describe('events', () => {
  test('a message goes through queue, function, table and stream', async () => {
    expect((await place('order-1')).status).toBe(202);
    await vi.waitFor(async () => expect(await order('order-1')).toMatchObject({ seen: 'yes', times: '1' }), WAIT);
  });

  test('a message that fails alone does not take the others with it, and ends among the dead letters', async () => {
    await Promise.all(['poison-1', 'order-2', 'order-3'].map(place));
    await vi.waitFor(async () => expect(await Promise.all(['order-2', 'order-3'].map(order))).not.toContain(undefined), WAIT);
    expect(await deadLetter('poison')).toBe('poison-1');
  });

  test('a change that never passes is bisected out, reported, and does not hold up the others', async () => {
    await Promise.all(['order-4', 'bad-1', 'order-5'].map(place));
    await vi.waitFor(async () => {
      for (const id of ['order-4', 'order-5']) expect(await order(id)).toMatchObject({ seen: 'yes' });
    }, WAIT);
    expect(await deadLetter('DDBStreamBatchInfo')).toContain('"batchSize":1');
  });

  test('a new file starts the function that asked for it', async () => {
    expect((await call('PUT', '/files/a%20%E4%B8%AD', { body: '12345' })).status).toBe(201);
    const key = 'in/a+%E4%B8%AD';
    await vi.waitFor(async () => expect(await order(key)).toMatchObject({ times: '5' }), WAIT);
  });

  test('expired records are removed, others stay', async () => {
    const dynamodb = services.dynamodb(hub.endpoints);
    for (const [id, expiresAt] of [['old', 99], ['new', 101]] as const) {
      const Item = { pk: { S: id }, sk: { S: 'order' }, expiresAt: { N: String(expiresAt) } };
      await callAws(dynamodb, 'PutItem', { TableName: table, Item });
    }
    const plan = { name: table, create: { KeySchema: [{ AttributeName: 'pk' }, { AttributeName: 'sk' }] }, expiryAttribute: 'expiresAt' };
    await sweepTable({ dynamodb, table: plan, nowSeconds: 100 });
    expect(await order('old')).toBeUndefined();
    expect(await order('new')).toBeDefined();
  });
});

test('what functions print goes to the log with name and request, not to the terminal', async () => {
  await call('GET', '/fail');
  await vi.waitFor(async () => expect(await logText()).toMatch(/"function":"accept","requestId":"[^"]+","level":"log","message":"about to fail"/), WAIT);
  expect(await logText()).toMatch(/"level":"error","message":"Error: the fixture fails/);
});

test('a second hub on the same data directory is refused in one line', async () => {
  await expect(startHub({ port: 0, dataDir })).rejects.toThrow(/^another hub \(process \d+\) runs on [^\n]+$/);
});
