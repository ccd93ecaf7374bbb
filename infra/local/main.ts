import path from 'node:path';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { HubError } from './hub-error.ts';
import { onLauncherGone } from './launcher-watch.ts';
import { startHub, type Hub } from './runtime.ts';
import { TemplateError } from './template/resolver.ts';

/** `npm start`: the hub with the demo tenant and its live channels. See start.mjs for the way in. */
const PORT_DEFAULT = 8787;
const DATA_DEFAULT = '.shuniu';
const DEMO = path.join(import.meta.dirname, '../simulator/demo-feed.ts');

const environmentSchema = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535).default(PORT_DEFAULT),
  SHUNIU_DATA: z.string().min(1).default(DATA_DEFAULT),
});

interface Demo {
  stop(): Promise<void>;
}
type StartDemo = (input: { hubUrl: string; dataDir: string; log: (line: string) => void }) => Promise<Demo>;
const demoModuleSchema = z.object({ startDemo: z.custom<StartDemo>((value) => typeof value === 'function') });

const USAGE = `usage: npm start -- [--fresh] [--no-demo]
  --fresh    empty the data directory first
  --no-demo  without the demo tenant and the simulated channels
  environment: PORT (${PORT_DEFAULT}), SHUNIU_DATA (${DATA_DEFAULT})`;

/** Runs the hub until a signal; gives the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  if (options === undefined) {
    console.error(USAGE);
    return 2;
  }
  const { promise: ended, resolve: end } = Promise.withResolvers<number>();
  const startedMs = performance.now();
  try {
    const hub = await startHub({ ...options, log, onFatal: () => end(1) });
    console.log(`Shuniu 枢纽 is ready at ${hub.url} after ${((performance.now() - startedMs) / 1_000).toFixed(1)} s. Stop it with Ctrl-C.`);
    console.log(`Data: ${options.dataDir}  Output of functions: ${path.join(options.dataDir, 'hub.log')}`);
    const demo = options.demo ? startDemo(hub, options.dataDir) : Promise.resolve(undefined);
    const stop = async () => {
      await (await demo)?.stop();
      await hub.stop();
      end(0);
    };
    onSignal(stop);
    onLauncherGone(() => void stop());
    return await ended;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const isExpected = error instanceof HubError || error instanceof TemplateError;
    console.error(isExpected ? error.message : error);
    return 1;
  }
}

function readOptions(args: readonly string[]) {
  try {
    const { values } = parseArgs({ args: [...args], options: { fresh: { type: 'boolean' }, 'no-demo': { type: 'boolean' } } });
    const { PORT: port, SHUNIU_DATA: dataDir } = environmentSchema.parse(process.env);
    return { port, dataDir, fresh: values.fresh ?? false, demo: values['no-demo'] !== true };
  } catch (error) {
    console.error(error instanceof z.ZodError ? z.prettifyError(error) : String(error));
    return undefined;
  }
}

/** A hub without its demo is still a hub: what goes wrong there is said, and the hub goes on. */
async function startDemo(hub: Hub, dataDir: string): Promise<Demo | undefined> {
  try {
    const imported: unknown = await import(DEMO);
    const { startDemo: start } = demoModuleSchema.parse({ ...(typeof imported === 'object' ? imported : {}) });
    return await start({ hubUrl: hub.url, dataDir, log });
  } catch (error) {
    console.error('The demo did not start:', error);
    return undefined;
  }
}

/** The first signal stops in good order, the second at once. */
function onSignal(stop: () => Promise<void>): void {
  let signals = 0;
  const handle = () => {
    signals += 1;
    if (signals > 1) process.exit(130);
    console.log('Stopping; press Ctrl-C again to stop at once.');
    void stop();
  };
  process.on('SIGINT', handle);
  process.on('SIGTERM', handle);
}

function log(line: string): void {
  console.error(line);
}
