import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { HttpFault, type Clock, type HttpAnswer, type HttpSend, type Log, type LogFields } from '../kernel/ports.ts';
import type { RandomBytes } from '../kernel/ids.ts';
import { envValue } from './env.ts';

/** A platform that has not answered by then is unavailable. */
const CALL_TIMEOUT_MS = 8_000;
/** The largest answer of a platform that is read. */
const ANSWER_BYTES_MAX = 4 * 1024 * 1024;

export const clock: Clock = { nowMs: () => Date.now() };
export const random: RandomBytes = (count) => randomBytes(count);
export const sleep = async (ms: number): Promise<void> => {
  await delay(ms);
};

/** One exchange over HTTPS (HTTP in the local stage), bounded in time and size; redirects are not followed. */
export const httpSend: HttpSend = async ({ method, url, headers, body }) => {
  try {
    const response = await fetch(url, { method, headers, redirect: 'manual', signal: AbortSignal.timeout(CALL_TIMEOUT_MS), ...(method === 'POST' && { body }) });
    return { status: response.status, body: await readBounded(response) } satisfies HttpAnswer;
  } catch (error) {
    throw new HttpFault(`${new URL(url).host}: ${error instanceof Error ? `${error.name} ${error.message}` : 'no answer'}`, { cause: error });
  }
};

async function readBounded(response: Response): Promise<string> {
  if (Number(response.headers.get('content-length') ?? 0) > ANSWER_BYTES_MAX) throw new Error('the answer is too large');
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > ANSWER_BYTES_MAX) throw new Error('the answer is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Log lines and metrics as JSON on standard output: CloudWatch reads metrics out of them (embedded metric format). */
export const log: Log = {
  info: (message, fields) => write('info', message, fields),
  error: (message, fields) => write('error', message, fields),
  metric(name, value, dimensions = {}) {
    const unit = name.endsWith('Ms') ? 'Milliseconds' : 'Count';
    const keys = Object.keys(dimensions);
    // Alarms watch the sum over all dimensions, people look at one; both need their own set.
    const sets = keys.length > 0 ? [[], keys] : [[]];
    const definition = { Namespace: `Shuniu/${envValue('STAGE')}`, Dimensions: sets, Metrics: [{ Name: name, Unit: unit }] };
    print({ _aws: { Timestamp: Date.now(), CloudWatchMetrics: [definition] }, ...dimensions, [name]: value });
  },
};

function write(level: 'info' | 'error', message: string, fields: LogFields = {}): void {
  print({ level, message, ...fields });
}

/** Past the console, whose lines Lambda prefixes: CloudWatch reads metrics only from lines that are pure JSON. */
function print(line: Readonly<Record<string, unknown>>): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
