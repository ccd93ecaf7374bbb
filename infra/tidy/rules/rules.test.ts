import { describe, expect, test } from 'vitest';
import { report, sourceOf } from '../source.ts';
import { errorFindings } from './errors.ts';
import { folderFindings } from './folders.ts';
import { importFindings } from './imports.ts';
import { nameFindings } from './names.ts';
import { purityFindings } from './purity.ts';
import { sizeFindings } from './sizes.ts';
import { textFindings } from './text.ts';
import { typeFindings } from './types.ts';

/** Each rule is given faults planted for it, and code that is right; it must find the first and pass the second. */
function lines(count: number): string {
  return 'export const x = 1;\n'.repeat(count);
}

describe('imports', () => {
  test.each([
    ['shared/kernel/money.ts', "import { x } from '../orders/schema.ts';"],
    ['shared/kernel/money.ts', "import { readFileSync } from 'node:fs';"],
    ['shared/kernel/ids.ts', "import { randomBytes } from 'node:crypto';"],
    ['shared/kernel/ids.ts', "import * as crypto from 'node:crypto';"],
    ['shared/orders/decide.ts', "import { x } from '../stock/store.ts';"],
    ['shared/orders/decide.ts', "import type { X } from '../stock/store.ts';"],
    ['shared/orders/decide.ts', "export { x } from '../platform/env.ts';"],
    ['shared/orders/decide.ts', "const { x } = await import('@aws-sdk/client-dynamodb');"],
    ['shared/orders/decide.test.ts', "import { x } from '../../functions/flows/hub.ts';"],
    ['shared/orders/decide.test.ts', "import { x } from '../platform/testing/local-tables.ts';"],
    ['shared/orders/store.contract.test.ts', "import { x } from '../platform/tables.dynamo.ts';"],
    ['shared/channels/douyin/verify.ts', "import { x } from '../wechat/verify.ts';"],
    ['shared/channels/douyin/verify.ts', "import { x } from '../registry.ts';"],
    ['functions/flows/settle.ts', "import { DynamoDBClient } from '@aws-sdk/client-dynamodb';"],
    ['functions/flows/settle.ts', "import { x } from '../orders-api/shipment.ts';"],
    ['functions/stock-api/list.ts', "import { x } from '../orders-api/shipment.ts';"],
    ['functions/stock-api/list.ts', "import { x } from '../orders-api/contract.ts';"],
    ['functions/stock-api/list.ts', "import { x } from './handler.ts';"],
    ['functions/stock-api/list.ts', "import { x } from '../../infra/stages.ts';"],
    ['functions/stock-api/list.ts', "import { readFileSync } from 'node:fs';"],
    ['functions/console/web/app.js', "import { x } from '../console.ts';"],
    ['infra/simulator/world.ts', "import { x } from '../../shared/channels/channel.ts';"],
    ['infra/simulator/world.test.ts', "import { x } from '../../shared/orders/schema.ts';"],
    ['infra/app.ts', "import { x } from '../../outside.ts';"],
  ])('finds in %s: %s', (file, text) => {
    expect(report(importFindings(sourceOf(file, `\n${text}`)))).toMatch(`${file}:2 imports`);
  });

  test.each([
    ['shared/kernel/codec.ts', "import { createHash, timingSafeEqual } from 'node:crypto'; import * as z from 'zod'; import { ok } from './result.ts';"],
    ['shared/orders/schema.ts', "import { routingSchema } from '../routing/schema.ts'; import { deflateRawSync } from 'node:zlib';"],
    ['shared/orders/decide.test.ts', "import { readFileSync } from 'node:fs'; import fc from 'fast-check';"],
    ['shared/channels/douyin/verify.ts', "import type { Verdict } from '../channel.ts'; import { x } from './wire.ts';"],
    ['shared/channels/registry.ts', "import { douyin } from './douyin/douyin.ts';"],
    ['shared/orders/store.contract.test.ts', "import { x } from '../platform/testing/local-tables.ts';"],
    ['shared/platform/testing/local-tables.ts', "import { x } from '../../../infra/local/engines/dynoxide.ts';"],
    ['shared/platform/aws.ts', "import { SQSClient } from '@aws-sdk/client-sqs'; import { setTimeout } from 'node:timers/promises';"],
    ['functions/stock-api/handler.ts', "import type { SQSEvent } from 'aws-lambda'; import { liveHub } from '../flows/live-hub.ts'; import { x } from '../../shared/stock/store.ts';"],
    ['functions/stock-api/handler.test.ts', "import { handlersOf } from './handler.ts'; import { x } from '../flows/testing/memory-hub.ts';"],
    ['functions/console/openapi.ts', "import { contract } from '../orders-api/contract.ts';"],
    ['infra/simulator/world.ts', "import type { PlatformChannel } from '../../shared/kernel/channel-order.ts';"],
  ])('passes %s: %s', (file, text) => {
    expect(report(importFindings(sourceOf(file, text)))).toBe('');
  });
});

