import { describe, expect, test } from 'vitest';
import { messageBody } from './aws.ts';

/** What SQS takes in a message; the local engine takes no surrogates. */
const TAKEN = /^[\t\n\r\u0020-\uD7FF\uE000-\uFFFD]*$/;

describe('the body of a message', () => {
  test.each([['an emoji', '👕🧧'], ['a rare character', '𠮷'], ['what is no character', '\uFFFE\uFFFF'], ['half a character', '\uD83D'], ['control characters', '\u0000\u001F\u007F'], ['an escape', '\\uD83D \\\\']])('with %s is taken, and says the same', (_name, text) => {
    const json = JSON.stringify({ [text]: text });
    expect(messageBody(json)).toMatch(TAKEN);
    expect(JSON.parse(messageBody(json))).toEqual({ [text]: text });
  });

  test('stays as it is where nothing stands against it', () => {
    const json = JSON.stringify({ sku: '速干T恤·黑 – Größe' });
    expect(messageBody(json)).toBe(json);
  });
});
