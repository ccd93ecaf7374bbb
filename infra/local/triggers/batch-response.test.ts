import { describe, expect, test } from 'vitest';
import { failedItems, firstFailed } from './batch-response.ts';

const ids = ['a', 'b', 'c'];
const failures = (...identifiers: unknown[]) => ({ batchItemFailures: identifiers.map((itemIdentifier) => ({ itemIdentifier })) });

describe('the answer to a batch', () => {
  test.each([undefined, null, '', {}, { batchItemFailures: [] }, { batchItemFailures: null }, { other: 1 }])('is success when it is %j', (answer) => {
    expect(failedItems(answer, ids)).toEqual(new Set());
  });

  test('names the items that failed', () => {
    expect(failedItems(failures('b', 'c', 'b'), ids)).toEqual(new Set(['b', 'c']));
  });

  test.each([failures('x'), failures('a', 'x'), failures(''), failures(null), failures(5), { batchItemFailures: 'a' }, { batchItemFailures: [{}] }, 'done', 7])(
    'fails the whole batch when it is %j',
    (answer) => {
      expect(failedItems(answer, ids)).toEqual(new Set(ids));
    },
  );

  test('makes a stream go on at the first item that failed', () => {
    expect(firstFailed(failures('c', 'b'), ids)).toBe(1);
    expect(firstFailed(failures('x'), ids)).toBe(0);
    expect(firstFailed({}, ids)).toBeUndefined();
  });
});
