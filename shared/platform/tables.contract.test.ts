import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MemoryTables } from '../kernel/tables.memory.ts';
import type { Key, Write } from '../kernel/tables.ts';
import { startLocalTables } from './testing/local-tables.ts';

let local: Awaited<ReturnType<typeof startLocalTables>>;

beforeAll(async () => {
  local = await startLocalTables();
});
afterAll(() => local?.stop());

let partitions = 0;
/** Every test works in partitions of its own. */
function partition(): (sk: string) => Key {
  partitions += 1;
  const pk = `p${partitions}`;
  return (sk) => ({ table: 'stock', pk, sk });
}

function put(key: Key, attributes: Extract<Write, { kind: 'put' }>['attributes'] = {}): Write<never> {
  return { kind: 'put', key, attributes };
}

describe.each([
  ['memory', () => new MemoryTables()],
  ['DynamoDB', () => local.tables],
])('tables in %s', (_name, open) => {
  test('give back what was put, of every type of value, and undefined for what was not', async () => {
    const tables = open();
    const key = partition();
    const attributes = { text: '订单', empty: '', number: -1.5, yes: true, bytes: Uint8Array.from([0, 255]), list: ['a', '中'] };
    await tables.transact([put(key('1'), attributes)]);
    expect(await tables.get(key('1'))).toEqual({ ...attributes, pk: key('1').pk, sk: '1' });
    expect(await tables.get(key('2'))).toBeUndefined();
  });

  test('read many keys in the order asked, past one batch, with repeats and gaps', async () => {
    const tables = open();
    const key = partition();
    const names = Array.from({ length: 130 }, (_, index) => String(index));
    for (let from = 0; from < names.length; from += 100) await tables.transact(names.slice(from, from + 100).map((sk) => put(key(sk))));
    const found = await tables.getMany([...names.toReversed(), 'none', '7'].map((sk) => key(sk)));
    expect(found.map((item) => item?.sk)).toEqual([...names.toReversed(), undefined, '7']);
    expect(await tables.getMany([])).toEqual([]);
  });

  test('list a range by prefix and bounds, in both directions, up to the limit', async () => {
    const tables = open();
    const key = partition();
    await tables.transact(['a#1', 'a#2', 'a#3', 'b#1'].map((sk) => put(key(sk))));
    const list = async (range: object): Promise<string[]> => (await tables.query({ table: 'stock', pk: key('').pk, limit: 10, ...range })).map(({ sk }) => sk);
    expect(await list({})).toEqual(['a#1', 'a#2', 'a#3', 'b#1']);
    expect(await list({ prefix: 'a#' })).toEqual(['a#1', 'a#2', 'a#3']);
    expect(await list({ prefix: 'a#', after: 'a#1' })).toEqual(['a#2', 'a#3']);
    expect(await list({ prefix: 'a#', before: 'a#3', descending: true })).toEqual(['a#2', 'a#1']);
    expect(await list({ after: 'a#2' })).toEqual(['a#3', 'b#1']);
    expect(await list({ before: 'a#2' })).toEqual(['a#1']);
    expect(await list({ descending: true, limit: 2 })).toEqual(['b#1', 'a#3']);
    expect(await list({ prefix: 'c' })).toEqual([]);
  });

  test('list the index by its own keys, and give keys only', async () => {
    const tables = open();
    const key = partition();
    const index = `${key('').pk}-index`;
    await tables.transact([put(key('1'), { gsi1pk: index, gsi1sk: 'z', note: 'x' }), put(key('2'), { gsi1pk: index, gsi1sk: 'y' }), put(key('3'))]);
    const items = await tables.query({ table: 'stock', index: 'gsi1', pk: index, limit: 10 });
    expect(items).toEqual([
      { pk: key('').pk, sk: '2', gsi1pk: index, gsi1sk: 'y' },
      { pk: key('').pk, sk: '1', gsi1pk: index, gsi1sk: 'z' },
    ]);
  });

  test('add to numbers from 0, set and remove attributes, in one update', async () => {
    const tables = open();
    const key = partition();
    await tables.transact([{ kind: 'update', key: key('1'), add: { count: 2 }, set: { name: 'a' } }]);
    await tables.transact([{ kind: 'update', key: key('1'), add: { count: -5 }, set: { other: 'b' }, remove: ['name'] }]);
    expect(await tables.get(key('1'))).toEqual({ pk: key('').pk, sk: '1', count: -3, other: 'b' });
  });

  test.each([
    ['exists', { exists: true }, false, true],
    ['does not exist', { exists: false }, true, false],
    ['equals', { equals: { count: 5 } }, false, true],
    ['equals something else', { equals: { count: 6 } }, false, false],
    ['is at least', { atLeast: { count: 5 } }, false, true],
    ['is not at least', { atLeast: { count: 6 } }, false, false],
    ['is at most', { atMost: { count: 5 } }, true, true],
    ['is not at most', { atMost: { count: 4 } }, true, false],
  ])('write only where the record %s', async (_case, when, onMissing, onPresent) => {
    const tables = open();
    for (const [present, expected] of [[false, onMissing], [true, onPresent]] as const) {
      const key = partition();
      if (present) await tables.transact([put(key('1'), { count: 5 })]);
      const done = await tables.transact([{ kind: 'update', key: key('1'), set: { touched: true }, when, refusal: 'no' }]);
      expect(done).toEqual(expected ? { ok: true, value: undefined } : { ok: false, error: 'no' });
      expect((await tables.get(key('1')))?.['touched']).toBe(expected ? true : undefined);
    }
  });

  test('write all of a transaction or nothing, and say which condition failed first', async () => {
    const tables = open();
    const key = partition();
    await tables.transact([put(key('1'), { count: 1 })]);
    const take = (sk: string, refusal: string): Write => ({ kind: 'update', key: key(sk), add: { count: -1 }, when: { atLeast: { count: 1 } }, refusal });
    expect(await tables.transact([put(key('3')), take('1', 'first'), take('2', 'second')])).toEqual({ ok: false, error: 'second' });
    expect(await tables.get(key('3'))).toBeUndefined();
    expect((await tables.get(key('1')))?.['count']).toBe(1);
    expect(await tables.transact([put(key('3')), take('1', 'first')])).toEqual({ ok: true, value: undefined });
    expect(await tables.transact([{ kind: 'check', key: key('3'), when: { exists: true }, refusal: 'gone' }, { kind: 'delete', key: key('1') }])).toEqual({ ok: true, value: undefined });
    expect(await tables.get(key('1'))).toBeUndefined();
  });

  test('let no more than there is be taken by writers side by side', async () => {
    const tables = open();
    const key = partition();
    await tables.transact([put(key('row'), { left: 10 })]);
    const takers = Array.from({ length: 64 }, (_, index) =>
      tables.transact([put(key(`taken-${index}`)), { kind: 'update', key: key('row'), add: { left: -1 }, when: { atLeast: { left: 1 } }, refusal: 'short' }]),
    );
    expect((await Promise.all(takers)).filter(({ ok }) => ok)).toHaveLength(10);
    expect((await tables.get(key('row')))?.['left']).toBe(0);
    expect(await tables.query({ table: 'stock', pk: key('').pk, prefix: 'taken-', limit: 100 })).toHaveLength(10);
  });

  test('refuse more writes than a transaction holds as a bug of ours', async () => {
    const key = partition();
    const writes = Array.from({ length: 101 }, (_, index) => put(key(String(index))));
    await expect(open().transact(writes)).rejects.toThrow('101 writes');
  });
});
