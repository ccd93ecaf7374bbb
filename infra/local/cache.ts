import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, stat, unlink, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** The root of the project. */
export const PROJECT_DIR = path.join(import.meta.dirname, '../..');
/** In the project's node_modules, so that bundles kept here find the packages. */
export const CACHE_DIR = path.join(PROJECT_DIR, 'node_modules/.cache/shuniu-local');
/** Files are named by what they are made of; those that no hub has used for a day are removed. */
const KEEP_MS = 86_400_000;

/** A short name for contents. */
export function contentHash(...contents: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const each of contents) hash.update(each);
  return hash.digest('hex').slice(0, 20);
}

/** Keeps contents under a name that stands for them, and gives the path. */
export async function keepInCache(name: string, contents: string | Uint8Array): Promise<string> {
  const file = path.join(CACHE_DIR, name);
  if (await touch(file)) return file;
  await mkdir(CACHE_DIR, { recursive: true });
  // Another hub may be writing, or running, the same file: it appears whole.
  const temporary = `${file}.${process.pid}.tmp`;
  await writeFile(temporary, contents);
  await rename(temporary, file);
  return file;
}

/** What is kept under the name, or undefined. */
export async function readFromCache(name: string): Promise<string | undefined> {
  const file = path.join(CACHE_DIR, name);
  return (await touch(file)) ? readFile(file, 'utf8') : undefined;
}

/** Removes what has not been used for a day. */
export async function cleanCache(): Promise<void> {
  for (const name of await readdir(CACHE_DIR)) {
    const file = path.join(CACHE_DIR, name);
    const ageMs = await stat(file).then(({ mtimeMs }) => Date.now() - mtimeMs, () => 0);
    if (ageMs > KEEP_MS) await unlink(file).catch(() => {});
  }
}

async function touch(file: string): Promise<boolean> {
  const now = new Date();
  return utimes(file, now, now).then(() => true, () => false);
}
