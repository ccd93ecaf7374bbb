import type { PushSecrets, RawRequest, Verdict } from '../channel.ts';
import { verifyRelayed } from '../standard-webhooks.ts';
import type { PinduoduoCredentials } from './client.ts';

/**
 * Pinduoduo pushes orders over its own socket (PMC) only: what reaches us over HTTP is a frame forwarded by the
 * seller's relay and signed with the connection's relay secret. Anything else, whatever it claims, is refused.
 * The payload is the frame's JSON text.
 */
export function verifyPinduoduo(
  request: RawRequest,
  secrets: PushSecrets<PinduoduoCredentials>,
  nowMs: number,
): Verdict {
  return verifyRelayed(request, secrets.relaySecret, nowMs);
}
