import type { ChannelOrder } from '../../shared/kernel/channel-order.ts';
import { err, type Result } from '../../shared/kernel/result.ts';
import { exchange, PlatformFault, type Shop } from './exchange.ts';
import { freshToken } from './tokens.ts';
import type { Hub } from './hub.ts';

/** Tries of one call to a platform, and the wait between them: full jitter over a doubling window. */
const CALL_TRIES_MAX = 3;
const CALL_WAIT_BASE_MS = 200;
const CALL_WAIT_MAX_MS = 2_000;

export type DetailRefusal = 'not_found' | 'malformed';

/**
 * The newest detail of an order, from its platform. `not_found` and `malformed` will not get better by trying again;
 * everything else that goes wrong is a fault.
 */
export async function fetchDetail(hub: Hub, shop: Shop, channelOrderId: string): Promise<Result<ChannelOrder, { kind: DetailRefusal; message: string }>> {
  const { channel, connection } = shop;
  let refused: string | undefined;
  for (let tries = 1; ; tries += 1) {
    const accessToken = channel.token === undefined ? undefined : await freshToken(hub, shop, refused);
    const call = channel.detailCall({ channelOrderId, nowMs: hub.clock.nowMs(), ...(accessToken !== undefined && { accessToken }) });
    const answer = await exchange(hub, connection, call);
    const detail = answer.ok ? channel.readDetail(answer.value) : answer;
    if (detail.ok) {
      const order = channel.translate(detail.value);
      return order.ok ? order : err({ kind: 'malformed', message: order.error.message });
    }
    const { kind, code, message } = detail.error;
    if (kind === 'not_found') return err({ kind, message });
    const renew = kind === 'token_expired' && channel.token !== undefined;
    if (renew) refused = accessToken;
    if (tries === CALL_TRIES_MAX || !(renew || kind === 'throttled' || kind === 'unavailable')) {
      throw new PlatformFault(`${channel.name} ${kind} ${code}: ${message}`);
    }
    if (!renew) await hub.sleep(waitMs(hub, tries));
  }
}

function waitMs(hub: Hub, tries: number): number {
  const [byte = 0] = hub.random(1);
  return (byte / 255) * Math.min(CALL_WAIT_MAX_MS, CALL_WAIT_BASE_MS * 2 ** tries);
}
