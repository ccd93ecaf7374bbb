import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { endpointsSchema, type Endpoints } from '../local/engines/aws-call.ts';
import { cpuByProgram } from './cpu.ts';

const readySchema = z.object({ kind: z.literal('ready'), url: z.string(), endpoints: endpointsSchema });
const cpuSchema = z.object({ kind: z.literal('cpu'), mainThreadMs: z.number() });

/** CPU time by part, in ms. `hub` is the hub's main thread with all functions; the other two are the local engines. */
export interface CpuTimes {
  readonly hub: number;
  readonly queueEngine: number;
  readonly tableEngine: number;
}

export interface HubChild {
  readonly url: string;
  readonly endpoints: Endpoints;
  cpu(): Promise<CpuTimes>;
  stop(): Promise<void>;
}

/** Starts a hub in a child process over an empty data directory that is removed afterwards. */
export async function startHubChild(functions?: readonly string[]): Promise<HubChild> {
  const dataDir = mkdtempSync(join(tmpdir(), 'shuniu-bench-'));
  const child = fork(new URL('./hub-process.ts', import.meta.url), [dataDir, ...(functions === undefined ? [] : [functions.join(',')])]);
  const { url, endpoints } = readySchema.parse(await messageOf(child));
  return {
    url,
    endpoints,
    async cpu() {
      const answer = messageOf(child);
      child.send('cpu');
      const { mainThreadMs } = cpuSchema.parse(await answer);
      const used = cpuByProgram(child.pid ?? 0);
      return { hub: mainThreadMs, queueEngine: (used.get('hub') ?? 0) - mainThreadMs, tableEngine: used.get('dynoxide') ?? 0 };
    },
    async stop() {
      const exited = once(child, 'exit');
      child.send('stop');
      await exited;
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** The next message of a child process; throws when it ends instead. */
export function messageOf(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', (code) => reject(new Error(`the process ended with ${code ?? 'a signal'}`)));
  });
}
