import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fenFromYuan, splitFen, yuanText } from './money.ts';

describe('fenFromYuan', () => {
  test.each([
    [19.9, 1_990],
    ['19.90', 1_990],
    [0.29, 29],
    [1.1, 110],
    ['49.7', 4_970],
    ['  8.00 ', 800],
    ['1.1000', 110],
    [0, 0],
    ['-0.00', 0],
    [-3.05, -305],
    ['-0.01', -1],
    ['999999999999.99', 99_999_999_999_999],
  ])('reads %j as %d fen', (yuan, fen) => {
    expect(fenFromYuan(yuan)).toBe(fen);
  });

  test('keeps three times 19.9 exact by multiplying fen, not yuan', () => {
    expect((fenFromYuan(19.9) ?? 0) * 3).toBe(5_970);
  });

  test.each([['1.234'], ['1,000.00'], ['¥1'], [''], ['.5'], ['+5'], ['1e3'], ['0x10'], ['１.２'], ['1.2.3'], ['1000000000000'], [Number.NaN], [Number.POSITIVE_INFINITY], [1e21], [1e-7]])('takes %j for no amount', (junk) => {
    expect(fenFromYuan(junk)).toBeUndefined();
  });

  test('gives back every amount that was written as yuan, as text and as a JSON number', () => {
    fc.assert(
      fc.property(fc.integer({ min: -100_000_000_000, max: 100_000_000_000 }), (fen) => {
        expect(fenFromYuan(yuanText(fen))).toBe(fen);
        expect(fenFromYuan(Number(yuanText(fen)))).toBe(fen);
      }),
    );
  });
});

describe('splitFen', () => {
  const weights = fc.array(fc.integer({ min: 0, max: 1_000_000_000 }), { minLength: 1, maxLength: 40 });

  test('gives parts that sum to the total, whatever the weights', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1_000_000_000_000, max: 1_000_000_000_000 }), weights, (total, shares) => {
        const parts = splitFen(total, shares);
        expect(parts).toHaveLength(shares.length);
        expect(parts.reduce((sum, part) => sum + part, 0)).toBe(total);
      }),
    );
  });

  test('gives no negative part of a non-negative total, and none far from its share', () => {
    fc.assert(
      fc.property(fc.nat(1_000_000_000), weights, (total, shares) => {
        const sum = shares.reduce((all, share) => all + share, 0);
        splitFen(total, shares).forEach((part, index) => {
          expect(part).toBeGreaterThanOrEqual(0);
          if (sum > 0) expect(Math.abs(part - (total * (shares[index] ?? 0)) / sum)).toBeLessThanOrEqual(shares.length);
        });
      }),
    );
  });

  test('gives the remainder to the last part', () => {
    expect(splitFen(100, [1, 1, 1])).toEqual([33, 33, 34]);
    expect(splitFen(100, [0, 0, 0])).toEqual([33, 33, 34]);
  });
});
