import { globSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import * as z from 'zod';
import { PROJECT_DIR } from './cache.ts';
import { takeDataDirectory, type DataDirectory } from './data-directory.ts';
import { endpointsSchema, type Endpoints } from './engines/aws-call.ts';
import { startTableEngine } from './engines/dynoxide.ts';
import { startQueueEngine } from './engines/queue-engine.ts';
import { startSecretsEngine } from './engines/secrets.ts';
import { setUpResources } from './engines/set-up.ts';
import { bundleEntries, type Bundle } from './functions/bundle.ts';
import { InvocationLog } from './functions/console-capture.ts';
import type { LocalFunction } from './functions/function.ts';
import { engineVariables, loadFunctions, setVariables } from './functions/load.ts';
import { HubError } from './hub-error.ts';
import { Router } from './http/router.ts';
import { startHttpServer, type RouteTarget } from './http/server.ts';
import { planSchema, type Plan } from './template/plan.ts';
import { readPlan } from './template/read.ts';
import { HUB_APP, synthesise } from './template/synthesise.ts';
import { startHousekeeping, startMappings } from './triggers/start.ts';

export interface HubOptions {
  /** 0 takes a free port. */
  readonly port: number;
  readonly dataDir: string;
  /** Empties the data directory first. */
  readonly fresh?: boolean;
  /** Lines for a person: errors of functions, troubles of engines. */
  readonly log?: (line: string) => void;
  /** Called when the hub cannot go on; it has stopped by then. */
  readonly onFatal?: (reason: string) => void;
  /** Feed only these functions (by folder name) from queues, streams and the clock; HTTP reaches all of them. */
  readonly functions?: readonly string[];
  /** The module of another CDK app that exports `buildApp`; the hub's own when left out. */
  readonly app?: URL;
}

export interface Hub {
  readonly url: string;
  readonly endpoints: Endpoints;
  /** Folder names of the functions. */
  readonly functionNames: readonly string[];
  stop(): Promise<void>;
}

/** What a hub leaves in its data directory for a second process: see worker.ts. */
export const ENDPOINTS_FILE = 'endpoints.json';
export const hubFileSchema = z.object({ url: z.url(), endpoints: endpointsSchema, plan: planSchema });
/** Positions in streams are kept in this folder of the data directory. */
export const CHECKPOINTS_DIR = 'streams';

const STOP_GRACE_MS = 5_000;

/**
 * Boots the synthesised CDK app on this machine: tables, queues and files in local engines, functions from their
 * TypeScript, routes on one port. One hub per data directory, and per process one at a time, because the environment
 * of functions is the process's.
 */
export async function startHub(options: HubOptions): Promise<Hub> {
  const boot = new Boot(options);
  try {
    return await boot.run();
  } catch (error) {
    await boot.stop();
    throw error;
  }
}

class Boot {
  readonly #options: HubOptions;
  readonly #log: (line: string) => void;
  /** Undone in reverse: what starts last stops first. */
  readonly #undo: (() => unknown)[] = [];
  #stopped: Promise<void> | undefined;

  constructor(options: HubOptions) {
    this.#options = options;
    this.#log = options.log ?? (() => {});
  }

  async run(): Promise<Hub> {
    const { port, dataDir, fresh = false, app = HUB_APP } = this.#options;
    const data = takeDataDirectory(dataDir, fresh);
    this.#undo.push(() => data.release());
    const server = await startHttpServer(port);
    this.#undo.push(() => server.stop(STOP_GRACE_MS));
    // Three at once: the engines, the synthesis in its thread, and the bundles with their packages here.
    const [engines, stacks, bundles] = await allOrFirstError([
      phase('engines', this.#startEngines(data)),
      phase('synthesis', synthesise(app)),
      phase('bundles', app === HUB_APP ? bundleAhead() : Promise.resolve(new Map<string, Bundle>())),
    ]);
    const plan = readPlan({ stacks, sqsEndpoint: engines.endpoints.sqs, hubUrl: server.url });
    const log = new InvocationLog(data.file('hub.log'));
    this.#undo.push(() => log.close(), setVariables(engineVariables(engines.endpoints)));
    const [functions] = await allOrFirstError([
      phase('functions', loadFunctions({ functions: plan.functions, bundles, log, onError: this.#log })),
      phase('resources', setUpResources(plan, engines.endpoints)),
    ] as const);
    engines.watch([...new Set(plan.notifications.map((each) => each.bucket))]);
    await this.#startTriggers({ plan, functions, endpoints: engines.endpoints, checkpointsDir: data.file(CHECKPOINTS_DIR), log: this.#log });
    server.serve(routerOf(plan, functions));
    await writeHubFile(data, { url: server.url, endpoints: engines.endpoints, plan });
    return { url: server.url, endpoints: engines.endpoints, functionNames: plan.functions.map((each) => each.label), stop: () => this.stop() };
  }

  stop(): Promise<void> {
    this.#stopped ??= (async () => {
      for (const undo of this.#undo.toReversed()) await undo();
    })();
    return this.#stopped;
  }

  async #startEngines(data: DataDirectory): Promise<{ endpoints: Endpoints; watch: (buckets: readonly string[]) => void }> {
    const onGone = (reason: string) => void this.#fail(reason);
    const keep = <T extends { stop(): Promise<void> }>(engine: T): T => {
      this.#undo.push(() => engine.stop());
      return engine;
    };
    const [tables, queues, secrets] = await allOrFirstError([
      startTableEngine({ dbPath: data.file('dynamodb.db'), log: this.#log, onGone }).then(keep),
      startQueueEngine(data.path, onGone).then(keep),
      startSecretsEngine(data.file('secrets.json')).then(keep),
    ] as const);
    return {
      endpoints: { dynamodb: tables.endpoint, sqs: queues.endpoint, s3: queues.endpoint, secrets: secrets.endpoint },
      watch: (buckets) => queues.watch(buckets),
    };
  }

  async #startTriggers(input: Parameters<typeof startMappings>[0]): Promise<void> {
    const only = this.#options.functions && new Set(this.#options.functions);
    const unknown = [...(only ?? [])].filter((label) => !input.plan.functions.some((each) => each.label === label));
    if (unknown.length > 0) throw new HubError(`there is no function ${unknown.join(', ')}`);
    const triggers = [...(await startMappings(input, only)), ...startHousekeeping(input, only)];
    this.#undo.push(() => Promise.all(triggers.map((trigger) => trigger.stop())));
  }

  async #fail(reason: string): Promise<void> {
    this.#log(reason);
    await this.stop();
    this.#options.onFatal?.(reason);
  }
}

/** Like Promise.all, but waits for the others before it fails, so that whatever did start can be stopped. */
async function allOrFirstError<T extends readonly unknown[]>(work: { readonly [K in keyof T]: Promise<T[K]> }): Promise<T>;
async function allOrFirstError(work: readonly Promise<unknown>[]): Promise<unknown[]> {
  await Promise.allSettled(work);
  return Promise.all(work);
}

/** While the synthesis runs: all handlers there are, and the packages they import. */
async function bundleAhead(): Promise<Map<string, Bundle>> {
  const bundles = await bundleEntries(globSync('functions/*/handler.ts', { cwd: PROJECT_DIR }));
  const packages = new Set([...bundles.values()].flatMap((bundle) => bundle.packages));
  await Promise.all([...packages].map((name) => import(/* @vite-ignore */ name)));
  return bundles;
}

function routerOf(plan: Plan, functions: ReadonlyMap<string, LocalFunction>): Router<RouteTarget> {
  return new Router(
    plan.routes.map(({ key, functionName, timeoutMs }) => {
      const target = functions.get(functionName);
      if (target === undefined) throw new HubError(`the route ${key} leads to ${functionName}, which is not there`);
      return { key, target: { function: target, timeoutMs } };
    }),
  );
}

async function writeHubFile(data: DataDirectory, contents: z.infer<typeof hubFileSchema>): Promise<void> {
  const file = data.file(ENDPOINTS_FILE);
  await writeFile(`${file}.new`, JSON.stringify(contents), { mode: 0o600 });
  await rename(`${file}.new`, file);
}

/** With DEBUG=shuniu, says how long each part of the boot took. */
async function phase<T>(name: string, work: Promise<T>): Promise<T> {
  const startedMs = performance.now();
  try {
    return await work;
  } finally {
    if (process.env['DEBUG']?.includes('shuniu')) console.error(`boot: ${name} ${Math.round(performance.now() - startedMs)} ms`);
  }
}
