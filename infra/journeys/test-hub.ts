import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { vi } from 'vitest';
import * as z from 'zod';
import { callAws, services, type Endpoints } from '../local/engines/aws-call.ts';
import { startHub, type HubOptions } from '../local/runtime.ts';
import { queueUrl } from '../local/triggers/queue-mapping.ts';
import { HubClient } from '../simulator/hub-client.ts';
import { nameIn } from '../stages.ts';

/** Waits end as soon as their condition holds; the machine may be slow, so they give up late. */
export const WAIT = { timeout: 90_000, interval: 25 };
/** A whole story: a test's own limit. */
export const STORY_MS = 240_000;

const TEMP_PREFIX = 'shuniu-journey-';
/** A queue counts as quiet when it was empty so many times in a row: a message may be between two queues. */
const QUIET_TIMES = 3;

const QUEUES = ['intake', 'releases'] as const;
type QueueName = (typeof QUEUES)[number] | 'intake-dead' | 'releases-dead' | 'changes-dead';

/** A hub in this process, on a directory of its own that is thrown away. */
export interface TestHub {
  readonly url: string;
  readonly dataDir: string;
  /** Without a key. */
  readonly client: HubClient;
  readonly queues: QueueView;
  stop(): Promise<void>;
}

export async function startTestHub(options: Partial<HubOptions> = {}): Promise<TestHub> {
  const directory = await temporaryDirectory();
  const hub = await startHub({ port: 0, dataDir: directory.path, log: (line) => console.error(line), ...options });
  return {
    url: hub.url,
    dataDir: directory.path,
    client: new HubClient(hub.url),
    queues: new QueueView(hub.endpoints),
    async stop() {
      await hub.stop();
      await directory.remove();
    },
  };
}

export async function temporaryDirectory(): Promise<{ readonly path: string; remove(): Promise<void> }> {
  const created = await mkdtemp(path.join(tmpdir(), TEMP_PREFIX));
  return { path: created, remove: () => rm(created, { recursive: true, force: true, maxRetries: 5 }) };
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || address === null) throw new Error('no port was given');
  return address.port;
}

const attributesSchema = z.object({ Attributes: z.record(z.string(), z.string()) });
const lettersSchema = z.object({ Messages: z.array(z.object({ Body: z.string(), ReceiptHandle: z.string() })).default([]) });
const COUNTS = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible', 'ApproximateNumberOfMessagesDelayed'];

/** What lies in the hub's queues; looked at from outside, as an operator would. */
export class QueueView {
  readonly #sqs: ReturnType<typeof services.sqs>;

  constructor(endpoints: Endpoints) {
    this.#sqs = services.sqs(endpoints);
  }

  async count(queue: QueueName): Promise<number> {
    const answer = await callAws(this.#sqs, 'GetQueueAttributes', { QueueUrl: this.#url(queue), AttributeNames: ['All'] });
    const { Attributes } = attributesSchema.parse(answer);
    return COUNTS.reduce((sum, name) => sum + Number(Attributes[name] ?? 0), 0);
  }

  /** Waits until nothing is on its way any more. */
  async quiet(): Promise<void> {
    let times = 0;
    await vi.waitFor(async () => {
      const counts = await Promise.all(QUEUES.map((queue) => this.count(queue)));
      times = counts.every((count) => count === 0) ? times + 1 : 0;
      if (times < QUIET_TIMES) throw new Error(`still on their way: ${QUEUES.map((queue, index) => `${queue} ${counts[index]}`).join(', ')}`);
    }, WAIT);
  }

  /** Takes all letters out of a queue. */
  async take(queue: QueueName): Promise<string[]> {
    const bodies: string[] = [];
    for (;;) {
      const { Messages } = lettersSchema.parse(await callAws(this.#sqs, 'ReceiveMessage', { QueueUrl: this.#url(queue), MaxNumberOfMessages: 10 }));
      if (Messages.length === 0) return bodies;
      for (const { Body, ReceiptHandle } of Messages) {
        bodies.push(Body);
        await callAws(this.#sqs, 'DeleteMessage', { QueueUrl: this.#url(queue), ReceiptHandle });
      }
    }
  }

  #url(queue: QueueName): string {
    return queueUrl(this.#sqs, nameIn('local', queue));
  }
}
