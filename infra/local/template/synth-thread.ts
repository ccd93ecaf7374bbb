import { parentPort, workerData } from 'node:worker_threads';
import * as z from 'zod';

/** Runs the CDK app in a thread, beside the start of the engines, and leaves its memory behind when it ends. */
const inputSchema = z.object({ app: z.string(), outdir: z.string() });
const assemblySchema = z.object({ stacks: z.array(z.object({ stackName: z.string(), template: z.unknown() })) });
interface Synthesisable {
  synth(): unknown;
}
type BuildApp = (options: { stage: 'local'; outdir: string; assets: 'none'; validate: false }) => Synthesisable;
const moduleSchema = z.object({ buildApp: z.custom<BuildApp>((value) => typeof value === 'function') });

const { app, outdir } = inputSchema.parse(workerData);
const imported: unknown = await import(app);
const { buildApp } = moduleSchema.parse({ ...(typeof imported === 'object' ? imported : {}) });
const assembly: unknown = buildApp({ stage: 'local', outdir, assets: 'none', validate: false }).synth();
const { stacks } = assemblySchema.parse(assembly);
parentPort?.postMessage(stacks.map(({ stackName, template }) => ({ name: stackName, template })));
