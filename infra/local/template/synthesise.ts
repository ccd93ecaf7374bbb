import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import * as z from 'zod';
import { stackSchema, type Stack } from './stacks.ts';

/** The project's CDK app, in the local stage: exports `buildApp`. */
export const HUB_APP = new URL('../../app.ts', import.meta.url);

/** The templates of all stacks of a CDK app. */
export async function synthesise(app: URL): Promise<Stack[]> {
  const outdir = await mkdtemp(path.join(tmpdir(), 'shuniu-synth-'));
  try {
    const source = path.join(import.meta.dirname, 'synth-thread.ts');
    const thread = new Worker(source, { workerData: { app: app.href, outdir }, execArgv: ['--disable-warning=ExperimentalWarning'] });
    // An error in the thread is an `error` event, which makes `once` reject.
    const [message]: unknown[] = await once(thread, 'message');
    void thread.terminate();
    return z.array(stackSchema).parse(message);
  } finally {
    await rm(outdir, { recursive: true, force: true });
  }
}
