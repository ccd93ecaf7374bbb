import { access, cp, glob, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';
import { functionNames } from './stages.ts';

/** A start of Node reads and compiles the whole bundle: past this size cold starts are felt. Minified bytes. */
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
  readonly bytes: number;
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
    entryPoints: [path.join(folder, 'handler.ts')],
    outfile: path.join(target, 'index.mjs'),
    bundle: true,
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
    write: false,
    logLevel: 'silent',
  });
  await mkdir(target);
  let bytes = 0;
  for (const file of result.outputFiles) {
    const isMap = file.path.endsWith('.map');
    if (!isMap) bytes += file.contents.byteLength;
    await writeFile(isMap ? path.join(outDir, SOURCE_MAPS_FOLDER, `${name}.mjs.map`) : file.path, file.contents);
  }
  await copyWeb(path.join(folder, WEB_FOLDER), path.join(target, WEB_FOLDER));
  return { name, bytes };
}

async function copyWeb(source: string, target: string): Promise<void> {
  const exists = await access(source).then(() => true, () => false);
  if (exists) await cp(source, target, { recursive: true, filter: (file) => !file.endsWith('.test.ts') });
}
