import { expect, test } from 'vitest';
import { bodyOf, expectSound, placed, stored } from '../flows/testing/placed.ts';
import { addStock, JIAXING, memoryHub, setUp, TENANT } from '../flows/testing/memory-hub.ts';
import { sqsEventOf } from '../flows/testing/sqs-event.ts';
import { handlerOf } from './release-backorders.ts';

test('stock that came in reaches the waiting order, however often the message comes', async () => {
  const hub = memoryHub();
  await setUp(hub, [JIAXING], []);
  const { orderId } = await placed(hub, bodyOf('1', [['TS', 2]]));
  await addStock(hub, { sku: 'TS', warehouse: 'JX', quantity: 5 });
  const message = JSON.stringify({ tenantId: TENANT.tenantId, sku: 'TS' });
  expect(await handlerOf(hub)(sqsEventOf(message, message, '{}'))).toEqual({ batchItemFailures: [{ itemIdentifier: 'id-2' }] });
  expect((await stored(hub, orderId)).status).toBe('allocated');
  await expectSound(hub);
});
