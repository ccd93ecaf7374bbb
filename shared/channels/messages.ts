import * as z from 'zod';
import { readJson } from '../kernel/json.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { PUSH_MESSAGES_MAX, type Hint, type Payload, type PayloadFailure } from './channel.ts';

/** An id of up to so many characters. Ids are int64 on the wire, the long ones already strings; empty and 0 mean "none". */
export function idUpTo(charactersMax: number) {
  return z
    .union([z.string().trim().max(charactersMax), z.int()])
    .nullish()
    .transform((id) => (id === undefined || id === null || id === '' || id === 0 || id === '0' ? undefined : String(id)));
}

/** The hints of one socket message or a list of at most PUSH_MESSAGES_MAX; one that makes no sense spoils the push. */
export function readMessages(text: string, read: (message: unknown) => Result<readonly Hint[], PayloadFailure>): Result<Payload, PayloadFailure> {
  const json = readJson(text);
  const messages: readonly unknown[] = Array.isArray(json) ? json : [json];
  if (messages.length > PUSH_MESSAGES_MAX) return err({ kind: 'too_many', message: `${messages.length} messages in one push` });
  const hints: Hint[] = [];
  for (const message of messages) {
    const found = read(message);
    if (!found.ok) return found;
    hints.push(...found.value);
  }
  return ok({ kind: 'hints', hints });
}

export function malformed(message: string): { readonly ok: false; readonly error: PayloadFailure } {
  return err({ kind: 'malformed', message });
}
