import { createHash } from 'node:crypto';
import { mkdir, readdir, rename, stat, unlink, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, stop as stopEsbuild } from 'esbuild';

/** The root of the project: entries are relative to it. */
export const PROJECT_DIR = path.join(import.meta.dirname, '../../..');
/** In the project's node_modules, so that bundles find the packages. */
const OUT_DIR = path.join(PROJECT_DIR, 'node_modules/.cache/shuniu-local');
/** Bundles are named by their content; those that no hub has used for a day are removed. */
const KEEP_MS = 86_400_000;

/**
 * Bundles each entry (a handler.ts) on its own and gives its file's URL. Packages stay outside and are shared by all
 * functions; our own modules are inside, so that each function has its own copies, as on AWS: a module may read the
 * environment when it is loaded and keep it. `import.meta.dirname` of a handler is its source folder, where its
 * web files lie.
 */
export async function bundleEntries(entries: readonly string[]): Promise<Map<string, Bundle>> {
  await mkdir(OUT_DIR, { recursive: true });
  const bundles = await Promise.all([...new Set(entries)].map(async (entry) => [entry, await bundleOne(entry)] as const));
  await Promise.all([removeOld(), stopEsbuild()]);
  return new Map(bundles);
}

export interface Bundle {
  readonly url: URL;
  /** The packages it imports. */
  readonly packages: readonly string[];
}

async function bundleOne(entry: string): Promise<Bundle> {
  const source = path.join(PROJECT_DIR, entry);
  const result = await build({
    entryPoints: [source],
    outfile: path.join(OUT_DIR, 'handler.mjs'),
    bundle: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    target: 'node22',
    charset: 'utf8',
    sourcemap: 'inline',
    sourcesContent: false,
    define: {
      'import.meta.dirname': JSON.stringify(path.dirname(source)),
      'import.meta.filename': JSON.stringify(source),
      'import.meta.url': JSON.stringify(pathToFileURL(source).href),
    },
    metafile: true,
    write: false,
    logLevel: 'silent',
  });
  const [output] = result.outputFiles;
  if (output === undefined) throw new Error(`esbuild made nothing of ${entry}`);
  const hash = createHash('sha256').update(output.contents).digest('hex').slice(0, 16);
  const file = path.join(OUT_DIR, `${path.basename(path.dirname(source))}-${hash}.mjs`);
  await writeOnce(file, output.contents);
  const imports = Object.values(result.metafile.outputs).flatMap((each) => each.imports);
  const packages = imports.filter((each) => each.external === true && each.kind === 'import-statement').map((each) => each.path);
  return { url: pathToFileURL(file), packages };
}

/** Another hub may be writing, or running, the same file: it appears whole, and an equal one is left alone. */
async function writeOnce(file: string, contents: Uint8Array): Promise<void> {
  const now = new Date();
  const exists = await utimes(file, now, now).then(() => true, () => false);
  if (exists) return;
  const temporary = `${file}.${process.pid}.tmp`;
  await writeFile(temporary, contents);
  await rename(temporary, file);
}

async function removeOld(): Promise<void> {
  for (const name of await readdir(OUT_DIR)) {
    const file = path.join(OUT_DIR, name);
    const age = await stat(file).then(({ mtimeMs }) => Date.now() - mtimeMs, () => 0);
    if (age > KEEP_MS) await unlink(file).catch(() => {});
  }
}
