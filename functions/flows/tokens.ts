import { isoFromMs } from '../../shared/kernel/time.ts';
import type { Key } from '../../shared/kernel/tables.ts';
import { exchange, PlatformFault, type Shop } from './exchange.ts';
import type { Hub } from './hub.ts';

/** A token is renewed this long before it ends, so that no call meets its end. */
const RENEW_AHEAD_MS = 10 * 60_000;
/** One process renews at a time; its lease ends by itself if it dies. */
const LEASE_MS = 15_000;
const LEASE_WAIT_MS = 250;
const LEASE_WAITS_MAX = 80;
/** A process keeps a token this long without asking the registry. */
const CACHE_MS = 60_000;

interface Kept {
  readonly token: string;
  readonly endsAtMs: number;
  readonly leasedUntilMs: number;
}

/**
 * The API token of a shop's app, one for all processes (WeChat keeps just one alive per app): read from the registry,
 * renewed by one holder of a lease ahead of its end. `refused`: the platform has just refused this one; another
 * process may have renewed it meanwhile.
 */
export async function freshToken(hub: Hub, shop: Shop, refused: string | undefined): Promise<string> {
  const key = tokenKey(shop);
  const cached = hub.tokens.get(key.pk + key.sk);
  if (cached !== undefined && cached.token !== refused && cached.keepUntilMs > hub.clock.nowMs()) return cached.token;
  const token = await sharedToken(hub, shop, { key, refused });
  hub.tokens.set(key.pk + key.sk, { token, keepUntilMs: hub.clock.nowMs() + CACHE_MS });
  return token;
}

async function sharedToken(hub: Hub, shop: Shop, { key, refused }: { key: Key; refused: string | undefined }): Promise<string> {
  for (let waits = 0; waits < LEASE_WAITS_MAX; waits += 1) {
    const nowMs = hub.clock.nowMs();
    const kept = await readToken(hub, key);
    const usable = kept !== undefined && kept.token !== '' && kept.token !== refused && kept.endsAtMs > nowMs;
    if (usable && kept.endsAtMs - nowMs > RENEW_AHEAD_MS) return kept.token;
    if (await takeLease(hub, key, { kept, nowMs })) return renewToken(hub, shop, { key, usable: usable ? kept.token : undefined });
    if (usable) return kept.token;
    await hub.sleep(LEASE_WAIT_MS);
  }
  throw new PlatformFault(`${shop.channel.name}: nobody renewed the token of ${shop.connection.connectionId}`);
}

function tokenKey({ channel, connection }: Shop): Key {
  return { table: 'registry', pk: `${connection.tenantId}#token`, sk: `${channel.name}#${channel.token?.app ?? ''}` };
}

async function readToken(hub: Hub, key: Key): Promise<Kept | undefined> {
  const item = await hub.tables.get(key);
  return item === undefined ? undefined : { token: String(item['token'] ?? ''), endsAtMs: Number(item['endsAtMs'] ?? 0), leasedUntilMs: Number(item['leasedUntilMs'] ?? 0) };
}

async function takeLease(hub: Hub, key: Key, { kept, nowMs }: { kept: Kept | undefined; nowMs: number }): Promise<boolean> {
  if (kept !== undefined && kept.leasedUntilMs > nowMs) return false;
  const taken = await hub.tables.transact([
    {
      kind: 'update',
      key,
      set: { leasedUntilMs: nowMs + LEASE_MS },
      when: kept === undefined ? { exists: false } : { equals: { leasedUntilMs: kept.leasedUntilMs } },
      refusal: 'taken',
    },
  ]);
  return taken.ok;
}

/** A new token; when there is none to be had, the one that is still good for a while. */
async function renewToken(hub: Hub, shop: Shop, { key, usable }: { key: Key; usable: string | undefined }): Promise<string> {
  const { channel, connection } = shop;
  const answer = channel.token === undefined ? undefined : await exchange(hub, connection, channel.token.call());
  const token = answer?.ok ? channel.token?.read(answer.value) : answer;
  if (token === undefined || !token.ok) {
    await hub.tables.transact([{ kind: 'update', key, set: { leasedUntilMs: 0 } }]);
    if (usable !== undefined) return usable;
    throw new PlatformFault(`${channel.name} gave no token: ${token?.error.code ?? ''} ${token?.error.message ?? ''}`);
  }
  const nowMs = hub.clock.nowMs();
  const { accessToken, expiresInSeconds } = token.value;
  await hub.tables.transact([{ kind: 'update', key, set: { token: accessToken, endsAtMs: nowMs + expiresInSeconds * 1_000, leasedUntilMs: 0 } }]);
  hub.log.info('token renewed', { channel: channel.name, connectionId: connection.connectionId, endsAt: isoFromMs(nowMs + expiresInSeconds * 1_000) });
  return accessToken;
}
