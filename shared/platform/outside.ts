import { randomBytes } from 'node:crypto';
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';
import { HttpFault, type Clock, type HttpSend, type Log, type LogFields } from '../kernel/ports.ts';
import { assert } from '../kernel/assert.ts';
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

const AGENTS = { 'http:': new HttpAgent({ keepAlive: true }), 'https:': new HttpsAgent({ keepAlive: true }) };

/** One exchange over HTTPS (HTTP in the local stage), bounded in time and size; redirects are not followed. */
export const httpSend: HttpSend = ({ method, url, headers, body }) => {
  const target = new URL(url);
  const fault = (error: unknown): HttpFault => new HttpFault(`${target.host}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  return new Promise((resolve, reject) => {
    const isPlain = target.protocol === 'http:';
    const length = method === 'POST' ? { 'content-length': String(Buffer.byteLength(body)) } : {};
    const options = { method, headers: { ...headers, ...length }, agent: AGENTS[isPlain ? 'http:' : 'https:'], signal: AbortSignal.timeout(CALL_TIMEOUT_MS) };
    const exchange = (isPlain ? httpRequest : httpsRequest)(target, options, (answer) => {
      readBounded(answer).then(
        (text) => resolve({ status: answer.statusCode ?? 0, body: text }),
        (error: unknown) => {
          exchange.destroy();
          reject(fault(error));
        },
      );
    });
    exchange.on('error', (error) => reject(fault(error)));
    exchange.end(method === 'POST' ? body : undefined);
  });
};

async function readBounded(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer) {
    assert(chunk instanceof Buffer, 'an answer comes as bytes');
    bytes += chunk.byteLength;
    if (bytes > ANSWER_BYTES_MAX) throw new Error(`the answer is larger than ${ANSWER_BYTES_MAX} bytes`);
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
