import { refuse, type Result } from '../../shared/kernel/result.ts';
import type { Write } from '../../shared/kernel/tables.ts';
import { digestOf } from '../../shared/tenants/store.ts';
import type { Hub } from './hub.ts';
import type { RequestFacts } from './serve.ts';

/** What a request with an Idempotency-Key is kept by: `use` is the digest of path and key, `digest` of the body. */
export interface Replayable {
  readonly tenantId: string;
  readonly use: string;
  readonly digest: string;
}

/** Undefined for a request that did not ask for it. */
export function replayableOf(tenantId: string, { path, bodyText, idempotencyKey }: RequestFacts): Replayable | undefined {
  return idempotencyKey === undefined ? undefined : { tenantId, use: digestOf(`${path}#${idempotencyKey}`), digest: digestOf(bodyText) };
}

/** What was answered before: undefined the first time, a refusal when the key came with another body. */
export async function replayed(hub: Hub, replayable: Replayable | undefined): Promise<Result<string> | undefined> {
  const replay = replayable === undefined ? undefined : await hub.tenants.replay(replayable.tenantId, replayable.use);
  if (replay === undefined) return undefined;
  return replay.digest === replayable?.digest ? { ok: true, value: replay.answer } : refuse('idempotency_conflict');
}

/** The write that remembers the answer; it rides in the transaction of what the request does. */
export function replayWrites(hub: Hub, replayable: Replayable | undefined, answer: string): Write<'replayed'>[] {
  if (replayable === undefined) return [];
  return [hub.tenants.replayWrite(replayable.tenantId, replayable.use, { digest: replayable.digest, answer, nowMs: hub.clock.nowMs() })];
}
