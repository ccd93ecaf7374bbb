import * as z from 'zod';
import { fenFromYuan } from '../kernel/money.ts';
import { isoFromMs, msFromChinaText } from '../kernel/time.ts';

/** Values as the platforms that count in yuan and write China times (Taobao, Pinduoduo) write them. */

/** Beyond this an order is an error of the platform; within it no sum leaves the safe integers. */
const AMOUNT_FEN_MAX = 10 ** 12;

/** Text that may be left out, without the spaces sellers leave around their codes; a code of digits may come as a number. */
export const text = z
  .union([z.string(), z.int().transform(String)])
  .nullish()
  .transform((value) => (value ?? '').trim());
export const id = z
  .union([z.string(), z.int()])
  .nullish()
  .transform((value) => String(value ?? ''));
export const count = z.union([
  z.int(),
  z
    .string()
    .regex(/^\d{1,15}$/)
    .transform(Number),
]);

/**
 * An amount to fen, "49.70" or 19.9; absent and empty are undefined, anything that is not an amount makes the whole
 * order malformed. `read` may know amounts that the plain reading does not.
 */
export function yuanBy(read: (value: string | number) => number | undefined) {
  return z
    .union([z.string(), z.number()])
    .nullish()
    .transform((value, context) => {
      if (value === undefined || value === null || value === '') return undefined;
      const fen = read(value);
      if (fen !== undefined && fen >= 0 && fen <= AMOUNT_FEN_MAX) return fen;
      context.addIssue({ code: 'custom', message: 'not an amount' });
      return z.NEVER;
    });
}
export const yuan = yuanBy(fenFromYuan);

export const time = text.transform((value) => {
  const ms = msFromChinaText(value);
  return ms === undefined ? undefined : isoFromMs(ms);
});

/** The fields that say something. */
export function present(fields: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).flatMap(([name, value]) => (value ? [[name, value]] : [])));
}
