import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import * as z from 'zod';
import { REGION } from '../template/names.ts';

/** Queues (SQS) and files (S3), served by fauxqs in a thread. */
export interface QueueEngine {
  readonly endpoint: string;
  /** From now on changes in these buckets are put in the queue of invocations. */
  watch(buckets: readonly string[]): void;
  stop(): Promise<void>;
}

const messageSchema = z.discriminatedUnion('kind', [z.object({ kind: z.literal('ready'), port: z.number() }), z.object({ kind: z.literal('stopped') })]);

export async function startQueueEngine(dataDir: string, onGone: (reason: string) => void): Promise<QueueEngine> {
  const queuesDir = path.join(dataDir, 'queues');
  const filesDir = path.join(dataDir, 'files');
  await Promise.all([queuesDir, filesDir].map((each) => mkdir(each, { recursive: true })));
  const source = path.join(import.meta.dirname, 'queue-thread.ts');
  const thread = new Worker(source, { workerData: { queuesDir, filesDir, region: REGION }, execArgv: ['--disable-warning=ExperimentalWarning'] });
  const ready = Promise.withResolvers<number>();
  const stopped = Promise.withResolvers<void>();
  let stopping = false;
  thread.on('message', (message: unknown) => {
    const parsed = messageSchema.parse(message);
    if (parsed.kind === 'ready') ready.resolve(parsed.port);
    else stopped.resolve();
  });
  thread.on('error', (error) => {
    ready.reject(error);
    if (!stopping) onGone(`the queue engine (fauxqs) failed: ${error instanceof Error ? error.message : String(error)}`);
  });
  thread.on('exit', () => stopped.resolve());
  const port = await ready.promise;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    watch: (buckets) => thread.postMessage({ kind: 'watch', buckets }),
    stop: async () => {
      stopping = true;
      thread.postMessage({ kind: 'stop' });
      await stopped.promise;
      await thread.terminate();
    },
  };
}
