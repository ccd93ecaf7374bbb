import type { DynamoDBRecord } from 'aws-lambda';
import { expect, test } from 'vitest';
import { memoryHub } from '../flows/testing/memory-hub.ts';
import { handlerOf } from './on-change.ts';
import { releasesOf } from './releases.ts';

function recordOf(pk: string, delta: number, eventName: 'INSERT' | 'MODIFY' | 'REMOVE' = 'INSERT'): DynamoDBRecord {
  return { eventName, dynamodb: { NewImage: { pk: { S: pk }, sk: { S: '2026' }, delta: { N: String(delta) } } } };
}

test('movements that raise what is available release their SKU, each once, whatever it is called', () => {
  const records = [recordOf('t1#move#TS#JX#0', 5), recordOf('t1#move#TS#DG#12', 1), recordOf('t1#move#A#B#move#C#华东仓#0', 2), recordOf('t2#move#TS#JX#0', 1)];
  expect(releasesOf(records)).toEqual([{ tenantId: 't1', sku: 'TS' }, { tenantId: 't1', sku: 'A#B#move#C' }, { tenantId: 't2', sku: 'TS' }]);
});

test.each([
  ['a reservation', recordOf('t1#move#TS#JX#0', -1)],
  ['a parcel', recordOf('t1#move#TS#JX#0', 0)],
  ['a changed record', recordOf('t1#move#TS#JX#0', 5, 'MODIFY')],
  ['an expired record', recordOf('t1#move#TS#JX#0', 5, 'REMOVE')],
  ['a stock row', recordOf('t1#stock#TS', 5)],
  ['an order', { eventName: 'INSERT', dynamodb: { NewImage: { pk: { S: 't1#order#1' } } } } satisfies DynamoDBRecord],
  ['a record without an image', { eventName: 'INSERT' } satisfies DynamoDBRecord],
])('%s releases nothing', (_case, record) => {
  expect(releasesOf([record])).toEqual([]);
});

test('releases go to their queue', async () => {
  const hub = memoryHub();
  expect(await handlerOf(hub.queues)({ Records: [recordOf('t1#move#TS#JX#0', 5)] })).toEqual({ batchItemFailures: [] });
  expect(hub.sent).toEqual([{ queue: 'releases', message: '{"tenantId":"t1","sku":"TS"}' }]);
});
