import { createHash } from 'node:crypto';
import type { Hint } from '../../shared/channels/channel.ts';
import { assert } from '../../shared/kernel/assert.ts';
import type { ChannelOrder, Stage } from '../../shared/kernel/channel-order.ts';
import { isoFromMs } from '../../shared/kernel/time.ts';
import { evolve } from '../../shared/orders/events.ts';
import { orderIdOf } from '../../shared/orders/order-id.ts';
import { isUnfinished } from '../../shared/orders/order.ts';
import type { Order } from '../../shared/orders/schema.ts';
import { keyOfOrder, orderOf } from '../../shared/orders/store.ts';
import { eventsOfDetail, isStale, lagsBehind } from '../../shared/orders/sync.ts';
import { tenantKey, tenantOf } from '../../shared/tenants/store.ts';
import { fetchDetail } from './platform-api.ts';
import { regionFacts } from './region-facts.ts';
import { settleOrder } from './settle-order.ts';
import type { KnownShop } from './shops.ts';
import type { Hub } from './hub.ts';

/** Rounds of read, fetch, decide, write when others write the same order in between. */
const CHANGE_TRIES_MAX = 5;
/** Hand-outs after which a detail that lags behind its push, or an order the platform does not know, is taken as it is. */
const LAG_RECEIVES_MAX = 3;
/** Pushes an order remembers: more than any platform repeats of one event. */
const SEEN_MAX = 20;
const SEEN_KEY_CHARACTERS = 8;

export interface DeadLetter {
  readonly why: string;
  readonly message: string;
}

/** The push is right, but not all of it could be done now. */
export class TryLater extends Error {
  override readonly name = 'TryLater';
}

interface Sync {
  readonly shop: KnownShop;
  readonly hints: readonly Hint[];
  readonly receives: number;
}

/**
 * Brings one order up to its platform's newest detail. A push is only a hint (DESIGN §3.2): what happened is found by
 * comparing the detail with what we hold, and the order is read before the detail is fetched, so that an older detail
 * can never overwrite a newer one. Gives what is to be dead-lettered; throws what may succeed later.
 */
export async function syncOrder(hub: Hub, sync: Sync): Promise<DeadLetter | undefined> {
  const { connection } = sync.shop;
  const channelOrderId = sync.hints[0]?.channelOrderId;
  assert(channelOrderId !== undefined, 'a sync has a hint');
  const identity = { channel: connection.channel, shopId: connection.shopId, channelOrderId };
  const facts = { ...identity, orderId: orderIdOf(identity), connectionId: connection.connectionId };
  for (let tries = 1; tries <= CHANGE_TRIES_MAX; tries += 1) {
    const [orderItem, tenantItem] = await hub.tables.getMany([keyOfOrder(connection.tenantId, identity), tenantKey(connection.tenantId)]);
    if (tenantItem === undefined) return { why: 'tenant_not_found', message: connection.tenantId };
    const order = orderItem === undefined ? undefined : orderOf(orderItem);
    const keys = sync.hints.map(({ eventKey }) => seenKey(eventKey));
    if (order !== undefined && keys.every((key) => order.seen.includes(key)) && !isUnfinished(order)) return undefined;
    const detail = await fetchDetail(hub, sync.shop, channelOrderId);
    if (!detail.ok) return unusable(detail.error, sync);
    // A replica may lag behind the push, or behind what we hold already.
    const isOld = lagsBehind(detail.value, stagesOf(sync.hints)) || (order !== undefined && isStale(order, detail.value));
    const lagging = isOld && sync.receives < LAG_RECEIVES_MAX;
    const after = updated(hub, { order, detail: detail.value, identity: facts, seen: lagging ? [] : keys });
    const done = after === undefined || (await settleOrder(hub, { tenant: tenantOf(tenantItem), before: order, after, waitWhenContended: false }));
    if (done === true || done.ok) {
      if (lagging) throw new TryLater(`${connection.channel} ${channelOrderId}: the detail lags behind its push`);
      return undefined;
    }
    if (done.error === 'contended') throw new TryLater(`${connection.channel} ${channelOrderId}: stock moved under every try`);
  }
  throw new TryLater(`${connection.channel} ${channelOrderId}: the order changed under every try`);
}

function unusable({ kind, message }: { kind: 'not_found' | 'malformed'; message: string }, { receives, hints }: Sync): DeadLetter {
  if (kind === 'not_found' && receives < LAG_RECEIVES_MAX) throw new TryLater(`the platform does not know ${hints[0]?.channelOrderId ?? ''} yet: ${message}`);
  return { why: kind, message };
}

function stagesOf(hints: readonly Hint[]): Stage[] {
  return hints.flatMap(({ expects }) => (expects === undefined ? [] : [expects]));
}

interface Update {
  readonly order: Order | undefined;
  readonly detail: ChannelOrder;
  readonly identity: { readonly orderId: string; readonly channel: Order['channel']; readonly shopId: string; readonly channelOrderId: string; readonly connectionId: string };
  readonly seen: readonly string[];
}

/** The order after its newest detail; undefined when nothing happened. */
function updated(hub: Hub, { order, detail, identity, seen }: Update): Order | undefined {
  const at = isoFromMs(hub.clock.nowMs());
  const events = eventsOfDetail(order, detail, { identity, region: regionFacts(detail.receiver), at });
  if (events.length === 0 && !(order !== undefined && isUnfinished(order))) return undefined;
  const after = evolve(order, events, { at, by: 'auto' });
  const { updatedAt } = detail;
  const isNewer = updatedAt !== undefined && updatedAt > (after.channelUpdatedAt ?? '');
  return { ...after, seen: [...new Set([...after.seen, ...seen])].slice(-SEEN_MAX), ...(isNewer && { channelUpdatedAt: updatedAt }) };
}

/** Short, since an order carries twenty of them; a clash only means that a repeated push is fetched in vain, or not. */
function seenKey(eventKey: string): string {
  return createHash('sha256').update(eventKey).digest('base64url').slice(0, SEEN_KEY_CHARACTERS);
}
