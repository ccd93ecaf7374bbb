import * as z from 'zod';

/**
 * Values as the platforms that count in fen (Douyin, WeChat) write them: the same field is a number in one message and
 * text in the next, and what has nothing to say is absent, null or "". Every reader here takes all of these.
 */

/** No amount, count or time of an order comes near this; what does is damage, and sums must stay exact. */
const WHOLE_MAX = 99_999_999_999;
const ID_CHARS_MAX = 64;

/** A whole number: fen, a count, a status code, unix seconds. Undefined when it is not told. */
export const whole = z
  .union([z.literal(''), z.int(), z.string().trim().regex(/^-?\d{1,11}$/)])
  .nullish()
  .transform((value) => (value === '' || value === null || value === undefined ? undefined : Number(value)))
  .pipe(z.int().min(-WHOLE_MAX).max(WHOLE_MAX).optional());

/** An id, which may be an int64: text, a safe number, or the text that `parseJson` keeps a long number as. */
export const id = z.union([z.string().trim().min(1).max(ID_CHARS_MAX), z.int().transform(String)]);

/** Text that an order can do without, without the spaces sellers leave around their codes: anything else than text or a number reads as none. */
export const text = z
  .union([z.string(), z.number().transform(String)])
  .nullish()
  .transform((value) => (value ?? '').trim())
  .catch('');

/** A list; null and absent are an empty one. */
export function list<Entry extends z.ZodType>(entry: Entry) {
  return z
    .array(entry)
    .nullish()
    .transform((entries) => entries ?? []);
}
