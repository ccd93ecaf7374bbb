import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startDemo } from './demo-feed.ts';
import { worldSnapshotSchema } from './snapshot.ts';
import { StubHub } from './stub-hub.ts';

let hub: StubHub;
let dataDir: string;

beforeEach(async () => {
  hub = new StubHub();
  await hub.start();
  dataDir = await mkdtemp(join(tmpdir(), 'shuniu-feed-'));
});
afterEach(async () => {
  hub.stop();
  await rm(dataDir, { recursive: true, force: true });
});

/** Runs the demo until a line of it satisfies the condition. */
async function runUntil(isEnough: (line: string) => boolean): Promise<string[]> {
  const lines: string[] = [];
  const enough = Promise.withResolvers<void>();
  const log = (line: string): void => {
    lines.push(line);
    if (isEnough(line)) enough.resolve();
  };
  const demo = await startDemo({ hubUrl: hub.url, dataDir, log, coloured: false, pace: { orderEveryMs: 20, watchEveryMs: 20 } });
  await enough.promise;
  await demo.stop();
  return lines;
}

test('the demo sets up a tenant, says where to look, and tells of each order', async () => {
  const lines = await runUntil((line) => line.includes('→'));
  expect(lines.some((line) => line.includes(`${hub.url}/#key=sk_demo`))).toBe(true);
  expect(lines.at(-1)).toMatch(/^\d\d:\d\d:\d\d {2}\S+ +保温杯×2 {2}嘉兴仓 → 浙江省杭州市滨江区 {2}\(5\.00 元,80 km;最近且有货\)$/);
  expect(hub.calls.filter((call) => call.startsWith('PUT /v1/warehouses/'))).toHaveLength(5);
  expect(hub.calls.filter((call) => call.startsWith('PUT /v1/products/'))).toHaveLength(40);
  expect(hub.calls.filter((call) => call === 'POST /v1/connections')).toHaveLength(4);
  expect(hub.pushes.length).toBeGreaterThan(0);
});

test('a restart finds the same tenant, shops and orders again', async () => {
  await runUntil((line) => line.includes('→'));
  const before = worldSnapshotSchema.parse(JSON.parse(await readFile(join(dataDir, 'simulator.json'), 'utf8')));
  await runUntil((line) => line.includes('→'));
  const after = worldSnapshotSchema.parse(JSON.parse(await readFile(join(dataDir, 'simulator.json'), 'utf8')));
  expect(hub.calls.filter((call) => call === 'POST /v1/trials')).toHaveLength(1);
  expect(after.shops).toEqual(before.shops);
  expect(after.orders.slice(0, before.orders.length).map(({ orderId }) => orderId)).toEqual(before.orders.map(({ orderId }) => orderId));
});
