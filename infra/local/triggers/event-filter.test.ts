import { describe, expect, test } from 'vitest';
import { eventFilter } from './event-filter.ts';

const event = { eventName: 'INSERT', dynamodb: { NewImage: { kind: { S: 'order' }, pk: { S: 'T#1' } } } };
const passes = (...patterns: unknown[]) => eventFilter(patterns.map((pattern) => JSON.stringify(pattern)))(event);

describe('an event filter', () => {
  test('passes everything when there is no pattern', () => {
    expect(passes()).toBe(true);
  });

  test.each([
    [{ eventName: ['INSERT', 'MODIFY'] }, true],
    [{ eventName: ['REMOVE'] }, false],
    [{ eventName: ['INSERT'], dynamodb: { NewImage: { kind: { S: ['order'] } } } }, true],
    [{ eventName: ['INSERT'], dynamodb: { NewImage: { kind: { S: ['line'] } } } }, false],
    [{ dynamodb: { NewImage: { pk: { S: [{ prefix: 'T#' }] } } } }, true],
    [{ dynamodb: { NewImage: { pk: { S: [{ suffix: '2' }] } } } }, false],
    [{ dynamodb: { OldImage: { kind: { S: [{ exists: false }] } } } }, true],
    [{ eventName: [{ 'anything-but': ['REMOVE'] }] }, true],
    [{ eventName: [{ 'anything-but': 'INSERT' }] }, false],
  ])('with %j says %s', (pattern, expected) => {
    expect(passes(pattern)).toBe(expected);
  });

  test('passes when any of its patterns fits', () => {
    expect(passes({ eventName: ['REMOVE'] }, { eventName: ['INSERT'] })).toBe(true);
  });

  test.each([{ a: [{ numeric: ['>', 1] }] }, { a: [{ 'anything-but': [{ prefix: 'x' }] }] }, { a: 'text' }])('refuses what it does not know: %j', (pattern) => {
    expect(() => passes(pattern)).toThrow(/filter/);
  });
});
