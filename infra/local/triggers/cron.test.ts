import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nextRun } from './cron.ts';

const next = (expression: string, after: string, offsetMs = 0) => {
  const ms = nextRun(expression, Date.parse(after), offsetMs);
  return ms === undefined ? undefined : new Date(ms).toISOString();
};

describe('the next run', () => {
  test.each([
    ['rate(1 minute)', '2026-11-24T05:00:00Z', '2026-11-24T05:01:00.000Z'],
    ['rate(5 minutes)', '2026-11-24T05:03:10Z', '2026-11-24T05:05:00.000Z'],
    ['rate(1 day)', '2026-11-24T05:03:10Z', '2026-11-25T00:00:00.000Z'],
    ['cron(15 19 * * ? *)', '2026-11-24T19:15:00Z', '2026-11-25T19:15:00.000Z'],
    ['cron(15 19 * * ? *)', '2026-11-24T19:14:59Z', '2026-11-24T19:15:00.000Z'],
    ['cron(0/15 8-17 ? * MON-FRI *)', '2026-11-27T17:50:00Z', '2026-11-30T08:00:00.000Z'],
    ['cron(0 10,16 1 * ? *)', '2026-11-24T00:00:00Z', '2026-12-01T10:00:00.000Z'],
    ['cron(0 0 L * ? *)', '2028-02-10T00:00:00Z', '2028-02-29T00:00:00.000Z'],
    ['cron(0 0 29 FEB ? *)', '2026-01-01T00:00:00Z', '2028-02-29T00:00:00.000Z'],
    ['cron(0 18 ? * 2-6 *)', '2026-11-28T00:00:00Z', '2026-11-30T18:00:00.000Z'],
    ['cron(30 1-3/2 1/10 * ? 2027)', '2026-11-24T00:00:00Z', '2027-01-01T01:30:00.000Z'],
  ])('of %s after %s is %s', (expression, after, expected) => {
    expect(next(expression, after)).toBe(expected);
  });

  test('never comes when the year is over', () => {
    expect(next('cron(0 0 1 1 ? 2020)', '2026-11-24T00:00:00Z')).toBeUndefined();
  });

  test('can be in a zone with a fixed offset', () => {
    expect(next('cron(15 3 * * ? *)', '2026-11-24T00:00:00Z', 8 * 3_600_000)).toBe('2026-11-24T19:15:00.000Z');
  });

  test.each(['rate(0 minutes)', 'rate(5 weeks)', 'cron(0 0 * * *)', 'cron(0 0 * * * *)', 'cron(0 0 ? * ? *)', 'cron(60 0 * * ? *)', 'cron(0 0 ? * 2#1 *)', 'cron(0 0 1W * ? *)', 'cron(0 0 ? * XYZ *)', 'at(2026-11-24T00:00:00)'])(
    'refuses %s',
    (expression) => {
      expect(() => nextRun(expression, 0)).toThrow(/./);
    },
  );

  test('is always later, on a whole minute, and the same from any moment before it', () => {
    const minutes = fc.integer({ min: 1, max: 59 });
    const moment = fc.integer({ min: 0, max: 4_000_000_000_000 });
    fc.assert(
      fc.property(minutes, fc.integer({ min: 0, max: 23 }), moment, (minute, hour, afterMs) => {
        const expression = `cron(${minute} ${hour} * * ? *)`;
        const ms = nextRun(expression, afterMs) ?? 0;
        expect(ms).toBeGreaterThan(afterMs);
        expect(ms % 60_000).toBe(0);
        expect(nextRun(expression, ms - 1)).toBe(ms);
        expect(ms - afterMs).toBeLessThanOrEqual(86_400_000);
      }),
    );
  });
});
