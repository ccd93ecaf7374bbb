import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { callAws, type AwsService } from '../engines/aws-call.ts';
import type { LocalFunction } from '../functions/function.ts';
import { REGION, arnOf } from '../template/names.ts';
import type { StreamMapping } from '../template/plan.ts';
import { firstFailed } from './batch-response.ts';
import type { Checkpoint } from './checkpoint.ts';
import { eventFilter, type EventFilter } from './event-filter.ts';
import { queueUrl } from './queue-mapping.ts';
import type { Trigger } from './queue-poller.ts';
import type { Change, StreamReader } from './stream-reader.ts';

export interface StreamMappingInput {
  readonly mapping: StreamMapping;
  readonly target: LocalFunction;
  readonly reader: StreamReader;
  readonly checkpoint: Checkpoint;
  readonly sqs: AwsService;
  readonly log: (line: string) => void;
}

const IDLE_MS = 200;
const RETRY_PAUSE_MS = 200;
const RETRY_PAUSE_MAX_MS = 10_000;

/** Starts a function with the changes of a table, in order and each at least once, as Lambda's mapping does. */
export function startStreamMapping(input: StreamMappingInput): Trigger {
  const follower = new StreamFollower(input);
  return { stop: () => follower.stop() };
}

class StreamFollower {
  readonly #input: StreamMappingInput;
  readonly #passes: EventFilter;
  readonly #halt = new AbortController();
  readonly #done: Promise<void>;

  constructor(input: StreamMappingInput) {
    this.#input = input;
    this.#passes = eventFilter(input.mapping.filters);
    this.#done = this.#follow();
  }

  async stop(): Promise<void> {
    this.#halt.abort();
    await this.#done;
  }

  async #follow(): Promise<void> {
    const { reader, checkpoint, mapping, log } = this.#input;
    while (!this.#halt.signal.aborted) {
      try {
        const changes = await reader.next(checkpoint.sequence, mapping.batchSize);
        const last = changes.at(-1);
        if (last === undefined) {
          await this.#pause(IDLE_MS);
          continue;
        }
        // dynoxide records a put that changes nothing; DynamoDB does not.
        const wanted = changes.filter((change) => isRealChange(change) && this.#passes(change));
        if (wanted.length > 0 && !(await this.#deliver(wanted))) return;
        await checkpoint.advance(last.dynamodb.SequenceNumber);
      } catch (error) {
        if (!this.#halt.signal.aborted) log(`cannot read the stream of ${mapping.tableName}: ${String(error)}`);
        await this.#pause(RETRY_PAUSE_MAX_MS / 10);
      }
    }
  }

  /**
   * Hands over a batch until it is done with: taken, or given up after its retries or at its records' age, and reported
   * to the failure queue. With bisecting, a batch that failed is split, and the halves have their own retries.
   * False when stopped before that.
   */
  async #deliver(changes: readonly Change[]): Promise<boolean> {
    const { mapping } = this.#input;
    let rest = changes;
    for (let attempt = 0; rest.length > 0; attempt += 1) {
      const failedAt = await this.#attempt(rest);
      if (failedAt === undefined) return true;
      rest = rest.slice(failedAt);
      if (failedAt > 0) attempt = 0;
      if (mapping.bisects && rest.length > 1) {
        const middle = Math.ceil(rest.length / 2);
        return (await this.#deliver(rest.slice(0, middle))) && (await this.#deliver(rest.slice(middle)));
      }
      if (this.#isSpent(rest, attempt)) {
        await this.#giveUp(rest, attempt + 1);
        return true;
      }
      await this.#pause(Math.min(RETRY_PAUSE_MS * 2 ** attempt, RETRY_PAUSE_MAX_MS));
      if (this.#halt.signal.aborted) return false;
    }
    return true;
  }

  /** Index of the first change that must be tried again; undefined when none. */
  async #attempt(changes: readonly Change[]): Promise<number | undefined> {
    const { mapping, target } = this.#input;
    const ids = changes.map((change) => change.dynamodb.SequenceNumber);
    try {
      const answer = await target.invoke({ Records: changes.map((change) => streamRecord(change, mapping.tableName)) });
      return mapping.reportsFailures ? firstFailed(answer, ids) : undefined;
    } catch {
      return 0;
    }
  }

  #isSpent(changes: readonly Change[], attempt: number): boolean {
    const { retriesMax, recordAgeMaxMs } = this.#input.mapping;
    const bornMs = (changes[0]?.dynamodb.ApproximateCreationDateTime ?? 0) * 1_000;
    return (retriesMax >= 0 && attempt >= retriesMax) || Date.now() - bornMs > recordAgeMaxMs;
  }

  /** The failure queue learns which records were given up, not what was in them, as on AWS. */
  async #giveUp(changes: readonly Change[], attempts: number): Promise<void> {
    const { mapping, target, sqs, log } = this.#input;
    log(`${target.plan.label} gave up ${changes.length} changes of ${mapping.tableName} after ${attempts} attempts`);
    if (mapping.failureQueueName === undefined) return;
    const body = {
      requestContext: { functionArn: arnOf.function(target.plan.name), condition: 'RetryAttemptsExhausted', approximateInvokeCount: attempts },
      version: '1.0',
      timestamp: new Date().toISOString(),
      DDBStreamBatchInfo: {
        startSequenceNumber: changes[0]?.dynamodb.SequenceNumber,
        endSequenceNumber: changes.at(-1)?.dynamodb.SequenceNumber,
        batchSize: changes.length,
        streamArn: arnOf.stream(mapping.tableName),
      },
    };
    await callAws(sqs, 'SendMessage', { QueueUrl: queueUrl(sqs, mapping.failureQueueName), MessageBody: JSON.stringify(body) });
  }

  async #pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#halt.signal }).catch(() => {});
  }
}

/** False for a write that left the record as it was. */
export function isRealChange({ eventName, dynamodb }: Change): boolean {
  return eventName !== 'MODIFY' || dynamodb.OldImage === undefined || !isDeepStrictEqual(dynamodb.OldImage, dynamodb.NewImage);
}

function streamRecord(change: Change, tableName: string) {
  return { ...change, eventSource: 'aws:dynamodb', awsRegion: REGION, eventSourceARN: arnOf.stream(tableName) };
}
