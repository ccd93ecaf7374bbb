import type * as z from 'zod';
import type { ErrorCode } from './errors.ts';

export const ROLES = ['owner', 'seller', 'warehouse', 'finance', 'partner'] as const;
export type Role = (typeof ROLES)[number];

/**
 * One call of the HTTP API as data. The API Gateway routes, the checks on the way in, the types of the handler and
 * openapi.json all come from it, so they cannot differ.
 * - `auth`: `key` needs `Authorization: Bearer <apiKey>` of one of `roles`; `none` is open.
 * - `writes`: refused once a trial has ended.
 * - `idempotent`: takes an `Idempotency-Key` header.
 */
export interface Route {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  readonly path: `/${string}`;
  readonly summary: string;
  readonly description?: string;
  readonly tag: 'setup' | 'stock' | 'orders' | 'service';
  readonly auth: 'key' | 'none';
  readonly roles?: readonly Role[];
  readonly writes?: boolean;
  readonly idempotent?: boolean;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  readonly status: number;
  readonly contentType?: string;
  readonly answer: z.ZodType;
  readonly refusals?: readonly ErrorCode[];
}

export type Contract = Readonly<Record<string, Route>>;

/** The largest body the API takes, in bytes. */
export const BODY_BYTES_MAX = 512 * 1024;
/** Items on one page of a list: when the caller names no limit, and at most. */
export const PAGE_ITEMS_DEFAULT = 50;
export const PAGE_ITEMS_MAX = 200;
/** The longest Idempotency-Key, in characters. */
export const IDEMPOTENCY_KEY_CHARACTERS_MAX = 200;
