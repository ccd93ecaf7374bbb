import type { Hint } from '../../shared/channels/channel.ts';
import { newId } from '../../shared/kernel/ids.ts';
import { isoFromMs } from '../../shared/kernel/time.ts';
import type { Connection } from '../../shared/tenants/schema.ts';
import type { Hub } from './hub.ts';
import { intakeOf, pack, textOfIntake, unpack, type IntakeMessage } from './intake-message.ts';
import { findShop, type KnownShop } from './shops.ts';
import { syncOrder, type DeadLetter } from './sync-order.ts';

/** Orders of one push that are worked on at once. */
const ORDERS_AT_ONCE = 5;
const PARKED_ID_CHARACTERS = 8;
/** Pushes of a shop without authorisation are kept this long: longer than any platform keeps its own. */
const PARKED_DAYS = 30;

/** Thrown after everything else of a push was done, so that the queue brings it again for the rest. */
export class UnfinishedPush extends Error {
  override readonly name = 'UnfinishedPush';
}

/**
 * Works off one push: each order it names is fetched and brought up to date. What can never succeed is dead-lettered
 * with an alarm; what may succeed later throws. `receives`: how often the queue has handed the message out.
 */
export async function workOffPush(hub: Hub, text: string, receives: number): Promise<void> {
  const message = intakeOf(text);
  const shop = await findShop(hub, message.connectionId);
  if (shop === undefined) return deadLetter(hub, text, { why: 'connection_not_found', message: message.connectionId });
  if (!shop.channel.isAuthorised) return park(hub, shop.connection, message);
  const payload = shop.channel.readPayload(message.payload);
  if (!payload.ok) return deadLetter(hub, text, { why: payload.error.kind, message: payload.error.message });
  if (payload.value.kind === 'question') return deadLetter(hub, text, { why: 'malformed', message: 'a question is answered at once, never queued' });
  const orders = [...Map.groupBy(ownHints(hub, shop, payload.value.hints), ({ channelOrderId }) => channelOrderId).values()];
  const faults = await eachAtOnce(orders, ORDERS_AT_ONCE, async (hints) => {
    const dead = await syncOrder(hub, { shop, hints, receives });
    if (dead !== undefined) await deadLetter(hub, text, dead);
  });
  if (faults.length > 0) throw new UnfinishedPush(faults.join('; '), { cause: faults[0] });
}

/** A push for another shop than the connection's is dropped and counted (DESIGN §8). */
function ownHints(hub: Hub, { connection }: KnownShop, hints: readonly Hint[]): Hint[] {
  const own = hints.filter(({ shops }) => shops.length === 0 || shops.some((shop) => shop === connection.shopId || shop === connection.shopName));
  if (own.length < hints.length) hub.log.metric('PushForOtherShop', hints.length - own.length, { Channel: connection.channel });
  return own;
}

async function eachAtOnce<T>(items: readonly T[], width: number, work: (item: T) => Promise<void>): Promise<unknown[]> {
  const faults: unknown[] = [];
  const left = [...items];
  const worker = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) {
      try {
        await work(item);
      } catch (fault) {
        faults.push(fault);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, worker));
  return faults;
}

async function deadLetter(hub: Hub, text: string, dead: DeadLetter): Promise<void> {
  await hub.queues.send('intakeDead', text);
  hub.log.metric('MessageDeadLettered', 1, { Why: dead.why });
  hub.log.error('push dead-lettered', { why: dead.why, detail: dead.message });
}

async function park(hub: Hub, connection: Connection, message: IntakeMessage): Promise<void> {
  const sk = `${message.receivedAt}#${newId(hub.random, PARKED_ID_CHARACTERS)}`;
  const expiresAt = Math.floor(hub.clock.nowMs() / 1_000) + PARKED_DAYS * 86_400;
  await hub.tables.transact([
    { kind: 'put', key: { table: 'registry', pk: parkedPartition(connection), sk }, attributes: { ...pack(message.payload), expiresAt } },
  ]);
  // The shop may have been authorised since we looked; then nobody else would come for this push.
  const now = await hub.tenants.connection(connection.tenantId, connection.connectionId);
  if (now?.authorised === true) await unpark(hub, now);
}

function parkedPartition({ tenantId, channel, shopId }: Connection): string {
  return `${tenantId}#parked#${channel}#${shopId}`;
}

/** Parked pushes that one call puts back; a shop with more is worked off page by page. */
const UNPARK_PAGE = 100;

/** The shop is authorised now: its parked pushes go to the queue, in the order they came. Its twin is `park`. */
export async function unpark(hub: Hub, connection: Connection): Promise<number> {
  const pk = parkedPartition(connection);
  for (let count = 0; ; ) {
    const items = await hub.tables.query({ table: 'registry', pk, limit: UNPARK_PAGE });
    for (const { sk, ...kept } of items) {
      const message: IntakeMessage = { connectionId: connection.connectionId, receivedAt: sk.split('#')[0] ?? isoFromMs(hub.clock.nowMs()), payload: unpack(kept) };
      await hub.queues.send('intake', textOfIntake(message));
      await hub.tables.transact([{ kind: 'delete', key: { table: 'registry', pk, sk } }]);
    }
    count += items.length;
    if (items.length < UNPARK_PAGE) return count;
  }
}
