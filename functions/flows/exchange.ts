import type { ApiFailure } from '../../shared/channels/channel.ts';
import type { BoundChannel } from '../../shared/channels/registry.ts';
import { HttpFault, type HttpAnswer, type HttpRequest } from '../../shared/kernel/ports.ts';
import { err, ok, type Result } from '../../shared/kernel/result.ts';
import type { Connection } from '../../shared/tenants/schema.ts';
import type { Hub } from './hub.ts';

/** A platform did not give what was asked. The queue tries again later; the platform's own words are kept. */
export class PlatformFault extends Error {
  override readonly name = 'PlatformFault';
}

/** A connection with its channel: enough to ask the platform about its orders. */
export interface Shop {
  readonly channel: BoundChannel;
  readonly connection: Connection;
}

/** One exchange; no answer at all counts as the platform being unavailable. */
export async function exchange(hub: Hub, connection: Connection, call: HttpRequest): Promise<Result<HttpAnswer, ApiFailure>> {
  try {
    return ok(await hub.http({ ...call, url: addressed(call.url, connection.apiBaseUrl) }));
  } catch (error) {
    if (!(error instanceof HttpFault)) throw error;
    return err({ kind: 'unavailable', code: 'no_answer', message: error.message });
  }
}

/** `apiBaseUrl` (local stage only) replaces scheme and host of the platform's API, and nothing else of the request. */
export function addressed(url: string, apiBaseUrl: string | undefined): string {
  if (apiBaseUrl === undefined) return url;
  const [from, to] = [new URL(url), new URL(apiBaseUrl)];
  return `${to.origin}${url.slice(from.origin.length)}`;
}
