import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { workOff } from '../flows/batch.ts';
import type { Hub } from '../flows/hub.ts';
import { workOffPush } from '../flows/intake.ts';

/** Pushes from the intake queue: each order they name is brought up to its platform's newest detail. */
export function handlerOf(hub: Hub): (event: SQSEvent) => Promise<SQSBatchResponse> {
  return (event) => workOff(hub, { queue: 'intake', event }, (text, receives) => workOffPush(hub, text, receives));
}
