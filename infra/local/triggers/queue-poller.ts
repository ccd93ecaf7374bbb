import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { callAws, type AwsService } from '../engines/aws-call.ts';
import { Slots } from '../functions/function.ts';

export const messageSchema = z.object({
  MessageId: z.string(),
  ReceiptHandle: z.string(),
  Body: z.string(),
  MD5OfBody: z.string(),
  MD5OfMessageAttributes: z.string().optional(),
  Attributes: z.record(z.string(), z.string()).default({}),
  MessageAttributes: z
    .record(z.string(), z.object({ DataType: z.string(), StringValue: z.string().optional(), BinaryValue: z.string().optional() }))
    .default({}),
});
export type QueueMessage = z.infer<typeof messageSchema>;
const receivedSchema = z.object({ Messages: z.array(messageSchema).default([]) });

export interface QueuePollerInput {
  readonly sqs: AwsService;
  readonly queueUrl: string;
  readonly batchSize: number;
  readonly windowMs: number;
  readonly concurrencyMax: number;
  /** Handles a batch and says which messages (by id) failed: those stay and come back after their visibility timeout. */
  readonly handle: (messages: readonly QueueMessage[]) => Promise<ReadonlySet<string>>;
  readonly log: (line: string) => void;
}

export interface Trigger {
  stop(): Promise<void>;
}

/** SQS hands out and deletes at most ten messages a call. */
const MESSAGES_PER_CALL_MAX = 10;
/** A long poll that is cut off would take the next message with it, so a stop waits for the running one to end. */
const WAIT_SECONDS = 1;
const RETRY_PAUSE_MS = 500;

/**
 * Reads a queue until stopped. One receiver feeds all running batches: several would all be woken by each message.
 * Nothing is received unless a batch may start at once.
 */
export function startQueuePoller(input: QueuePollerInput): Trigger {
  const poller = new QueuePoller(input);
  return { stop: () => poller.stop() };
}

class QueuePoller {
  readonly #input: QueuePollerInput;
  readonly #slots: Slots;
  readonly #running = new Set<Promise<void>>();
  readonly #done: Promise<void>;
  #stopping = false;

  constructor(input: QueuePollerInput) {
    this.#input = input;
    this.#slots = new Slots(input.concurrencyMax);
    this.#done = this.#poll();
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#done;
    await Promise.all(this.#running);
  }

  async #poll(): Promise<void> {
    while (!this.#stopping) {
      await this.#slots.take();
      const messages = await this.#gather();
      if (messages.length === 0) {
        this.#slots.give();
        continue;
      }
      const work = this.#process(messages).finally(() => {
        this.#slots.give();
        this.#running.delete(work);
      });
      this.#running.add(work);
    }
  }

  /** One receive, or as many as fill the batch within its window. */
  async #gather(): Promise<QueueMessage[]> {
    const { batchSize, windowMs } = this.#input;
    const messages = await this.#receive(batchSize, WAIT_SECONDS);
    const untilMs = performance.now() + windowMs;
    while (messages.length > 0 && messages.length < batchSize && !this.#stopping) {
      const leftMs = untilMs - performance.now();
      if (leftMs <= 0) break;
      messages.push(...(await this.#receive(batchSize - messages.length, Math.min(WAIT_SECONDS, leftMs / 1_000))));
    }
    return messages;
  }

  async #receive(count: number, waitSeconds: number): Promise<QueueMessage[]> {
    if (this.#stopping) return [];
    try {
      const answer = await callAws(this.#input.sqs, 'ReceiveMessage', {
        QueueUrl: this.#input.queueUrl,
        MaxNumberOfMessages: Math.min(count, MESSAGES_PER_CALL_MAX),
        WaitTimeSeconds: waitSeconds,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      });
      return receivedSchema.parse(answer).Messages;
    } catch (error) {
      if (!this.#stopping) this.#input.log(`cannot read ${this.#input.queueUrl}: ${String(error)}`);
      await sleep(RETRY_PAUSE_MS);
      return [];
    }
  }

  async #process(messages: readonly QueueMessage[]): Promise<void> {
    const failed = await this.#input.handle(messages);
    const done = messages.filter((message) => !failed.has(message.MessageId));
    for (let start = 0; start < done.length; start += MESSAGES_PER_CALL_MAX) {
      await this.#delete(done.slice(start, start + MESSAGES_PER_CALL_MAX));
    }
  }

  async #delete(messages: readonly QueueMessage[]): Promise<void> {
    const entries = messages.map((message, index) => ({ Id: String(index), ReceiptHandle: message.ReceiptHandle }));
    try {
      await callAws(this.#input.sqs, 'DeleteMessageBatch', { QueueUrl: this.#input.queueUrl, Entries: entries });
    } catch (error) {
      // They come back; a function must stand that anyway.
      this.#input.log(`cannot delete from ${this.#input.queueUrl}: ${String(error)}`);
    }
  }
}