describe('purity', () => {
  test.each(['Date.now()', 'new Date()', 'Date()', 'Math.random()', 'crypto.randomUUID()', 'randomBytes(8)', 'process.env.X', 'fetch(url)', 'setTimeout(f, 1)', 'console.log(1)', 'performance.now()'])('finds %s', (text) => {
    expect(report(purityFindings(sourceOf('shared/orders/decide.ts', `const x = ${text};`)))).toMatch('shared/orders/decide.ts:1');
    expect(report(purityFindings(sourceOf('functions/flows/settle.ts', `const x = () => ${text};`)))).not.toBe('');
    expect(report(purityFindings(sourceOf('shared/platform/outside.ts', `const x = ${text};`)))).toBe('');
    expect(report(purityFindings(sourceOf('shared/orders/decide.test.ts', `const x = ${text};`)))).toBe('');
  });

  test('passes what computes from its arguments', () => {
    const text = "const x = new Date(ms).toISOString() + Date.parse(iso) + Math.max(1, 2); // Date.now() would not do\nconst y = 'console.log';";
    expect(report(purityFindings(sourceOf('shared/orders/decide.ts', text)))).toBe('');
  });
});

describe('sizes', () => {
  test('finds files, handlers and tests that are too long, and no others', () => {
    const findings = (file: string, count: number): number => sizeFindings(sourceOf(file, lines(count))).length;
    expect([findings('shared/a/b.ts', 300), findings('shared/a/b.test.ts', 500), findings('functions/a/handler.ts', 60)]).toEqual([0, 0, 0]);
    expect([findings('shared/a/b.ts', 301), findings('shared/a/b.test.ts', 501), findings('functions/a/handler.ts', 61)]).toEqual([1, 1, 1]);
  });

  test.each(['function f(a, b, c, d) {}', 'const f = (a, b, c, d) => 1;', 'class A { f(a, b, c, d) {} }', 'interface A { f(a: 1, b: 1, c: 1, d: 1): void }'])('finds a fourth parameter: %s', (text) => {
    expect(sizeFindings(sourceOf('shared/a/b.ts', text))).toHaveLength(1);
  });

  test('leaves the rows of a table of tests to the table', () => {
    const text = "test.each([[1, 2, 3, 4]])('x', (a, b, c, d) => {}); fc.property(w, x, y, z, (a, b, c, d) => {});";
    expect(sizeFindings(sourceOf('shared/a/b.test.ts', text))).toEqual([]);
  });
});

describe('types', () => {
  test.each(['let x: any;', 'const x = y as Product;', 'const x = <Product>y;', 'const x = y!.z;', 'enum Colour { Red }', 'namespace N { export const x = 1; }', 'class A { constructor(readonly x: string) {} }'])('finds %s', (text) => {
    expect(typeFindings(sourceOf('shared/a/b.ts', text))).toHaveLength(1);
  });

  test('passes constants and satisfies', () => {
    expect(typeFindings(sourceOf('shared/a/b.ts', "const x = ['a'] as const satisfies readonly string[]; const y = { a: 1 } as const; import { a as b } from './c.ts';"))).toEqual([]);
  });
});

