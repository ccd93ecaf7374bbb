import type { ErrorCode } from './errors.ts';

/** An outcome that is part of the business: success, or a refusal the caller must look at. Faults throw instead. */
export type Result<T, E = Refusal> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E };

/** An expected "no" with a code of the one error table; `detail` and `fields` are safe to show to the caller. */
export interface Refusal {
  readonly code: ErrorCode;
  readonly detail?: string;
  readonly fields?: readonly { readonly path: string; readonly message: string }[];
}

export function ok<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

export function err<E>(error: E): { readonly ok: false; readonly error: E } {
  return { ok: false, error };
}

export function refuse(code: ErrorCode, detail?: string): { readonly ok: false; readonly error: Refusal } {
  return err(detail === undefined ? { code } : { code, detail });
}
