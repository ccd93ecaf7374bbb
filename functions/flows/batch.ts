import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { QueueName } from '../../shared/kernel/ports.ts';
import type { Hub } from './hub.ts';

/** The wait before a failed message comes again: doubling from the base, with jitter, up to the longest. */
const RETRY_BASE_SECONDS = 3;
const RETRY_MAX_SECONDS = 600;

/**
 * Works off a batch of queue messages side by side. A message whose work throws comes back after a growing wait;
 * the others are done. After the queue's receive limit it lands in the dead letters, where an alarm stands.
 */
export async function workOff(hub: Hub, { queue, event }: { queue: QueueName; event: SQSEvent }, work: (text: string, receives: number) => Promise<void>): Promise<SQSBatchResponse> {
  const failed = await Promise.all(event.Records.map((record) => attempt(hub, { queue, record }, work)));
  return { batchItemFailures: failed.flatMap((id) => (id === undefined ? [] : [{ itemIdentifier: id }])) };
}

async function attempt(hub: Hub, { queue, record }: { queue: QueueName; record: SQSRecord }, work: (text: string, receives: number) => Promise<void>): Promise<string | undefined> {
  const receives = Number(record.attributes.ApproximateReceiveCount);
  try {
    await work(record.body, receives);
    return undefined;
  } catch (fault) {
    hub.log.error('message failed', { queue, messageId: record.messageId, receives, fault: fault instanceof Error ? `${fault.name}: ${fault.message}` : String(fault) });
    await hub.queues.postpone(queue, record.receiptHandle, retrySeconds(hub, receives)).catch((refusal: unknown) => {
      hub.log.error('message not postponed: it comes again when its time is up', { queue, messageId: record.messageId, fault: String(refusal) });
    });
    return record.messageId;
  }
}

function retrySeconds(hub: Hub, receives: number): number {
  const [byte = 0] = hub.random(1);
  const longest = Math.min(RETRY_MAX_SECONDS, RETRY_BASE_SECONDS * 2 ** (receives - 1));
  return Math.ceil(longest * (0.5 + byte / 510));
}
