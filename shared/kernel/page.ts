import * as z from 'zod';
import { PAGE_ITEMS_DEFAULT, PAGE_ITEMS_MAX } from './contract.ts';

/** The query of every list: how many, and where the last page ended. Cursors are opaque to callers. */
export const pageQuerySchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(PAGE_ITEMS_MAX).default(PAGE_ITEMS_DEFAULT),
  cursor: z.string().max(2_000).optional(),
});

export interface Page<T> {
  readonly items: T[];
  readonly nextCursor: string | null;
}

export function pageOf<T extends z.ZodType>(item: T): z.ZodObject<{ items: z.ZodArray<T>; nextCursor: z.ZodNullable<z.ZodString> }> {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() });
}

/** DynamoDB's sort keys have at most this many bytes; a longer position is none. */
const POSITION_BYTES_MAX = 1_024;

/** A position in a list as a cursor, and back; undefined for a text that is not one of ours. */
export function cursorOf(position: string): string {
  return Buffer.from(position, 'utf8').toString('base64url');
}

export function positionOf(cursor: string): string | undefined {
  const position = Buffer.from(cursor, 'base64url').toString('utf8');
  return position !== '' && Buffer.byteLength(position) <= POSITION_BYTES_MAX && cursorOf(position) === cursor ? position : undefined;
}
