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

/**
 * What a push is built from. `order` is the order just after the event. `sequence` numbers the event and stays the
 * same when it is sent again; `attempt` counts the sendings, from 0. `nowMs` is the moment of this sending.
 */
export interface PushInput<S> {
  readonly shop: S;
  readonly order: PlatformOrder;
  readonly event: PushEvent;
  readonly sequence: number;
  readonly attempt: number;
  readonly nowMs: number;
}

export function jsonField(text: string, name: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? new Map(Object.entries(value)).get(name) : undefined;
  } catch {
    return undefined;
  }
}
