import type { Role, Route } from '../../shared/kernel/contract.ts';
import { ok, refuse, type Result } from '../../shared/kernel/result.ts';
import { isoFromMs } from '../../shared/kernel/time.ts';
import { matchesHash, partsOfApiKey } from '../../shared/tenants/keys.ts';
import type { ApiKey, Tenant } from '../../shared/tenants/schema.ts';
import type { Hub } from './hub.ts';

/** Who calls: a tenant, by one of its keys. `name` is what timelines say. */
export interface Caller {
  readonly tenant: Tenant;
  readonly role: Role;
  readonly name: string;
}

/** A key is looked up again after this long, so that a revoked one stops working. */
const KEY_CACHE_MS = 60_000;
const KEYS_KEPT_MAX = 10_000;

export type Gate = (authorization: string | undefined, route: Route) => Promise<Result<Caller>>;

/** Lets nobody in: for contracts whose calls need no key. */
export const closedGate: Gate = async () => refuse('unauthorized');

/** Lets in the bearer of an API key whose role the route takes and, for writes, whose trial still runs. */
export function keyGate(hub: Hub): Gate {
  return (authorization, route) => authenticate(hub, authorization, route);
}

async function authenticate(hub: Hub, authorization: string | undefined, route: Route): Promise<Result<Caller>> {
  const caller = await callerOf(hub, authorization);
  if (caller === undefined) return refuse('unauthorized');
  if (route.roles !== undefined && !route.roles.includes(caller.role)) return refuse('forbidden', `It takes one of: ${route.roles.join(', ')}.`);
  if (route.writes === true && isExpired(hub, caller.tenant)) return refuse('trial_expired', `The trial ended at ${caller.tenant.trialEndsAt}.`);
  return ok(caller);
}

export function isExpired(hub: Hub, tenant: Tenant): boolean {
  return tenant.trialEndsAt <= isoFromMs(hub.clock.nowMs());
}

async function callerOf(hub: Hub, authorization: string | undefined): Promise<Caller | undefined> {
  const [, apiKey] = /^Bearer (\S+)$/i.exec(authorization ?? '') ?? [];
  const parts = apiKey === undefined ? undefined : partsOfApiKey(apiKey);
  if (parts === undefined) return undefined;
  const known = await knownKey(hub, parts);
  if (known === undefined || !matchesHash(parts.secret, known.key.hash)) return undefined;
  return { tenant: known.tenant, role: known.key.role, name: known.key.name };
}

async function knownKey(hub: Hub, { tenantId, keyId }: { tenantId: string; keyId: string }): Promise<{ key: ApiKey; tenant: Tenant } | undefined> {
  const kept = hub.keys.get(tenantId + keyId);
  if (kept !== undefined && kept.keepUntilMs > hub.clock.nowMs()) return kept;
  const [key, tenant] = await Promise.all([hub.tenants.apiKey(tenantId, keyId), hub.tenants.tenant(tenantId)]);
  if (key === undefined || tenant === undefined) return undefined;
  if (hub.keys.size >= KEYS_KEPT_MAX) hub.keys.clear();
  hub.keys.set(tenantId + keyId, { key, tenant, keepUntilMs: hub.clock.nowMs() + KEY_CACHE_MS });
  return { key, tenant };
}
