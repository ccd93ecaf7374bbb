import { describe, expect, test } from 'vitest';
import { BODY_BYTES_MAX } from '../../shared/kernel/contract.ts';
import { intakeOf, pack, textOfIntake, unpack } from './intake-message.ts';

/** What SQS takes. */
const SQS_BYTES_MAX = 1_048_576;
const facts = { connectionId: 'tenant0001-abcdefghij', receivedAt: '2026-11-24T02:00:00.000Z' };
const inside = (text: string, times: number): string => (times === 0 ? text : inside(JSON.stringify({ tmc: text }), times - 1));

describe('a push on its way', () => {
  test.each([
    ['a usual one', '[{"tag":"101"}]'],
    ['one beyond ASCII', '{"买家":"🧧\u0000\ud800"}'.toWellFormed()],
    ['nothing', ''],
    ['the longest', 'x'.repeat(BODY_BYTES_MAX)],
    ['the longest of quotes, quoted thrice', inside('"'.repeat(BODY_BYTES_MAX / 2), 2)],
    ['the longest of control characters, quoted twice', inside('\u0001'.repeat(BODY_BYTES_MAX), 1)],
    ['the longest of what cannot be packed well', Array.from({ length: BODY_BYTES_MAX }, (_, index) => String.fromCharCode(33 + ((index * 7_919 + (index >> 3) * 31) % 90))).join('')],
  ])('%s arrives as it was, and fits the queue', (_name, payload) => {
    const text = textOfIntake({ ...facts, payload });
    expect(Buffer.byteLength(text)).toBeLessThan(SQS_BYTES_MAX);
    expect(intakeOf(text)).toEqual({ ...facts, payload });
  });

  test('stays readable as long as it is short', () => {
    expect(JSON.parse(textOfIntake({ ...facts, payload: '[]' }))).toEqual({ ...facts, payload: '[]' });
  });

  test('is kept in a table the same way', () => {
    for (const payload of ['[]', 'y'.repeat(100_000)]) expect(unpack({ pk: 'p', sk: 's', ...pack(payload) })).toBe(payload);
  });

  test('that is no push throws', () => {
    expect(() => intakeOf('{}')).toThrow();
    expect(() => intakeOf(JSON.stringify({ ...facts, packed: 'bm90IGd6aXA=' }))).toThrow();
  });
});
