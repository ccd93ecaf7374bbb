import { AsyncLocalStorage } from 'node:async_hooks';
import { createWriteStream, existsSync, renameSync, statSync, type WriteStream } from 'node:fs';
import { formatWithOptions } from 'node:util';

/** Which invocation is running; set around every call of a handler. */
export interface InvocationScope {
  readonly functionName: string;
  readonly requestId: string;
  readonly log: InvocationLog;
}

const scope = new AsyncLocalStorage<InvocationScope>();
const LEVELS = ['debug', 'info', 'log', 'warn', 'error', 'trace'] as const;
type Level = (typeof LEVELS)[number];
/** At the start of a hub a log larger than this is put aside, replacing the one before. */
const LOG_BYTES_MAX = 50_000_000;

/** Where functions' console output goes, one JSON object a line, as CloudWatch would have it. */
export class InvocationLog {
  readonly #stream: WriteStream;

  constructor(filePath: string) {
    if (existsSync(filePath) && statSync(filePath).size > LOG_BYTES_MAX) renameSync(filePath, `${filePath}.1`);
    this.#stream = createWriteStream(filePath, { flags: 'a', mode: 0o600 });
    capture();
  }

  write(line: Readonly<Record<string, unknown>>): void {
    this.#stream.write(`${JSON.stringify({ at: new Date().toISOString(), ...line })}\n`);
  }

  close(): Promise<void> {
    release();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#stream.end(() => resolve());
    return promise;
  }
}

/** Runs a handler so that what it prints goes to the log, with its name and request id. */
export function inScope<T>(invocation: InvocationScope, work: () => T): T {
  return scope.run(invocation, work);
}

let captures = 0;
let originals: Map<Level, (...parts: unknown[]) => void> | undefined;
// oxlint-disable-next-line typescript/unbound-method -- given back to its own stream, and called on it
const stdout = process.stdout.write;

/** The console belongs to the process: it is replaced once, and given back when the last log closes. */
function capture(): void {
  captures += 1;
  if (originals !== undefined) return;
  originals = new Map(LEVELS.map((level) => [level, console[level]]));
  for (const [level, original] of originals) {
    console[level] = (...parts: unknown[]) => {
      const current = scope.getStore();
      if (current === undefined) original.apply(console, parts);
      else writeTo(current, level, parts);
    };
  }
  process.stdout.write = writeOut;
}

/** Log lines of functions go past the console, straight to standard output: they are one JSON object each. */
const writeOut = new Proxy(stdout, {
  apply(write, stream, parts: unknown[]): unknown {
    const current = scope.getStore();
    const [text] = parts;
    if (current === undefined || typeof text !== 'string') return Reflect.apply(write, stream, parts);
    const { functionName, requestId, log } = current;
    log.write({ function: functionName, requestId, level: 'info', message: structured(text.trimEnd()) });
    return true;
  },
});

function release(): void {
  captures -= 1;
  if (captures > 0 || originals === undefined) return;
  for (const [level, original] of originals) console[level] = original;
  process.stdout.write = stdout;
  originals = undefined;
}

function writeTo({ functionName, requestId, log }: InvocationScope, level: Level, parts: readonly unknown[]): void {
  const text = formatWithOptions({ breakLength: Infinity }, ...parts);
  log.write({ function: functionName, requestId, level, message: structured(text) });
}

/** A line that is JSON already stays readable as such. */
function structured(text: string): unknown {
  if (!text.startsWith('{')) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
