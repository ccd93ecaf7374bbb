import { expect, test } from 'vitest';
import { douyinHub, messageOf, ORDER_ID, pushOf, received } from '../flows/testing/douyin-shop.ts';
import { ordersOf } from '../flows/testing/invariants.ts';
import { sqsEventOf } from '../flows/testing/sqs-event.ts';
import { handlerOf } from './sync-order.ts';

test('the pushes of a batch become orders; one that cannot be read comes back alone', async () => {
  const { hub } = await douyinHub();
  await received(hub, pushOf([messageOf('m1')]));
  const [push] = hub.sent.splice(0);
  const answer = await handlerOf(hub)(sqsEventOf('no JSON', push?.message ?? '', push?.message ?? ''));
  expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'id-0' }] });
  expect(ordersOf(hub).map(({ channelOrderId }) => channelOrderId)).toEqual([ORDER_ID]);
});
