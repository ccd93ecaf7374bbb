import { gunzipSync, gzipSync } from 'node:zlib';
import * as z from 'zod';

/**
 * An authentic push on its way from the webhook to `sync-order`. A long payload travels packed: quoted once more for
 * the queue, JSON in JSON in JSON grows to several times the body that came, and SQS takes no more than 1 MiB.
 */
const plainSchema = z.object({ payload: z.string() });
const packedSchema = z.object({ packed: z.base64() });
const messageSchema = z.intersection(z.object({ connectionId: z.string(), receivedAt: z.string() }), z.union([plainSchema, packedSchema]));

export interface IntakeMessage {
  readonly connectionId: string;
  readonly receivedAt: string;
  readonly payload: string;
}

const PLAIN_CHARACTERS_MAX = 64 * 1024;
/** Of the largest body a webhook takes, every byte of it written as an escape within an escape. */
const PAYLOAD_BYTES_MAX = 8 * 1024 * 1024;

export function textOfIntake({ payload, ...rest }: IntakeMessage): string {
  return JSON.stringify({ ...rest, ...pack(payload) });
}

export function intakeOf(text: string): IntakeMessage {
  const { connectionId, receivedAt, ...rest } = messageSchema.parse(JSON.parse(text));
  return { connectionId, receivedAt, payload: unpack(rest) };
}

/** The payload as it is kept in a queue or a table. */
export function pack(payload: string): { payload: string } | { packed: string } {
  return payload.length <= PLAIN_CHARACTERS_MAX ? { payload } : { packed: gzipSync(payload).toString('base64') };
}

export function unpack(kept: Readonly<Record<string, unknown>>): string {
  const packed = packedSchema.safeParse(kept);
  if (!packed.success) return plainSchema.parse(kept).payload;
  return gunzipSync(Buffer.from(packed.data.packed, 'base64'), { maxOutputLength: PAYLOAD_BYTES_MAX }).toString('utf8');
}
