import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { HubError } from '../hub-error.ts';
import { httpCall } from './aws-call.ts';

export interface TableEngine {
  readonly endpoint: string;
  stop(): Promise<void>;
}

export interface TableEngineInput {
  readonly dbPath: string;
  readonly log: (line: string) => void;
  /** Called once when the engine dies again and again. */
  readonly onGone: (reason: string) => void;
}

/** Points the hub at a DynamoDB of the user's own, e.g. DynamoDB Local, where there is no dynoxide binary. */
export const DYNAMODB_ENDPOINT_VARIABLE = 'SHUNIU_DYNAMODB_ENDPOINT';

const STARTS_MAX = 5;
const HEALTH_TRIES_MAX = 200;
const HEALTH_PAUSE_MS = 15;
/** A run this long was not a failure to start: the count of restarts begins anew. */
const STEADY_RUN_MS = 60_000;

/**
 * Runs dynoxide under a shell that waits for our pipe to close: however this process ends, kill -9 included, the
 * system closes the pipe and the shell takes dynoxide down. `read` is built in, so the guard costs no process of its own.
 */
const SUPERVISOR = `
exec 3<&0
"$@" </dev/null 3<&- & engine=$!
{ read _ <&3; kill "$engine"; } 2>/dev/null &
guard=$!
exec 3<&-
wait "$engine"; code=$?
kill "$guard" 2>/dev/null
exit "$code"`;

/** Starts the table engine on its own free port and restarts it when it dies. */
export async function startTableEngine(input: TableEngineInput): Promise<TableEngine> {
  const own = process.env[DYNAMODB_ENDPOINT_VARIABLE];
  if (own !== undefined && own !== '') return { endpoint: own, stop: async () => {} };
  const engine = new Dynoxide(binaryPath(), input);
  await engine.start();
  return engine;
}

class Dynoxide implements TableEngine {
  readonly #binary: string;
  readonly #input: TableEngineInput;
  #port = 0;
  #child: ChildProcess | undefined;
  #stopping = false;
  #starts = 0;

  constructor(binary: string, input: TableEngineInput) {
    this.#binary = binary;
    this.#input = input;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Another process may take the free port before dynoxide does; then it ends at once and the next port is tried. */
  async start(): Promise<void> {
    for (let attempt = 0; attempt < STARTS_MAX; attempt += 1) {
      this.#port = await freePort();
      if (await this.#run()) return;
    }
    throw new HubError('the table engine (dynoxide) does not start; see its message above');
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    const child = this.#child;
    if (child === undefined || child.exitCode !== null) return;
    const gone = once(child, 'exit');
    child.stdin?.end();
    await gone;
  }

  async #run(): Promise<boolean> {
    const command = [this.#binary, '--host', '127.0.0.1', '--port', String(this.#port), '--db-path', this.#input.dbPath];
    // In its own process group: Ctrl-C in the terminal must reach the hub only, which lets work finish first.
    const child = spawn('sh', ['-c', SUPERVISOR, 'dynoxide', ...command], { detached: true, stdio: ['pipe', 'ignore', 'pipe'] });
    this.#child = child;
    let complaint = '';
    child.stderr.on('data', (chunk: Buffer) => (complaint = chunk.toString().trim()));
    child.stdin.on('error', () => {});
    const startedMs = performance.now();
    for (let attempt = 0; attempt < HEALTH_TRIES_MAX && child.exitCode === null; attempt += 1) {
      if (await isHealthy(this.endpoint)) {
        tendStreamRecords(this.#input.dbPath);
        child.once('exit', () => void this.#revive(performance.now() - startedMs));
        return true;
      }
      await sleep(HEALTH_PAUSE_MS);
    }
    if (complaint !== '') this.#input.log(complaint);
    child.stdin.end();
    return false;
  }

  /** On the same port, because functions have it in their environment. */
  async #revive(ranMs: number): Promise<void> {
    if (this.#stopping) return;
    this.#starts = ranMs > STEADY_RUN_MS ? 0 : this.#starts + 1;
    if (this.#starts < STARTS_MAX) {
      this.#input.log('the table engine (dynoxide) died and is started again');
      if (await this.#run()) return;
    }
    this.#input.onGone('the table engine (dynoxide) keeps dying');
  }
}

/** DynamoDB keeps a stream's records this long. */
const STREAM_RETENTION = '-24 hours';
/** The engine may be writing while we do. */
const LOCK_WAIT_MS = 5_000;

/**
 * dynoxide 1.2.1 looks for the last sequence number of a stream through all of its records, at every write, and never
 * drops one: measured here, a transaction took 1.5 ms of CPU at first and 7 ms after 3,600 records. With an index on
 * what it looks for the cost stays flat. Records older than a stream's retention go at the start, all but each stream's
 * last, from which dynoxide goes on counting.
 */
function tendStreamRecords(dbPath: string): void {
  const database = new DatabaseSync(dbPath);
  try {
    database.exec(`
      PRAGMA busy_timeout = ${LOCK_WAIT_MS};
      DELETE FROM _stream_records
        WHERE created_at < unixepoch('now', '${STREAM_RETENTION}') AND id NOT IN (SELECT MAX(id) FROM _stream_records GROUP BY table_name);
      CREATE INDEX IF NOT EXISTS hub_last_record ON _stream_records (table_name, CAST(sequence_number AS INTEGER));
      CREATE INDEX IF NOT EXISTS hub_read_records ON _stream_records (table_name, shard_id, sequence_number);`);
  } finally {
    database.close();
  }
}

async function isHealthy(endpoint: string): Promise<boolean> {
  try {
    const answer = await httpCall({ url: `${endpoint}/`, method: 'GET' });
    return answer.status === 200;
  } catch {
    return false;
  }
}

function binaryPath(): string {
  const name = `@dynoxide/${process.platform}-${process.arch}`;
  try {
    return createRequire(import.meta.url).resolve(`${name}/dynoxide`);
  } catch {
    throw new HubError(
      `there is no table engine for ${process.platform} ${process.arch} (package ${name}). Run DynamoDB Local and point the hub at it: ` +
        `${DYNAMODB_ENDPOINT_VARIABLE}=http://127.0.0.1:8000 npm start`,
    );
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}
