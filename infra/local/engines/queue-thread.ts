import { existsSync } from 'node:fs';
import { Server } from 'node:net';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { startFauxqs } from 'fauxqs';
import * as z from 'zod';
import { INVOCATIONS_QUEUE, bucketEventSchema, type BucketEvent } from './bucket-event.ts';

/** The thread in which fauxqs (queues and files) runs, so that its SQLite writes do not stop the functions. */
const inputSchema = z.object({ queuesDir: z.string(), filesDir: z.string(), region: z.string() });

async function main(): Promise<void> {
  const input = inputSchema.parse(workerData);
  listenOnLoopbackOnly();
  flushInBulk();
  giveBackMessages(path.join(input.queuesDir, 'fauxqs.db'));
  const server = await startFauxqs({
    port: 0,
    logger: false,
    // Left empty, queue URLs are made of the caller's own Host header instead of a name that does not resolve.
    host: '',
    defaultRegion: input.region,
    dataDir: input.queuesDir,
    s3StorageDir: input.filesDir,
    messageSpies: { bufferSize: 1 },
  });
  let watched: ReadonlySet<string> = new Set();
  // A filter sees every event at the moment it happens. Keeping each change of a watched bucket in a queue before the
  // writer gets its answer makes a notification as durable as the file.
  void server.spy.waitForMessage((message) => {
    if (message.service === 's3' && watched.has(message.bucket) && message.status !== 'downloaded') {
      const event: BucketEvent = bucketEventSchema.parse(message);
      server.sendMessage(INVOCATIONS_QUEUE, JSON.stringify({ bucketEvent: event }));
    }
    return false;
  });
  parentPort?.on('message', (message: unknown) => {
    const order = orderSchema.parse(message);
    if (order.kind === 'watch') watched = new Set(order.buckets);
    else void server.stop().then(() => parentPort?.postMessage({ kind: 'stopped' }));
  });
  parentPort?.postMessage({ kind: 'ready', port: server.port });
}

const orderSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('watch'), buckets: z.array(z.string()) }),
  z.object({ kind: z.literal('stop') }),
]);

/** fauxqs listens on every address of the machine; a laptop's queues are nobody else's business. */
function listenOnLoopbackOnly(): void {
  // oxlint-disable-next-line typescript/unbound-method -- it is called on its own server below
  const listen = Server.prototype.listen;
  Server.prototype.listen = new Proxy(listen, {
    apply(call, server, parameters: readonly unknown[]): unknown {
      const [first, ...rest] = parameters;
      const options = typeof first === 'object' && first !== null ? { ...first, host: '127.0.0.1' } : first;
      return Reflect.apply(call, server, [options, ...rest]);
    },
  });
}

/**
 * fauxqs flushes the disk for every message it takes, hands out and deletes: two thirds of its CPU, and by far most of
 * the waiting. SQLite's NORMAL loses nothing when the process is killed, which is what a laptop must stand; only a power
 * cut may cost the last moments, and never consistency (https://sqlite.org/pragma.html#pragma_synchronous).
 */
function flushInBulk(): void {
  // oxlint-disable-next-line typescript/unbound-method -- it is called on its own database below
  const exec = DatabaseSync.prototype.exec;
  DatabaseSync.prototype.exec = new Proxy(exec, {
    apply(call, database, [sql]: [string]): void {
      Reflect.apply(call, database, [sql]);
      if (sql.includes('journal_mode = WAL')) Reflect.apply(call, database, ['PRAGMA synchronous = NORMAL']);
    },
  });
}

/**
 * Whoever held a message when the hub last ended is gone, so that it need not wait for its visibility timeout.
 * On AWS it would; on a laptop a restart should go on at once.
 */
function giveBackMessages(dbPath: string): void {
  if (!existsSync(dbPath)) return;
  const db = new DatabaseSync(dbPath);
  db.exec('UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL WHERE receipt_handle IS NOT NULL');
  db.close();
}

await main();
