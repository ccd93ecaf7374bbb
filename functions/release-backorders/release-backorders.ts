import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { workOff } from '../flows/batch.ts';
import type { Hub } from '../flows/hub.ts';
import { releaseWaiting } from '../flows/release-waiting.ts';

/** Stock that came in goes to the orders that wait for it. */
export function handlerOf(hub: Hub): (event: SQSEvent) => Promise<SQSBatchResponse> {
  return (event) => workOff(hub, { queue: 'releases', event }, (text) => releaseWaiting(hub, text));
}
