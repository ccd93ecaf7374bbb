/**
 * JSON.parse that keeps integers above 2^53 as decimal strings, at every depth of this text.
 * Platform ids (Douyin p_id, Taobao tid, Pinduoduo frame id, WeChat order_id) are int64 numbers on the wire and
 * lose their last digits as doubles. JSON nested inside a string value must be parsed by its own call.
 * Throws SyntaxError on malformed text.
 */
export function parseJson(text: string): unknown {
  return LONG_DIGITS.test(text) ? JSON.parse(text, keepLongIntegers) : JSON.parse(text);
}

/** 2^53 has 16 digits: a text without such a run cannot hold a damaged integer, and skips the slow reviver. */
const LONG_DIGITS = /\d{16}/;
const INTEGER = /^-?\d+$/;

function keepLongIntegers(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  const source = context?.source;
  return source !== undefined && INTEGER.test(source) ? source : value;
}
