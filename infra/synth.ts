import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { Validations } from 'aws-cdk-lib';
import type { CloudAssembly } from 'aws-cdk-lib/cx-api';
import type { IApplyRule } from 'cdk-nag';
import { AwsSolutionsChecks, NagRuleCompliance } from 'cdk-nag';
import * as z from 'zod';
import { buildApp } from './app.ts';
import type { Bundle } from './build.ts';
import { BUNDLE_BYTES_MAX, buildFunctions, kilobytes } from './build.ts';
import { BUNDLES_DIR, ENTRY_METADATA } from './constructs/hub-function.ts';

/** `npm run synth`: what is deployed, checked without an account. Stage prod, in every region we promise. */
const REGIONS = [
  { partition: 'aws', region: 'us-east-1' },
  { partition: 'aws-cn', region: 'cn-north-1' },
  { partition: 'aws-cn', region: 'cn-northwest-1' },
] as const;
const REPORT_FILE = 'validation-report.json';
const reportSchema = z.object({ pluginReports: z.array(z.unknown()) });
const templateSchema = z.object({ Resources: z.record(z.string(), z.looseObject({ Type: z.string() })) });
const functionSchema = z.object({
  Properties: z.object({ Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }) }),
  Metadata: z.object({ [ENTRY_METADATA]: z.string() }),
});
const OUT_DIR = path.join(import.meta.dirname, '../cdk.out');

/**
 * cdk-nag with one finding per resource: it would name each by text that CDK generates, and a reason tied to that
 * text is lost with the next rename. Reasons stand beside what they excuse (look for `acknowledge`); which wildcards
 * there may be is fixed by stacks/permissions.test.ts.
 */
class Checks extends AwsSolutionsChecks {
  protected override applyRule(params: IApplyRule): void {
    super.applyRule({
      ...params,
      rule: (node) => {
        const result = params.rule(node);
        return Array.isArray(result) ? NagRuleCompliance.NON_COMPLIANT : result;
      },
    });
  }
}

/** Synthesises one region with CDK's own validation and cdk-nag; throws when either has a word to say. */
export function synthesise(region: string): CloudAssembly {
  const app = buildApp({ stage: 'prod', region, outdir: path.join(OUT_DIR, region), assets: 'dist', validate: true });
  Validations.of(app).addPlugins(new Checks(app));
  const assembly = app.synth();
  // CDK prints what its checks find, and goes on: of its own findings most are mere warnings, even impossible sizes.
  const report = reportSchema.parse(JSON.parse(readFileSync(path.join(assembly.directory, REPORT_FILE), 'utf8')));
  if (report.pluginReports.length > 0) throw new Error(`${region}: the checks object, see above`);
  return assembly;
}

/** Loads each bundle as Lambda would: with the environment names its function gets, and no others. */
async function loadBundles({ stacks }: CloudAssembly): Promise<void> {
  const functions = stacks
    .flatMap((stack) => Object.values(templateSchema.parse(stack.template).Resources))
    .flatMap((resource) => (resource.Type === 'AWS::Lambda::Function' ? [functionSchema.parse(resource)] : []));
  for (const { Properties, Metadata } of functions) {
    const name = path.basename(path.dirname(Metadata[ENTRY_METADATA]));
    const names = Object.keys(Properties.Environment.Variables);
    const env = { AWS_REGION: REGIONS[0].region, ...Object.fromEntries(names.map((variable) => [variable, 'of-nothing'])) };
    const script = `const { handler } = await import(${JSON.stringify(path.join(BUNDLES_DIR, name, 'index.mjs'))}); if (typeof handler !== 'function') throw new Error('no handler');`;
    await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], { env }).catch((error: unknown) => {
      throw new Error(`${name} does not load with the environment that infra/stages.ts gives it`, { cause: error });
    });
  }
  console.log(`all ${functions.length} bundles load`);
}

function resourceCount(template: unknown): number {
  return Object.keys(templateSchema.parse(template).Resources).length;
}

function printBundles(bundles: readonly Bundle[]): void {
  console.log(`bundles: loaded at start (at most ${kilobytes(BUNDLE_BYTES_MAX)}), and later if needed`);
  for (const { name, bytes, laterBytes } of bundles) {
    console.log(`  ${name.padEnd(22)}${kilobytes(bytes).padStart(10)}${kilobytes(laterBytes).padStart(10)}`);
  }
}

async function main(): Promise<void> {
  printBundles(await buildFunctions({ outDir: BUNDLES_DIR }));
  await rm(OUT_DIR, { recursive: true, force: true });
  for (const { partition, region } of REGIONS) {
    const assembly = synthesise(region);
    if (region === REGIONS[0].region) await loadBundles(assembly);
    const counts = assembly.stacks.map((stack) => `${stack.id} ${resourceCount(stack.template)}`).join(', ');
    console.log(`${partition.padEnd(8)}${region.padEnd(16)}resources: ${counts}`);
  }
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}\n${messageOf(error.cause)}`;
}

if (import.meta.main) {
  try {
    await main();
  } catch (error) {
    console.error(messageOf(error));
    process.exitCode = 1;
  }
}
