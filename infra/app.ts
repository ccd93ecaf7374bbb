import { App, Tags } from 'aws-cdk-lib';
import * as z from 'zod';
import { buildFunctions } from './build.ts';
import type { Assets } from './constructs/hub-function.ts';
import { BUNDLES_DIR } from './constructs/hub-function.ts';
import { DataStack } from './stacks/data-stack.ts';
import { IntakeStack } from './stacks/intake-stack.ts';
import { WatchStack } from './stacks/watch-stack.ts';
import { WorkStack } from './stacks/work-stack.ts';
import type { StageName } from './stages.ts';
import { nameIn, PROJECT, STAGE_SETTINGS, STAGES } from './stages.ts';

export interface AppOptions {
  readonly stage: StageName;
  /** Where templates are written; the CDK CLI, or else a temporary folder, decides when left out. */
  readonly outdir?: string;
  /** `dist` expects built bundles (see build.ts); `none` leaves code out, for tests and the local runtime. */
  readonly assets: Assets;
  /** CDK's own check of every resource: 5 s of CPU, so only where templates leave the machine. */
  readonly validate: boolean;
  /** Left out, templates fit every region and partition; given, CDK also applies what it knows of the region. */
  readonly region?: string;
  /** What `-c name=value` gives on the command line: see `settingsSchema`. */
  readonly context?: Readonly<Record<string, string>>;
}

/** Settings of a deployment that are the operator's, not the project's. */
const settingsSchema = z.object({
  domainName: z.string().optional(),
  certificateArn: z.string().optional(),
  alarmEmail: z.email().optional(),
});

/** CDK's behaviours that are opt-in for old applications. Here and not in cdk.json, which only the CLI would read. */
const FEATURES = {
  '@aws-cdk/aws-iam:minimizePolicies': true,
  // Plain exports and imports between stacks: nothing can be deleted while another stack uses it.
  '@aws-cdk/core:defaultCrossStackReferences': 'strong',
  '@aws-cdk/core:target-partitions': ['aws', 'aws-cn'],
};

/** The hub for one stage, not yet synthesised. The one definition of its resources, on AWS and on a laptop. */
export function buildApp(options: AppOptions): App {
  const { stage, assets } = options;
  const app = new App({
    ...(options.outdir === undefined ? {} : { outdir: options.outdir }),
    autoSynth: false,
    // Its metadata resource lists regions, and tells AWS which constructs we use.
    analyticsReporting: false,
    treeMetadata: false,
    builtinCloudFormationValidation: options.validate,
    context: { ...FEATURES, ...options.context },
  });
  const given = (name: string): unknown => app.node.tryGetContext(name);
  const settings = settingsSchema.parse({ domainName: given('domainName'), certificateArn: given('certificateArn'), alarmEmail: given('alarmEmail') });
  const stackProps = (name: string) => ({
    stage,
    assets,
    stackName: nameIn(stage, name),
    terminationProtection: STAGE_SETTINGS[stage].keepsData,
    ...(options.region === undefined ? {} : { env: { region: options.region } }),
  });
  const { domainName, certificateArn, alarmEmail } = settings;
  const domain = domainName && certificateArn ? { domain: { domainName, certificateArn } } : {};
  const data = new DataStack(app, 'data', stackProps('data'));
  const intake = new IntakeStack(app, 'intake', { ...stackProps('intake'), data, ...domain });
  const work = new WorkStack(app, 'work', { ...stackProps('work'), data, intake });
  new WatchStack(app, 'watch', { ...stackProps('watch'), intake, work, ...(alarmEmail ? { alarmEmail } : {}) });
  Tags.of(app).add('project', PROJECT);
  Tags.of(app).add('stage', stage);
  return app;
}

/** `-c stage=prod` on the command line of cdk; dev when nothing is said. */
function stageOfCommandLine(): StageName {
  return z.enum(STAGES).default('dev').parse(new App({ autoSynth: false }).node.tryGetContext('stage'));
}

if (import.meta.main) {
  await buildFunctions({ outDir: BUNDLES_DIR });
  buildApp({ stage: stageOfCommandLine(), assets: 'dist', validate: true }).synth();
}
