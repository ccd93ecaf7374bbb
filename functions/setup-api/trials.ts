import { createCipheriv, createDecipheriv, createHash, hkdfSync } from 'node:crypto';
import type * as z from 'zod';
import { assert } from '../../shared/kernel/assert.ts';
import type { RandomBytes } from '../../shared/kernel/ids.ts';
import { ok, refuse, type Result } from '../../shared/kernel/result.ts';
import { isoFromMs } from '../../shared/kernel/time.ts';
import { newApiKey, newTenantId } from '../../shared/tenants/keys.ts';
import { TRIAL_MS, trialSchema, type trialBodySchema } from '../../shared/tenants/schema.ts';
import { digestOf } from '../../shared/tenants/store.ts';
import type { Hub } from '../flows/hub.ts';
import { replayed, replayWrites, type Replayable } from '../flows/replays.ts';
import type { RequestFacts } from '../flows/serve.ts';

/** Trials that one address may open in an hour (DESIGN §8); journeys on one laptop open many. */
export const TRIALS_PER_HOUR_MAX = 5;
export const TRIALS_PER_HOUR_LOCAL_MAX = 200;
const HOUR_MS = 3_600_000;

type Trial = z.infer<typeof trialSchema>;

/** Opens a tenant with its owner's key, which is shown in this answer and never again. */
export async function openTrial(hub: Hub, { company, contact }: z.infer<typeof trialBodySchema>, request: RequestFacts): Promise<Result<Trial>> {
  const replayable = replayableTrial(request);
  const before = await replayed(hub, replayable);
  if (before !== undefined) return before.ok ? ok(unsealed(before.value, request)) : before;
  const nowMs = hub.clock.nowMs();
  const most = hub.stage === 'local' ? TRIALS_PER_HOUR_LOCAL_MAX : TRIALS_PER_HOUR_MAX;
  const counted = await hub.tenants.countUse({ pk: `trials#${request.address}`, window: String(Math.floor(nowMs / HOUR_MS)), most, nowMs });
  if (!counted) return refuse('rate_limited', `At most ${most} trials an hour from one address.`);
  const tenantId = newTenantId(hub.random);
  const { apiKey, keyId, hash } = newApiKey(hub.random, tenantId);
  const createdAt = isoFromMs(nowMs);
  const trial = { tenantId, apiKey, trialEndsAt: isoFromMs(nowMs + TRIAL_MS) };
  const done = await hub.tables.transact([
    hub.tenants.tenantWrite({ tenantId, company, contact, createdAt, trialEndsAt: trial.trialEndsAt, setupVersion: 0, allowParts: false }),
    hub.tenants.apiKeyWrite({ tenantId, keyId, hash, role: 'owner', name: 'owner', createdAt }),
    ...replayWrites(hub, replayable, replayable === undefined ? '' : sealed(trial, request, hub.random)),
  ]);
  if (done.ok) return ok(trial);
  const repeated = await replayed(hub, replayable);
  assert(repeated !== undefined, 'a trial is refused only when its Idempotency-Key was used meanwhile');
  return repeated.ok ? ok(unsealed(repeated.value, request)) : repeated;
}

/** Before there is a tenant, an Idempotency-Key counts per address; only its digest is kept. */
function replayableTrial({ idempotencyKey, address, bodyText }: RequestFacts): Replayable | undefined {
  if (idempotencyKey === undefined) return undefined;
  return { tenantId: 'trials', use: createHash('sha256').update(`${address}#${idempotencyKey}`).digest('base64url'), digest: digestOf(bodyText) };
}

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** The answer holds an API key, of which we keep a hash only: it is kept for a repeat under the caller's own Idempotency-Key. */
function sealed(trial: Trial, request: RequestFacts, random: RandomBytes): string {
  const nonce = random(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', sealKey(request), nonce);
  const text = Buffer.concat([cipher.update(JSON.stringify(trial), 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), text]).toString('base64');
}

function unsealed(answer: string, request: RequestFacts): Trial {
  const bytes = Buffer.from(answer, 'base64');
  const decipher = createDecipheriv('aes-256-gcm', sealKey(request), bytes.subarray(0, NONCE_BYTES));
  decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  const text = Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]).toString('utf8');
  return trialSchema.parse(JSON.parse(text));
}

function sealKey({ idempotencyKey, address }: RequestFacts): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', idempotencyKey ?? '', address, 'shuniu trial answer', 32));
}
