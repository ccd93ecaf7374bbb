import type { PlatformChannel } from '../../shared/kernel/channel-order.ts';
import type { PlatformOrder } from './order.ts';
import type { World } from './world.ts';

/** A call of the hub to a platform's API, as it arrived. */
export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: string;
}

export interface ApiReply {
  readonly status: number;
  readonly body: string;
  /** The platform's own name of the method, for the counters. */
  readonly call: string;
  /** Why the platform said no, for the counters; absent when it said yes. */
  readonly refused?: string;
  /** A shipment the hub reported and the platform took. */
  readonly shipped?: PlatformOrder;
}

/** What an API answers from. A `fault` is one the platform itself words; 5xx and latency are the server's. */
export interface ApiContext {
  readonly world: World;
  readonly nowMs: number;
  readonly fault?: 'throttle' | 'token_expired' | 'stale';
  readonly tokens: AppTokens;
  /** The detail of an order as wire text, built once per state of the order. */
  render(order: PlatformOrder, build: (order: PlatformOrder) => string): string;
}

/** The app tokens the platform has given out; WeChat only. */
export interface AppTokens {
  give(appId: string, options: { readonly nowMs: number; readonly fresh: boolean }): { readonly token: string; readonly expiresInSeconds: number };
  /** The app a token was given to, and whether it still holds. */
  read(token: string, nowMs: number): { readonly appId: string; readonly alive: boolean } | undefined;
}

export type Api = (request: ApiRequest, context: ApiContext) => ApiReply;

/** The paths of a channel's API, at its own host. */
export interface Mount {
  readonly channel: PlatformChannel;
  serves(path: string): boolean;
  readonly api: Api;
}

/** How far a call's timestamp may be from the platform's clock: ten minutes at TOP, and taken for the others too. */
export const CLOCK_TOLERANCE_MS = 10 * 60_000;

export function isFresh(timestampMs: number | undefined, nowMs: number): boolean {
  return timestampMs !== undefined && Math.abs(nowMs - timestampMs) <= CLOCK_TOLERANCE_MS;
}

/** The fields of a form body or a query; a repeated name keeps its last value. */
export function fieldsOf(params: URLSearchParams): Record<string, string> {
  return Object.fromEntries(params);
}
