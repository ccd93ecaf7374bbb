import type * as z from 'zod';
import { bindChannel, isRelayed } from '../../shared/channels/registry.ts';
import { assert } from '../../shared/kernel/assert.ts';
import { PLATFORM_CHANNELS } from '../../shared/kernel/channel-order.ts';
import { err, ok, refuse, type Result } from '../../shared/kernel/result.ts';
import { isoFromMs } from '../../shared/kernel/time.ts';
import { newConnectionId } from '../../shared/tenants/keys.ts';
import type { Connection, ConnectionBody, connectionCreatedSchema, connectionViewSchema } from '../../shared/tenants/schema.ts';
import type { Hub } from '../flows/hub.ts';
import { unpark } from '../flows/intake.ts';
import { replayableOf, replayed, replayWrites } from '../flows/replays.ts';
import type { RequestFacts } from '../flows/serve.ts';
import { secretName, shopSecretSchema, type ShopSecret } from '../flows/shops.ts';

/** Standard Webhooks asks for 24 to 64 bytes. */
const RELAY_SECRET_BYTES = 32;

type Created = z.infer<typeof connectionCreatedSchema>;
type View = z.infer<typeof connectionViewSchema>;

/** Connects a shop: credentials go to Secrets Manager, everything else to the registry. */
export async function createConnection(hub: Hub, body: ConnectionBody, { tenantId, request }: { tenantId: string; request: RequestFacts }): Promise<Result<Created>> {
  const replayable = replayableOf(tenantId, request);
  const before = await replayed(hub, replayable);
  if (before !== undefined) return before.ok ? existingConnection(hub, { tenantId, connectionId: before.value, origin: request.origin }) : before;
  if (body.apiBaseUrl !== undefined && hub.stage !== 'local') return refuse('api_base_url_not_allowed');
  const authorised = authorisedBy(body.channel, body.credentials);
  if (!authorised.ok) return authorised;
  const { channel, shopName, shopId, apiBaseUrl } = body;
  const connection: Connection = {
    tenantId,
    connectionId: newConnectionId(hub.random, tenantId),
    channel,
    shopName,
    shopId,
    authorised: authorised.value,
    ...(apiBaseUrl !== undefined && { apiBaseUrl }),
    createdAt: isoFromMs(hub.clock.nowMs()),
  };
  const relaySecret = hasRelay(channel) ? `whsec_${Buffer.from(hub.random(RELAY_SECRET_BYTES)).toString('base64')}` : undefined;
  const secret: ShopSecret = { credentials: body.credentials, ...(relaySecret !== undefined && { relaySecret }) };
  // The secret comes first: a connection that can be found must be usable.
  await hub.secrets.put(secretName(connection.connectionId), JSON.stringify(secret));
  const done = await hub.tables.transact([hub.tenants.connectionWrite(connection), ...replayWrites(hub, replayable, connection.connectionId)]);
  if (!done.ok) return createConnection(hub, body, { tenantId, request });
  if (connection.authorised) await unpark(hub, connection);
  return ok({ ...connectionView(connection, request.origin), ...(relaySecret !== undefined && { relaySecret }) });
}

async function existingConnection(hub: Hub, { tenantId, connectionId, origin }: { tenantId: string; connectionId: string; origin: string }): Promise<Result<Created>> {
  const [connection, text] = await Promise.all([hub.tenants.connection(tenantId, connectionId), hub.secrets.get(secretName(connectionId))]);
  assert(connection !== undefined && text !== undefined, `a replay names a connection that is not there: ${connectionId}`);
  const { relaySecret } = shopSecretSchema.parse(JSON.parse(text));
  return ok({ ...connectionView(connection, origin), ...(relaySecret !== undefined && { relaySecret }) });
}

/** Replaces the credentials of a connection and works off what waited for them. */
export async function authoriseConnection(hub: Hub, change: { tenantId: string; connectionId: string; credentials: Record<string, string>; origin: string }): Promise<Result<View>> {
  const { tenantId, connectionId, credentials } = change;
  const connection = await hub.tenants.connection(tenantId, connectionId);
  if (connection === undefined) return refuse('connection_not_found');
  const authorised = authorisedBy(connection.channel, credentials);
  if (!authorised.ok) return authorised;
  const text = await hub.secrets.get(secretName(connectionId));
  const { relaySecret } = text === undefined ? {} : shopSecretSchema.parse(JSON.parse(text));
  await hub.secrets.put(secretName(connectionId), JSON.stringify({ credentials, ...(relaySecret !== undefined && { relaySecret }) } satisfies ShopSecret));
  const next = { ...connection, authorised: authorised.value };
  await hub.tables.transact([hub.tenants.connectionWrite(next)]);
  if (next.authorised) await unpark(hub, next);
  return ok(connectionView(next, change.origin));
}

/** Whether the credentials let us read orders already; a refusal names the fields that are wrong. */
function authorisedBy(channel: Connection['channel'], credentials: Record<string, string>): Result<boolean> {
  const platform = PLATFORM_CHANNELS.find((name) => name === channel);
  if (platform === undefined) return Object.keys(credentials).length === 0 ? ok(true) : err({ code: 'credentials_invalid', detail: 'A partner connection has no credentials.' });
  const bound = bindChannel(platform, credentials);
  return bound.ok ? ok(bound.value.isAuthorised) : err({ code: 'credentials_invalid', fields: bound.error });
}

/** Partners sign like relays do. */
function hasRelay(channel: Connection['channel']): boolean {
  const platform = PLATFORM_CHANNELS.find((name) => name === channel);
  return platform === undefined ? channel === 'partner' : isRelayed(platform);
}

/** A connection as callers see it; the address is the one by which they reach us. */
export function connectionView({ connectionId, channel, shopName, shopId, authorised, createdAt }: Connection, origin: string): View {
  return { connectionId, channel, shopName, shopId, authorised, webhookUrl: `${origin}/webhooks/${channel}/${connectionId}`, createdAt };
}
