import { createHmac } from 'node:crypto';
import type { Push } from './push.ts';

const PREFIX = 'whsec_';

/**
 * The headers of Standard Webhooks over a body. Taobao and Pinduoduo push over their own sockets, so a relay at the
 * seller's end forwards each message to the hub and signs it with the connection's secret.
 */
export function relayHeaders(secret: string, id: string, message: { readonly body: Buffer; readonly nowMs: number }): Record<string, string> {
  const timestamp = String(Math.floor(message.nowMs / 1_000));
  const key = Buffer.from(secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : secret, 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(message.body).digest('base64');
  return {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${signature}`,
  };
}

/** Standard Webhooks: any 2xx means received. */
export const acceptsRelayReply: Push['accepts'] = ({ status }) => status >= 200 && status < 300;
