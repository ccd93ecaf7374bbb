import type * as z from 'zod';
import type { ChannelOrder, PlatformChannel, Stage } from '../kernel/channel-order.ts';
import type { Result } from '../kernel/result.ts';

/** A push as it reached us: raw bytes, header names in lower case, the query exactly as sent (still encoded). */
export interface RawRequest {
  readonly method: 'GET' | 'POST';
  readonly rawQuery: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface Reply {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** What proves a push: the connection's platform credentials, and the secret of a relay that forwards socket frames. */
export interface PushSecrets<Credentials> {
  readonly credentials: Credentials;
  readonly relaySecret?: string;
}

/**
 * The verdict over a push, from its raw bytes alone.
 * - `refused`: not authentic. `reply` is what the platform's protocol wants (401 where it does not say); `why` is a
 *   short word for the metric, never shown to the sender.
 * - `answered`: authentic and complete as it is (URL check, test push); nothing is stored.
 * - `authentic`: `payload` is the plain text (decrypted, decoded to Unicode) to be kept and read later by `readPayload`;
 *   `reply` is the platform's "received".
 */
export type Verdict =
  | { readonly kind: 'refused'; readonly reply: Reply; readonly why: string }
  | { readonly kind: 'answered'; readonly reply: Reply }
  | { readonly kind: 'authentic'; readonly reply: Reply; readonly payload: string };

/**
 * One order that a push says something about. A hint is not acted on: it makes us fetch the order's detail.
 * - `eventKey`: equal for a redelivery of the same event and for nothing else.
 * - `event`: the platform's own name of it, e.g. `101 TradePaid`.
 * - `shops`: the ids and names by which the push names its shop; empty when it names none.
 * - `expects`: the least stage the detail must show once the platform's replicas have caught up.
 */
export interface Hint {
  readonly eventKey: string;
  readonly event: string;
  readonly channelOrderId: string;
  readonly shops: readonly string[];
  readonly expects?: Stage;
}

/** Taobao asks, synchronously, whether an order's address may still change. */
export interface AddressQuestion {
  readonly channelOrderId: string;
  readonly shops: readonly string[];
}

export type AddressAnswer = { readonly allowed: true } | { readonly allowed: false; readonly code: string; readonly message: string };

export type Payload =
  | { readonly kind: 'hints'; readonly hints: readonly Hint[] }
  | { readonly kind: 'question'; readonly question: AddressQuestion };

/** `too_many`: more messages in one push than PUSH_MESSAGES_MAX. `malformed`: authentic, but it makes no sense. */
export interface PayloadFailure {
  readonly kind: 'malformed' | 'too_many';
  readonly message: string;
}

/** The most messages one push may carry; Douyin batches, and one implementer of it caps at 50. */
export const PUSH_MESSAGES_MAX = 50;

/** An HTTP request to a platform, complete and signed. `url` carries the platform's own host. */
export interface ApiCall {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface ApiAnswer {
  readonly status: number;
  readonly body: string;
}

/**
 * Why a platform's API did not give what was asked; platforms hide most of these in HTTP 200.
 * `throttled` and `unavailable` may be tried again soon, `token_expired` after a new token, `not_found` and `refused` not.
 */
export interface ApiFailure {
  readonly kind: 'throttled' | 'unavailable' | 'token_expired' | 'not_found' | 'refused';
  readonly code: string;
  readonly message: string;
}

export interface DetailRequest<Credentials> {
  readonly credentials: Credentials;
  /** The token of `token.call` where the channel has one; other channels carry theirs in the credentials. */
  readonly accessToken?: string;
  readonly channelOrderId: string;
  readonly nowMs: number;
}

export interface Token {
  readonly accessToken: string;
  readonly expiresInSeconds: number;
}

/** Everything the hub knows of one platform. Pure: time comes in, and HTTP is done elsewhere. */
export interface Channel<Credentials> {
  readonly name: PlatformChannel;
  readonly credentials: z.ZodType<Credentials>;
  /** False while the shop has not authorised us yet: its pushes are kept, not fetched. */
  isAuthorised(credentials: Credentials): boolean;
  /** True when pushes may come through a signed relay, so that a connection needs a relay secret. */
  readonly relayed: boolean;
  verify(request: RawRequest, secrets: PushSecrets<Credentials>, nowMs: number): Verdict;
  readPayload(text: string): Result<Payload, PayloadFailure>;
  answerQuestion?(answer: AddressAnswer): Reply;
  detailCall(request: DetailRequest<Credentials>): ApiCall;
  readDetail(answer: ApiAnswer): Result<unknown, ApiFailure>;
  /** From the JSON that `readDetail` gave to the hub's form; malformed when the platform's answer makes no sense. */
  translate(detail: unknown): Result<ChannelOrder, { readonly message: string }>;
  /** Channels whose API token the hub itself must obtain, one per app for all processes. */
  readonly token?: {
    /** The app whose token it is: shops of one app share it. */
    app(credentials: Credentials): string;
    call(credentials: Credentials): ApiCall;
    read(answer: ApiAnswer): Result<Token, ApiFailure>;
  };
}
