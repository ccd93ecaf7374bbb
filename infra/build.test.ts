import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { buildFunctions } from './build.ts';

let root = '';
let functionsDir = '';
let outDir = '';

async function writeHandler(name: string, source: string): Promise<void> {
  await mkdir(path.join(functionsDir, name), { recursive: true });
  await writeFile(path.join(functionsDir, name, 'handler.ts'), source);
}

async function answerOf(bundle: string): Promise<string> {
  const script = `import { handler } from ${JSON.stringify(bundle)}; process.stdout.write(await handler());`;
  return (await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script])).stdout;
}

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'shuniu-build-'));
  functionsDir = path.join(root, 'functions');
  outDir = path.join(root, 'dist');
  await writeHandler('hello', "import { sep } from 'node:path';\nexport const handler = async (): Promise<string> => `你好${sep}`;\n");
});
afterEach(() => rm(root, { recursive: true, force: true }));

describe('buildFunctions', () => {
  test('makes an ES module that runs, with its source map elsewhere', async () => {
    const bundles = await buildFunctions({ outDir, functionsDir, names: ['hello'] });
    const file = path.join(outDir, 'hello/index.mjs');
    expect(bundles).toEqual([{ name: 'hello', bytes: (await readFile(file)).byteLength, laterBytes: 0 }]);
    expect(await readdir(path.join(outDir, 'hello'))).toEqual(['index.mjs']);
    expect(await readdir(path.join(outDir, 'maps/hello'))).toEqual(['index.mjs.map']);
    expect(await answerOf(file)).toBe(`你好${path.sep}`);
  });

  test('keeps what is imported dynamically out of the start', async () => {
    await writeFile(path.join(functionsDir, 'hello/rare.ts'), `export const word: string = '${'rare'.repeat(1_000)}';\n`);
    await writeHandler('hello', "export const handler = async (): Promise<string> => (await import('./rare.ts')).word.slice(0, 4);\n");
    const [bundle] = await buildFunctions({ outDir, functionsDir, names: ['hello'], bytesMax: 1_000 });
    expect(bundle?.laterBytes).toBeGreaterThan(4_000);
    expect(await answerOf(path.join(outDir, 'hello/index.mjs'))).toBe('rare');
  });

  test('ships the browser files of a function beside its bundle', async () => {
    await mkdir(path.join(functionsDir, 'hello/web'));
    await writeFile(path.join(functionsDir, 'hello/web/page.html'), '<!doctype html>');
    await writeFile(path.join(functionsDir, 'hello/web/page.test.ts'), '');
    await buildFunctions({ outDir, functionsDir, names: ['hello'] });
    expect(await readdir(path.join(outDir, 'hello/web'))).toEqual(['page.html']);
  });

  test('fails with the names of missing handlers', async () => {
    await expect(buildFunctions({ outDir, functionsDir, names: ['hello', 'absent'] })).rejects.toThrow('without a handler.ts: absent');
  });

  test('fails on a handler that the table does not name', async () => {
    await writeHandler('stray', 'export const handler = () => 1;\n');
    await expect(buildFunctions({ outDir, functionsDir, names: ['hello'] })).rejects.toThrow('lacks the functions: stray');
  });

  test('fails on a bundle over the limit, and says how large it is', async () => {
    await expect(buildFunctions({ outDir, functionsDir, names: ['hello'], bytesMax: 10 })).rejects.toThrow(/at most 0\.0 kB minified: hello is 0\.\d kB/);
  });
});
