import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseJson } from './json.ts';

/** The slow and certain way: a reviver that sees the source of every number. */
function byReviver(text: string): unknown {
  return JSON.parse(text, (_key, value: unknown, context?: { source?: string }) => {
    const source = context?.source ?? '';
    return typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(source) ? source : value;
  });
}

const numberText = fc.oneof(
  fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }).map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.tuple(fc.bigInt({ min: 0n, max: 10n ** 20n }), fc.bigInt({ min: 0n, max: 10n ** 20n })).map(([whole, part]) => `${whole}.${part}`),
  fc.tuple(fc.bigInt({ min: 1n, max: 10n ** 18n }), fc.integer({ min: -20, max: 20 })).map(([whole, power]) => `${whole}e${power}`),
);
const stringText = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), numberText, numberText.map((number) => `"${number}" \\ ${number}`)).map((text) => JSON.stringify(text));
const { json } = fc.letrec<{ json: string }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 4 },
    fc.oneof(numberText, stringText, fc.constantFrom('true', 'null')),
    fc.array(tie('json'), { maxLength: 4 }).map((items) => `[${items.join(' , ')}]`),
    fc.array(fc.tuple(stringText, tie('json')), { maxLength: 4 }).map((pairs) => `{${pairs.map(([key, value]) => `${key}:${value}`).join(',')}}`),
  ),
}));

describe('parseJson', () => {
  test('keeps long integers as they were written, at every depth, and leaves the rest alone', () => {
    expect(parseJson('{"p_id":4705288465508532862,"s":[-9007199254740993,{"n":9007199254740991}],"t":"6931234567890123456"}')).toEqual({
      p_id: '4705288465508532862',
      s: ['-9007199254740993', { n: 9_007_199_254_740_991 }],
      t: '6931234567890123456',
    });
  });

  test('keeps fractions and powers numbers, however long', () => {
    const text = '[0.12345678901234567890, 12345678901234567890.5, 1234567890123456789e2]';
    expect(parseJson(text)).toEqual(JSON.parse(text));
  });

  test('reads every text as a reviver would', () => {
    fc.assert(fc.property(json, (text) => {
        expect(parseJson(text)).toEqual(byReviver(text));
      }), { numRuns: 2_000 });
  });

  test.each(['', '{', '{"a":1,}', '00000000000000000001', '12345678901234567890x', "{'a':1}", '[1 1234567890123456789012]'])('throws on %j', (text) => {
    expect(() => parseJson(text)).toThrow(SyntaxError);
  });
});
