import { execFile, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { startChild, type Child } from '../local/fixtures/child-process.ts';
import { HubClient } from '../simulator/hub-client.ts';
import { ordersOf } from './stock-check.ts';
import { freePort, STORY_MS, temporaryDirectory, WAIT } from './test-hub.ts';

/** The first command of the README, as a stranger runs it. */
const START = path.join(import.meta.dirname, '../local/start.mjs');

let dataDir = '';
const cleanUps: (() => Promise<unknown>)[] = [];
beforeEach(async () => {
  const directory = await temporaryDirectory();
  dataDir = directory.path;
  cleanUps.push(() => directory.remove());
});
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

interface Started {
  readonly child: Child;
  readonly url: string;
  readonly seconds: number;
}

function run(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Child {
  const child = startChild('start.mjs', args, { PORT: '0', SHUNIU_DATA: dataDir, ...environment });
  cleanUps.push(() => child.end('SIGKILL'));
  return child;
}

async function start(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Started> {
  const child = run(args, environment);
  const [, url = '', seconds = ''] = await child.prints(/is ready at (http:\S+) after ([\d.]+) s/);
  return { child, url, seconds: Number(seconds) };
}

const openTrial = (url: string) => new HubClient(url).startTrial({ company: 'Start', contact: '1' });

describe('npm start', () => {
  test('is ready soon, says where, and ends in good order when it is asked to', async () => {
    const port = await freePort();
    const { child, url, seconds } = await start(['--no-demo'], { PORT: String(port) });
    console.log(`ready after ${seconds} s`);
    expect(url).toBe(`http://127.0.0.1:${port}`);
    expect(child.output()).toContain(dataDir);
    expect(await new HubClient(url).isHealthy()).toBe(true);
    expect((await fetch(url)).headers.get('content-type')).toContain('text/html');
    expect(await child.end('SIGTERM')).toBe(0);
  });

  test('opens a demo shop whose orders come in and are allocated, one line each', async () => {
    const { child, url } = await start([]);
    const [, key = ''] = await child.prints(/#key=(\S+)/);
    await child.prints(/(抖音|淘宝|拼多多|微信|视频号|小店).*(嘉兴|东莞|廊坊|成都|武汉)/);
    const client = new HubClient(url, key);
    await vi.waitFor(async () => expect((await ordersOf(client)).map(({ status }) => status)).toContain('allocated'), WAIT);
    expect(new Set((await client.stock()).map(({ warehouse }) => warehouse)).size).toBe(5);
    expect(await child.end('SIGTERM')).toBe(0);
  }, STORY_MS);

  test('without the demo has nobody and nothing', async () => {
    const { child } = await start(['--no-demo']);
    expect(child.output()).not.toContain('#key=');
    expect(await readdir(dataDir)).not.toContain('demo.json');
  });

  test('keeps everything for the next start, and --fresh starts over but leaves what is not its own', async () => {
    const first = await start(['--no-demo']);
    const { client } = await openTrial(first.url);
    await client.putProduct('TS', { name: '速干T恤' });
    await writeFile(path.join(dataDir, 'notes.txt'), 'mine');
    expect(await first.child.end('SIGTERM')).toBe(0);

    const second = await start(['--no-demo']);
    expect(await new HubClient(second.url, client.apiKey).call('GET', '/v1/products')).toMatchObject({ items: [{ sku: 'TS' }] });
    expect(await second.child.end('SIGTERM')).toBe(0);

    const third = await start(['--no-demo', '--fresh']);
    await expect(new HubClient(third.url, client.apiKey).call('GET', '/v1/products')).rejects.toMatchObject({ status: 401 });
    expect(await readdir(dataDir)).toContain('notes.txt');
    expect(await third.child.end('SIGTERM')).toBe(0);
  });
});

describe('in one line and with a failure, npm start says', () => {
  const lines = (text: string): string[] => text.trimEnd().split('\n');

  test('that the port is in use, and how to take another', async () => {
    const squatter = createServer().listen(0, '127.0.0.1');
    await once(squatter, 'listening');
    cleanUps.push(async () => squatter.close());
    const address = squatter.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const child = run(['--no-demo'], { PORT: String(port) });
    await child.ended;
    expect(child.output()).toBe(`port ${port} is in use; choose another: PORT=${port + 1} npm start\n`);
    expect(child.process.exitCode).toBe(1);
  });

  test('that another hub has the data, and leaves that hub and its data alone', async () => {
    const first = await start(['--no-demo']);
    const { client } = await openTrial(first.url);
    for (const args of [['--no-demo'], ['--no-demo', '--fresh']]) {
      const child = run(args);
      await child.ended;
      expect(lines(child.output())).toEqual([expect.stringContaining(`another hub (process ${first.child.process.pid}) runs on ${dataDir}`)]);
      expect(child.process.exitCode).toBe(1);
    }
    expect(await ordersOf(client)).toEqual([]);
  });

  test.each([
    ['an option that is none', ['--wrong'], {}],
    ['a port that is no number', ['--no-demo'], { PORT: 'http' }],
    ['a port that is too high', ['--no-demo'], { PORT: '70000' }],
  ])('how it is used, for %s', async (_name, args, environment) => {
    const child = run(args, environment);
    await child.ended;
    expect(child.output()).toContain('usage: npm start');
    expect(child.output()).not.toMatch(/^ +at /m);
    expect(child.process.exitCode).toBe(2);
  });

  test('that its Node is too old, and where a newer one is', async () => {
    const old = 'data:text/javascript,Object.defineProperty(process,"versions",{value:{...process.versions,node:"20.11.0"}})';
    const { code, output } = await runWith(process.execPath, ['--import', old, START]);
    expect(lines(output)).toEqual([expect.stringMatching(/^Shuniu needs Node 22\.18 or newer, and this is 20\.11\.0\. .*nodejs\.org/)]);
    expect(code).toBe(1);
  });

  const oldNode = nodeBefore(22);
  test.runIf(oldNode !== undefined)('the same under a Node that truly is too old', async () => {
    const { code, output } = await runWith(oldNode ?? '', [START]);
    expect(lines(output)).toEqual([expect.stringMatching(/^Shuniu needs Node 22\.18 or newer, and this is \d+\.\d+\.\d+\. /)]);
    expect(code).toBe(1);
  });
});

function runWith(program: string, args: readonly string[]): Promise<{ code: unknown; output: string }> {
  const { promise, resolve } = Promise.withResolvers<{ code: unknown; output: string }>();
  execFile(program, args, { env: { PATH: process.env['PATH'], HOME: process.env['HOME'] } }, (error, stdout, stderr) => resolve({ code: error?.code ?? 0, output: stdout + stderr }));
  return promise;
}

/** A Node on the path that is older than the major version; a machine may have none. */
function nodeBefore(major: number): string | undefined {
  const programs = (process.env['PATH'] ?? '').split(path.delimiter).map((directory) => path.join(directory, 'node'));
  return programs.find((program) => {
    try {
      accessSync(program, constants.X_OK);
      return Number(/^v(\d+)/.exec(execFileSync(program, ['--version']).toString())?.[1]) < major;
    } catch {
      return false;
    }
  });
}