describe('error codes', () => {
  const table = sourceOf('shared/kernel/errors.ts', 'export const ERRORS = {\n  used: 1,\n  idle: 2,\n};');

  test('finds codes that are not listed, and listed ones that nothing answers with', () => {
    const user = sourceOf('functions/a/b.ts', "refuse('used'); refuse(bad ? 'used' : 'new'); err({ code: 'other' }); const c = { refusals: ['third'] };");
    const found = report(errorFindings([table, user], ['used', 'idle'], table.file));
    for (const code of ['new', 'other', 'third']) expect(found).toMatch(`functions/a/b.ts:1 the code ${code} `);
    expect(found).toMatch('shared/kernel/errors.ts:3 nothing answers with idle');
    expect(found).not.toMatch('code used');
  });

  test("leaves what a platform's API failed with alone", () => {
    const user = sourceOf('shared/channels/a/b.ts', "refuse('used'); refuse('idle'); err({ kind: 'unavailable', code: 'no_answer', message: '' });");
    expect(errorFindings([table, user], ['used', 'idle'], table.file)).toEqual([]);
  });
});

describe('folders', () => {
  const channel = ['ebay.ts', ...['verify', 'payload', 'translate', 'client'].flatMap((name) => [`${name}.ts`, `${name}.test.ts`])].map((name) => `shared/channels/ebay/${name}`);
  const hook = ['functions/hook/handler.ts', 'functions/hook/handler.test.ts', 'functions/flows/hub.ts'];

  test('pass when they are whole, and any missing file is found', () => {
    const whole = [...channel, ...hook];
    expect(folderFindings(whole, ['ebay'])).toEqual([]);
    for (const file of whole.slice(0, -1)) expect(report(folderFindings(whole.filter((each) => each !== file), ['ebay']))).toMatch(`${file}:1 is missing`);
  });

  test('find a channel that is listed and not there, and one that is there and not listed', () => {
    expect(report(folderFindings(channel, ['ebay', 'etsy']))).toMatch('shared/channels/etsy:1 is missing');
    expect(report(folderFindings(channel, []))).toMatch('shared/channels/ebay:1 is no channel');
  });
});

describe('names and text', () => {
  test.each(['shared/orders/orderStore.ts', 'shared/Orders/store.ts', 'shared/order_id/a.ts', 'shared/utils/a.ts', 'shared/orders/date-helper.ts', 'infra/common.ts', 'functions/flows/shop-manager.ts'])('find %s', (file) => {
    expect(nameFindings(file)).not.toEqual([]);
  });

  test.each(['shared/orders/store.dynamo.ts', 'shared/channels/douyin/fixtures/api_order_detail.json', 'infra/local/README.md', 'infra/local/runtime.contract.test.ts'])('pass %s', (file) => {
    expect(nameFindings(file)).toEqual([]);
  });

  test('find what was left over', () => {
    const faults = ['// TO'.concat('DO: later'), 'it.'.concat("skip('x', f)"), 'describe.'.concat("only('x', f)"), '// @ts-'.concat('ignore'), '// oxlint-'.concat('disable no-new'), "const x = '/".concat("root/x';"), '// const x = '.concat('1;')];
    expect(textFindings({ file: 'a.ts', text: faults.join('\n') }).map(({ line }) => line)).toEqual(faults.map((_, index) => index + 1));
  });

  test('pass one hidden line with its reason, and words that only look alike', () => {
    const hidden = '// oxlint-'.concat('disable-next-line typescript/unbound-method -- it is called on its own server');
    const text = `${hidden}\nconst a = 'fixtures/work/handler.ts'; // a mastodon\nexpect(only.skip).toBe(1);`;
    expect(textFindings({ file: 'a.ts', text })).toEqual([]);
  });
});
