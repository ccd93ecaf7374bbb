import { expect, test } from 'vitest';
import { workOff } from './batch.ts';
import { memoryHub } from './testing/memory-hub.ts';
import { sqsEventOf } from './testing/sqs-event.ts';

test('the messages of a batch that fail come back, each after its own wait; the others are done', async () => {
  const waits: [string, number][] = [];
  const hub = { ...memoryHub(), queues: { send: async () => {}, postpone: async (_queue: string, receipt: string, seconds: number) => void waits.push([receipt, seconds]) } };
  const done: [string, number][] = [];
  const answer = await workOff(hub, { queue: 'intake', event: sqsEventOf('good', 'bad', 'good', 'bad') }, async (text, receives) => {
    if (text === 'bad') throw new Error('no');
    done.push([text, receives]);
  });
  expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'id-1' }, { itemIdentifier: 'id-3' }] });
  expect(done).toEqual([['good', 1], ['good', 3]]);
  expect(waits.map(([receipt]) => receipt)).toEqual(['receipt-1', 'receipt-3']);
  for (const [index, [, seconds]] of waits.entries()) expect(seconds).toBeGreaterThanOrEqual([3, 12][index] ?? 0);
  expect(waits.every(([, seconds]) => Number.isInteger(seconds) && seconds <= 600)).toBe(true);
});

test('a message that cannot be postponed fails alone', async () => {
  const hub = { ...memoryHub(), queues: { send: async () => {}, postpone: async () => Promise.reject(new Error('expired')) } };
  const answer = await workOff(hub, { queue: 'intake', event: sqsEventOf('bad', 'good') }, async (text) => {
    if (text === 'bad') throw new Error('no');
  });
  expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'id-0' }] });
});
