import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import type { Queues } from '../../shared/kernel/ports.ts';
import { releasesOf } from './releases.ts';

/** Follows the tables' changes: stock that grew releases the orders that wait for it. Safe to repeat. */
export function handlerOf(queues: Queues): (event: DynamoDBStreamEvent) => Promise<DynamoDBBatchResponse> {
  return async (event) => {
    await Promise.all(releasesOf(event.Records).map((release) => queues.send('releases', JSON.stringify(release))));
    return { batchItemFailures: [] };
  };
}
