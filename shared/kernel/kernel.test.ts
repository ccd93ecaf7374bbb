import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ERRORS } from './errors.ts';
import { newId } from './ids.ts';
import { parseJson } from './json.ts';
import { cursorOf, pageQuerySchema, positionOf } from './page.ts';
import { chinaDay, chinaTextFromMs, isoFromUnixSeconds, msFromChinaText } from './time.ts';

describe('parseJson', () => {
  test('keeps an int64 at every depth as text, and everything else as it is', () => {
    const text = '{"id":6931234567890123456,"small":42,"deep":[{"tid":-9007199254740993,"list":[9223372036854775807,1.5]}],"float":0.1234567890123456789,"text":"6931234567890123456","none":null}';
    expect(parseJson(text)).toEqual({
      id: '6931234567890123456',
      small: 42,
      deep: [{ tid: '-9007199254740993', list: ['9223372036854775807', 1.5] }],
      float: 0.123_456_789_012_345_68,
      text: '6931234567890123456',
      none: null,
    });
  });

  test('leaves JSON inside of a string to a call of its own', () => {
    const outer = parseJson('{"data":"{\\"tid\\":2231958349012345678}"}');
    expect(outer).toEqual({ data: '{"tid":2231958349012345678}' });
    expect(parseJson('{"tid":2231958349012345678}')).toEqual({ tid: '2231958349012345678' });
  });

  test('keeps the largest safe integers as numbers', () => {
    expect(parseJson('[9007199254740991,-9007199254740991,9007199254740992]')).toEqual([9_007_199_254_740_991, -9_007_199_254_740_991, '9007199254740992']);
  });

  test('reads every JSON value without long integers as JSON.parse does', () => {
    fc.assert(
      fc.property(fc.json().filter((text) => !/\d{16}/.test(text)), (text) => {
        expect(parseJson(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  test('reads every int64 back as its own digits', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (id) => {
        expect(JSON.stringify(parseJson(`[[{"a":${id}}]]`)).replaceAll('"', '')).toBe(`[[{a:${id}}]]`);
      }),
    );
  });

  test.each([[''], ['{'], ['{"a":01}'], ["{'a':1}"], ['NaN'], ['{"a":1}x'], ['{6931234567890123456 :1}'], ['[06931234567890123456]']])('throws on %j', (text) => {
    expect(() => parseJson(text)).toThrow(SyntaxError);
  });
});

test.each([['"\\'], ['"'], ['\\"'], ['{"a":"'], ['1234567890123456'], ['-'], ['[']])('half a megabyte of %j is refused in no time', { timeout: 2_000 }, (text) => {
  expect(() => parseJson(`${text.repeat(Math.floor(500_000 / text.length))}1234567890123456"\\`)).toThrow();
});

describe('China time', () => {
  test('is eight hours ahead', () => {
    expect(chinaTextFromMs(Date.parse('2026-11-23T16:00:00.000Z'))).toBe('2026-11-24 00:00:00');
    expect(chinaDay(Date.parse('2026-11-23T15:59:59.999Z'))).toBe('2026-11-23');
    expect(msFromChinaText('2026-11-24 00:00:00')).toBe(Date.parse('2026-11-23T16:00:00.000Z'));
  });

  test('is read back from its text', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_102_444_800 }), (seconds) => {
        expect(msFromChinaText(chinaTextFromMs(seconds * 1_000))).toBe(seconds * 1_000);
      }),
    );
  });

  test.each([['2026-02-30 00:00:00'], ['2026-13-01 00:00:00'], ['2026-01-01 24:00:00'], ['0000-00-00 00:00:00'], ['2026-01-01T00:00:00'], ['2026-01-01'], ['']])('takes %j for no time', (text) => {
    expect(msFromChinaText(text)).toBeUndefined();
  });
});

test.each([
  [1_700_000_000, '2023-11-14T22:13:20.000Z'],
  [0, undefined],
  [-1, undefined],
  [Number.NaN, undefined],
  [Number.POSITIVE_INFINITY, undefined],
  [1_700_000_000_000, undefined],
  [1e300, undefined],
])('Unix seconds %d are %j', (seconds, iso) => {
  expect(isoFromUnixSeconds(seconds)).toBe(iso);
});

test('ids use the whole alphabet evenly, and have the length asked for', () => {
  const every = newId((count) => Uint8Array.from({ length: count }, (_, index) => index), 256);
  const counts = Map.groupBy(every, (character) => character);
  expect(counts.size).toBe(32);
  expect([...counts.values()].every(({ length }) => length === 8)).toBe(true);
  expect(every).toMatch(/^[0-9a-hjkmnp-tv-z]{256}$/);
});

describe('cursors', () => {
  test('give back every position that a key can be', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 30, unit: 'grapheme' }), (position) => {
        expect(positionOf(cursorOf(position))).toBe(position);
      }),
    );
  });

  test.each([[''], ['!!!'], ['YQ=='], ['YR'], ['_w'], ['a'], [cursorOf('x'.repeat(1_025))]])('%j is no cursor of ours', (cursor) => {
    expect(positionOf(cursor)).toBeUndefined();
  });

  test.each([['0'], ['201'], ['1.5'], ['ten'], ['-1'], ['1e9']])('a page of %j items is refused', (limit) => {
    expect(pageQuerySchema.safeParse({ limit }).success).toBe(false);
  });
});

test('errors have a sentence in both languages and a status of the right kind', () => {
  for (const [code, { http, en, zh }] of Object.entries(ERRORS)) {
    expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/);
    expect(http).toBeGreaterThanOrEqual(400);
    expect(en).toMatch(/\.$/);
    expect(zh).toMatch(/[一-鿿]/);
  }
});
