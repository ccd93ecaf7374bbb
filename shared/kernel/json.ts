/**
 * JSON.parse that keeps integers above 2^53 as decimal strings, at every depth of this text.
 * Platform ids (Douyin p_id, Taobao tid, Pinduoduo frame id, WeChat order_id) are int64 numbers on the wire and
 * lose their last digits as doubles. JSON nested inside a string value must be parsed by its own call.
 * Throws SyntaxError on malformed text.
 */
export function parseJson(text: string): unknown {
  return JSON.parse(LONG_DIGITS.test(text) ? text.replaceAll(STRING_OR_LONG_INTEGER, quoted) : text);
}

/** The same for texts from outside: undefined for what is not JSON, including nesting too deep to read. */
export function readJson(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

/** 2^53 has 16 digits: a text without such a run cannot hold a damaged integer, and is parsed as it is. */
const LONG_DIGITS = /\d{16}/;
/**
 * Strings are matched to be skipped, also one that never ends: else every quote in it would be tried up to the end of the
 * text, and half a megabyte of quotes would take minutes. A long integer is not part of a longer number, and begins as
 * JSON numbers do; before a colon it is a mistake that quotes must not heal.
 */
const STRING_OR_LONG_INTEGER = /"(?:[^"\\]|\\.)*"?|(?<![\w.+-])-?[1-9]\d{15,}(?![\w.]|\s*:)/g;

/** Quoting before parsing takes half the time of a reviver, which is called for every value there is. */
function quoted(match: string): string {
  return match.startsWith('"') || Number.isSafeInteger(Number(match)) ? match : `"${match}"`;
}
