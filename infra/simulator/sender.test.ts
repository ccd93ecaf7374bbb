import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import type { PushTask } from './events.ts';
import { planDeliveries, sendPushes } from './sender.ts';

const tasks: PushTask[] = Array.from({ length: 60 }, (_, index) => ({
  channel: 'wechat',
  orderId: String(index),
  kind: 'create',
  build: ({ attempt }) => ({
    channel: 'wechat', orderId: String(index), event: 'e', url: 'http://127.0.0.1:1/', headers: { 'x-attempt': String(attempt) },
    body: Buffer.from(String(index)), accepts: ({ status, body }) => status === 200 && body === 'success',
  }),
}));

const inOrder = (plan: ReturnType<typeof planDeliveries>): string => plan.map(({ task, attempt }) => `${task.orderId}.${attempt}`).join(' ');

test('a plan without wishes keeps every push once and in order', () => {
  expect(inOrder(planDeliveries(tasks))).toBe(tasks.map(({ orderId }) => `${orderId}.0`).join(' '));
});

test('a plan repeats and reorders the same way for the same seed, and another way for another', () => {
  const wishes = { duplicates: 0.3, reorderWindow: 10 };
  const plan = planDeliveries(tasks, { ...wishes, seed: 5 });
  expect(inOrder(planDeliveries(tasks, { ...wishes, seed: 5 }))).toBe(inOrder(plan));
  expect(inOrder(planDeliveries(tasks, { ...wishes, seed: 6 }))).not.toBe(inOrder(plan));
  expect(new Set(plan.map(({ task }) => task.orderId)).size).toBe(tasks.length);
  expect(plan.length).toBeGreaterThan(tasks.length);
});

test('no push slips further than the window', () => {
  const plan = planDeliveries(tasks, { reorderWindow: 4, seed: 2 });
  plan.forEach(({ task }, place) => expect(Math.abs(Number(task.orderId) - place)).toBeLessThanOrEqual(4));
});

test('a push goes again until it gets the exact reply, and is given up after the last delay', async () => {
  const attempts = new Map<string, number>();
  const server = createServer((request, response) => {
    request.on('data', (body: Buffer) => {
      const key = body.toString();
      attempts.set(key, (attempts.get(key) ?? 0) + 1);
      response.end(key === '0' || attempts.get(key) === 3 ? (key === '0' ? 'SUCCESS' : 'success') : 'ok');
    });
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const here = tasks.slice(0, 3).map((task): PushTask => ({ ...task, build: (sending) => ({ ...task.build(sending), url: `http://127.0.0.1:${port}/` }) }));
  const pauses: number[] = [];
  const sent = await sendPushes(here, { concurrency: 1, retryDelaysMs: [0, 5, 7], pause: async (ms) => { pauses.push(ms); } });
  server.closeAllConnections();
  server.close();
  expect(sent.map(({ orderId, accepted, sendings }) => [orderId, accepted, sendings])).toEqual([['0', false, 4], ['1', true, 3], ['2', true, 3]]);
  expect(pauses).toEqual([5, 7, 5, 5]);
});

test('a hub that is not there counts as not received', async () => {
  const [sent] = await sendPushes(tasks.slice(0, 1), { retryDelaysMs: [] });
  expect(sent).toMatchObject({ accepted: false, status: 0 });
});
