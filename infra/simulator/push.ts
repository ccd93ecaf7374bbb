import type { PlatformChannel } from '../../shared/kernel/channel-order.ts';
import type { PlatformOrder, PushEvent } from './order.ts';

/** One HTTP request a platform (or the relay of its socket) makes to the hub. */
export interface Push {
  readonly channel: PlatformChannel;
  readonly orderId: string;
  /** The platform's own name of the event. */
  readonly event: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** True when the answer is exactly what this platform takes for "received". */
  accepts(reply: PushReply): boolean;
}

export interface PushReply {
  readonly status: number;
  readonly body: string;
}

/** An event to be pushed. `order` is the order just after it; `sequence` numbers it, and equal numbers give equal event ids. */
export interface Told<S> {
  readonly shop: S;
  readonly order: PlatformOrder;
  readonly event: PushEvent;
  readonly sequence: number;
}

/** One sending of a push: `attempt` counts them from 0. Nonces, relay times and Pinduoduo's frame ids differ between them. */
export interface Sending {
  readonly attempt: number;
  readonly nowMs: number;
}

/** Builds one push of an event for one sending. */
export type PushBuilder = (sending: Sending) => Push;

/** A field of a JSON text that should be an object; undefined when it is not, or has none. */
export function jsonField(text: string, name: string): unknown {
  try {
    return fieldOf(JSON.parse(text), name);
  } catch {
    return undefined;
  }
}

export function fieldOf(value: unknown, name: string): unknown {
  const fields: readonly [string, unknown][] = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return fields.find(([field]) => field === name)?.[1];
}
