import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setInterval as every } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { httpCall } from './engines/aws-call.ts';
import { InvocationLog } from './functions/console-capture.ts';
import { engineVariables, loadFunctions, setVariables } from './functions/load.ts';
import { CHECKPOINTS_DIR, ENDPOINTS_FILE, hubFileSchema } from './runtime.ts';
import { startMappings } from './triggers/start.ts';

/**
 * A second process beside a running hub, as a second copy of a function would be on AWS:
 * `node infra/local/worker.ts --data .shuniu --functions sync-order,…` feeds these functions from the hub's queues and
 * streams. It ends with a signal, or when the hub is gone.
 */
const HUB_CHECK_MS = 1_000;

const { values } = parseArgs({ options: { data: { type: 'string' }, functions: { type: 'string' } } });
if (values.data === undefined || values.functions === undefined) {
  console.error('usage: node infra/local/worker.ts --data DIR --functions NAME,…');
  process.exit(2);
}
const dataDir = path.resolve(values.data);
const labels = new Set(values.functions.split(','));
const { url, endpoints, plan } = hubFileSchema.parse(JSON.parse(await readFile(path.join(dataDir, ENDPOINTS_FILE), 'utf8')));
const wanted = plan.functions.filter((each) => labels.has(each.label));
if (wanted.length < labels.size) throw new Error(`the hub has only these functions: ${plan.functions.map((each) => each.label).join(', ')}`);

const log = new InvocationLog(path.join(dataDir, `hub.log.worker-${process.pid}`));
const line = (text: string) => console.error(text);
setVariables(engineVariables(endpoints));
const functions = await loadFunctions({ functions: wanted, bundles: new Map(), log, onError: line });
const mappingsOf = (name: string) => functions.has(name);
const ours = {
  ...plan,
  queueMappings: plan.queueMappings.filter((each) => mappingsOf(each.functionName)),
  streamMappings: plan.streamMappings.filter((each) => mappingsOf(each.functionName)),
};
const triggers = await startMappings({ plan: ours, functions, endpoints, checkpointsDir: path.join(dataDir, CHECKPOINTS_DIR), log: line });
console.log(`worker ${process.pid} runs ${[...labels].join(', ')}`);

const ended = new AbortController();
process.on('SIGINT', () => ended.abort());
process.on('SIGTERM', () => ended.abort());
await watchHub().catch(() => {});
await Promise.all(triggers.map((trigger) => trigger.stop()));
await log.close();
process.exit(0);

async function watchHub(): Promise<void> {
  for await (const _tick of every(HUB_CHECK_MS, undefined, { signal: ended.signal })) await httpCall({ url, method: 'HEAD' });
}
