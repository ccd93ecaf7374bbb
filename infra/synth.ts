import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { Validations } from 'aws-cdk-lib';
import type { CloudAssembly } from 'aws-cdk-lib/cx-api';
import type { IApplyRule } from 'cdk-nag';
import { AwsSolutionsChecks, NagRuleCompliance } from 'cdk-nag';
import * as z from 'zod';
import { buildApp } from './app.ts';
import type { Bundle } from './build.ts';
import { BUNDLE_BYTES_MAX, buildFunctions, kilobytes } from './build.ts';
import { BUNDLES_DIR } from './constructs/hub-function.ts';

/** `npm run synth`: what is deployed, checked without an account. Stage prod, in every region we promise. */
const REGIONS = [
  { partition: 'aws', region: 'us-east-1' },
  { partition: 'aws-cn', region: 'cn-north-1' },
  { partition: 'aws-cn', region: 'cn-northwest-1' },
] as const;
const REPORT_FILE = 'validation-report.json';
const reportSchema = z.object({ pluginReports: z.array(z.unknown()) });
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

function resourceCount(template: unknown): number {
  if (typeof template !== 'object' || template === null || !('Resources' in template)) return 0;
  return Object.keys(template.Resources ?? {}).length;
}

function printBundles(bundles: readonly Bundle[]): void {
  console.log(`bundles (at most ${kilobytes(BUNDLE_BYTES_MAX)})`);
  for (const { name, bytes } of bundles) console.log(`  ${name.padEnd(22)}${kilobytes(bytes).padStart(10)}`);
}

async function main(): Promise<void> {
  printBundles(await buildFunctions({ outDir: BUNDLES_DIR }));
  await rm(OUT_DIR, { recursive: true, force: true });
  for (const { partition, region } of REGIONS) {
    const { stacks } = synthesise(region);
    const counts = stacks.map((stack) => `${stack.id} ${resourceCount(stack.template)}`).join(', ');
    console.log(`${partition.padEnd(8)}${region.padEnd(16)}resources: ${counts}`);
  }
}

if (import.meta.main) {
  try {
    await main();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
