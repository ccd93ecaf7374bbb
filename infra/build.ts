import { access, cp, glob, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { BuildResult } from 'esbuild';
import { build } from 'esbuild';
import { assert } from '../shared/kernel/assert.ts';
import { functionNames } from './stages.ts';

/** A start of Node reads and compiles all that is imported statically: past this size it is felt. Minified bytes. */
export const BUNDLE_BYTES_MAX = 700_000;
/** Source maps lie beside the bundles, not in them: they would be uploaded and unpacked at every cold start. */
export const SOURCE_MAPS_FOLDER = 'maps';

const FUNCTIONS_DIR = path.join(import.meta.dirname, '../functions');
/** Browser files of a function, shipped as they are. */
const WEB_FOLDER = 'web';
/** Some packages are CommonJS inside and ask for node's own modules by `require`, which an ES module lacks. */
const REQUIRE_BANNER = "import{createRequire as __require}from'node:module';const require=__require(import.meta.url);";

export interface BuildOptions {
  readonly outDir: string;
  readonly functionsDir?: string;
  /** The functions there should be: those of stages.ts when left out. */
  readonly names?: readonly string[];
  readonly bytesMax?: number;
}

export interface Bundle {
  readonly name: string;
  /** What every cold start loads; the limit is on this. */
  readonly bytes: number;
  /** What only a dynamic import loads, if ever: most ways of the AWS SDK to credentials, for example. */
  readonly laterBytes: number;
}

/**
 * Bundles every `functions/<name>/handler.ts` into `<outDir>/<name>/index.mjs`. Throws with the names when the
 * folders and stages.ts disagree, or when a bundle is too large.
 */
export async function buildFunctions(options: BuildOptions): Promise<Bundle[]> {
  const { outDir, functionsDir = FUNCTIONS_DIR, names = functionNames(), bytesMax = BUNDLE_BYTES_MAX } = options;
  await checkFolders(functionsDir, names);
  await rm(outDir, { recursive: true, force: true });
  await mkdir(path.join(outDir, SOURCE_MAPS_FOLDER), { recursive: true });
  const bundles = await Promise.all(names.map((name) => bundleOne(path.join(functionsDir, name), outDir)));
  const tooLarge = bundles.filter(({ bytes }) => bytes > bytesMax);
  if (tooLarge.length > 0) {
    const list = tooLarge.map(({ name, bytes }) => `${name} is ${kilobytes(bytes)}`).join(', ');
    throw new Error(`a bundle may have at most ${kilobytes(bytesMax)} minified: ${list}`);
  }
  return bundles;
}

/** Bytes as people read them. */
export function kilobytes(bytes: number): string {
  return `${(bytes / 1_000).toFixed(1)} kB`;
}

async function checkFolders(functionsDir: string, names: readonly string[]): Promise<void> {
  const found = new Set<string>();
  for await (const file of glob('*/handler.ts', { cwd: functionsDir })) found.add(path.dirname(file));
  const missing = names.filter((name) => !found.has(name));
  if (missing.length > 0) throw new Error(`infra/stages.ts names functions without a handler.ts: ${missing.join(', ')}`);
  const unknown = [...found].filter((name) => !names.includes(name));
  if (unknown.length > 0) throw new Error(`infra/stages.ts lacks the functions: ${unknown.join(', ')}`);
}

async function bundleOne(folder: string, outDir: string): Promise<Bundle> {
  const name = path.basename(folder);
  const target = path.join(outDir, name);
  const result = await build({
    entryPoints: [{ in: path.join(folder, 'handler.ts'), out: 'index' }],
    outdir: target,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    // What is imported dynamically becomes a file of its own.
    splitting: true,
    chunkNames: '[name]-[hash]',
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    // The ES module builds of the AWS SDK shake to two thirds of its CommonJS.
    mainFields: ['module', 'main'],
    charset: 'utf8',
    legalComments: 'none',
    sourcemap: 'external',
    banner: { js: REQUIRE_BANNER },
    metafile: true,
    write: false,
    logLevel: 'silent',
  });
  const mapsDir = path.join(outDir, SOURCE_MAPS_FOLDER, name);
  await Promise.all([mkdir(target), mkdir(mapsDir)]);
  for (const file of result.outputFiles) {
    await writeFile(path.join(file.path.endsWith('.map') ? mapsDir : target, path.basename(file.path)), file.contents);
  }
  await copyWeb(path.join(folder, WEB_FOLDER), path.join(target, WEB_FOLDER));
  return { name, ...weigh(result.metafile) };
}

/** Follows the static imports from the entry; the rest is loaded later. */
function weigh({ outputs }: BuildResult<{ metafile: true }>['metafile']): Omit<Bundle, 'name'> {
  const code = Object.entries(outputs).filter(([file]) => file.endsWith('.mjs'));
  const entry = code.find(([file]) => path.basename(file) === 'index.mjs');
  assert(entry !== undefined, 'a bundle has an entry');
  const atStart = new Set<string>();
  const open = [entry[0]];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (atStart.has(file)) continue;
    atStart.add(file);
    open.push(...(outputs[file]?.imports ?? []).filter(({ kind, external }) => kind === 'import-statement' && external !== true).map((each) => each.path));
  }
  const sum = (files: typeof code): number => files.reduce((total, [, { bytes }]) => total + bytes, 0);
  const bytes = sum(code.filter(([file]) => atStart.has(file)));
  return { bytes, laterBytes: sum(code) - bytes };
}

async function copyWeb(source: string, target: string): Promise<void> {
  const exists = await access(source).then(() => true, () => false);
  if (exists) await cp(source, target, { recursive: true, filter: (file) => !file.endsWith('.test.ts') });
}
