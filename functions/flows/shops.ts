import * as z from 'zod';
import { bindChannel } from '../../shared/channels/registry.ts';
import { PLATFORM_CHANNELS, type PlatformChannel } from '../../shared/kernel/channel-order.ts';
import { assert } from '../../shared/kernel/assert.ts';
import { tenantOfConnection } from '../../shared/tenants/keys.ts';
import type { Connection } from '../../shared/tenants/schema.ts';
import type { Hub } from './hub.ts';
import type { Shop } from './exchange.ts';

/** A shop's connection and secret are kept this long; a changed secret is taken up after it. */
const SHOP_CACHE_MS = 60_000;
/** The most shops one process keeps. */
const SHOPS_MAX = 5_000;

/** What lies in Secrets Manager for a connection. */
export const shopSecretSchema = z.object({ credentials: z.record(z.string(), z.string()), relaySecret: z.string().optional() });
export type ShopSecret = z.infer<typeof shopSecretSchema>;

export interface KnownShop extends Shop {
  readonly relaySecret: string | undefined;
  /** From then on pushes are refused. */
  readonly trialEndsAt: string;
}

export function secretName(connectionId: string): string {
  return `connections/${connectionId}`;
}

/** The shop of a connection with its credentials; undefined for an id that is nobody's, or not a platform's. */
export async function findShop(hub: Hub, connectionId: string): Promise<KnownShop | undefined> {
  const kept = hub.shops.get(connectionId);
  if (kept !== undefined && kept.keepUntilMs > hub.clock.nowMs()) return kept.shop;
  const shop = await readShop(hub, connectionId);
  // A shop without authorisation may get it at any moment, and its pushes are waiting: it is not kept.
  if (shop !== undefined && shop.channel.isAuthorised) {
    if (hub.shops.size >= SHOPS_MAX) hub.shops.clear();
    hub.shops.set(connectionId, { shop, keepUntilMs: hub.clock.nowMs() + SHOP_CACHE_MS });
  }
  return shop;
}

async function readShop(hub: Hub, connectionId: string): Promise<KnownShop | undefined> {
  const tenantId = tenantOfConnection(connectionId);
  if (tenantId === undefined) return undefined;
  const [connection, tenant] = await Promise.all([hub.tenants.connection(tenantId, connectionId), hub.tenants.tenant(tenantId)]);
  const platform = PLATFORM_CHANNELS.find((name) => name === connection?.channel);
  if (connection === undefined || tenant === undefined || platform === undefined) return undefined;
  const { trialEndsAt } = tenant;
  const kept = { ...boundShop(connection, platform, await hub.secrets.get(secretName(connectionId))), trialEndsAt };
  // A kept secret may be from before the authorisation, and the pushes that waited for it must not be parked again.
  const isOld = connection.authorised && !kept.channel.isAuthorised;
  return isOld ? { ...boundShop(connection, platform, await hub.secrets.getFresh(secretName(connectionId))), trialEndsAt } : kept;
}

function boundShop(connection: Connection, platform: PlatformChannel, text: string | undefined): Omit<KnownShop, 'trialEndsAt'> {
  assert(text !== undefined, `connection ${connection.connectionId} has no secret`);
  const secret = shopSecretSchema.parse(JSON.parse(text));
  const channel = bindChannel(platform, secret.credentials);
  assert(channel.ok, `the stored credentials of ${connection.connectionId} are not of ${platform}'s form`);
  return { channel: channel.value, connection, relaySecret: secret.relaySecret };
}
