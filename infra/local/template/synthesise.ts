import { once } from 'node:events';
import { globSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import * as z from 'zod';
import { contentHash, keepInCache, PROJECT_DIR, readFromCache } from '../cache.ts';
import { stackSchema, type Stack } from './stacks.ts';

/** The project's CDK app, in the local stage: exports `buildApp`. */
export const HUB_APP = new URL('../../app.ts', import.meta.url);
/** Everything a template can depend on. A file too many only costs a synthesis. */
const SOURCES = ['infra/**/*.ts', 'functions/**/*.ts', 'shared/**/*.{ts,json}', 'package-lock.json', 'package.json'];
const stacksSchema = z.array(stackSchema);

/**
 * The templates of all stacks of a CDK app. They are kept for the next start, under a hash of all sources of the project:
 * CDK takes longer to load than all the rest of the boot.
 */
export async function synthesise(app: URL): Promise<Stack[]> {
  const name = `templates-${contentHash(app.href, ...sources())}.json`;
  const kept = await readFromCache(name);
  if (kept !== undefined) return stacksSchema.parse(JSON.parse(kept));
  const stacks = await runApp(app);
  await keepInCache(name, JSON.stringify(stacks));
  return stacks;
}

function sources(): (string | Uint8Array)[] {
  const files = globSync(SOURCES, { cwd: PROJECT_DIR, exclude: (file) => file.endsWith('.test.ts') });
  return files.toSorted().flatMap((file) => [file, readFileSync(path.join(PROJECT_DIR, file))]);
}

async function runApp(app: URL): Promise<Stack[]> {
  const outdir = await mkdtemp(path.join(tmpdir(), 'shuniu-synth-'));
  try {
    const source = path.join(import.meta.dirname, 'synth-thread.ts');
    const thread = new Worker(source, { workerData: { app: app.href, outdir }, execArgv: ['--disable-warning=ExperimentalWarning'] });
    // An error in the thread is an `error` event, which makes `once` reject.
    const messages: readonly unknown[] = await once(thread, 'message');
    void thread.terminate();
    return stacksSchema.parse(messages[0]);
  } finally {
    await rm(outdir, { recursive: true, force: true });
  }
}
