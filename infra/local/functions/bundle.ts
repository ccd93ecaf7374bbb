import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, stop as stopEsbuild } from 'esbuild';
import { CACHE_DIR, cleanCache, contentHash, keepInCache, PROJECT_DIR } from '../cache.ts';

/**
 * Bundles each entry (a handler.ts) on its own and gives its file's URL. Packages stay outside and are shared by all
 * functions; our own modules are inside, so that each function has its own copies, as on AWS: a module may read the
 * environment when it is loaded and keep it. `import.meta.dirname` of a handler is its source folder, where its
 * web files lie.
 */
export async function bundleEntries(entries: readonly string[]): Promise<Map<string, Bundle>> {
  const bundles = await Promise.all([...new Set(entries)].map(async (entry) => [entry, await bundleOne(entry)] as const));
  await Promise.all([cleanCache(), stopEsbuild()]);
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
    // Not written there: it only tells esbuild where the source map starts from.
    outfile: path.join(CACHE_DIR, 'handler.mjs'),
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
  const label = path.basename(path.dirname(source));
  const file = await keepInCache(`${label}-${contentHash(output.contents)}.mjs`, output.contents);
  const imports = Object.values(result.metafile.outputs).flatMap((each) => each.imports);
  const packages = imports.filter((each) => each.external === true && each.kind === 'import-statement').map((each) => each.path);
  return { url: pathToFileURL(file), packages };
}
