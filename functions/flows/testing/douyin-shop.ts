import { createHash } from 'node:crypto';
import type { RawRequest } from '../../../shared/channels/channel.ts';
import { CREDENTIALS, detailAnswer } from '../../../shared/channels/douyin/fixtures/samples.ts';
import type { HttpRequest } from '../../../shared/kernel/ports.ts';
import { workOffPush } from '../intake.ts';
import { receivePush } from '../receive.ts';
import { secretName } from '../shops.ts';
import { memoryHub, setUp, TENANT, type MemoryHub } from './memory-hub.ts';

/** A Douyin shop of the test tenant, whose pushes are signed as Douyin signs and whose API answers as a test wants. */

export const SHOP_ID = '95250';
export const ORDER_ID = '6931234567890123456';
export const CONNECTION_ID = `${TENANT.tenantId}-conn000001`;
const { appKey, appSecret } = CREDENTIALS;
export const WITHOUT_TOKEN = { appKey, appSecret };
export const WITH_TOKEN = { ...WITHOUT_TOKEN, accessToken: 'token' };

export async function connect(hub: MemoryHub, credentials: Record<string, string>, connectionId = CONNECTION_ID): Promise<void> {
  await hub.secrets.put(secretName(connectionId), JSON.stringify({ credentials }));
  const authorised = credentials['accessToken'] !== undefined;
  await hub.tables.transact([
    hub.tenants.connectionWrite({ tenantId: TENANT.tenantId, connectionId, channel: 'douyin', shopName: '示例旗舰店', shopId: SHOP_ID, authorised, createdAt: '2026-01-01T00:00:00.000Z' }),
  ]);
}

/** A hub with a tenant and the shop; `calls` keeps what the platform's API was asked. */
export async function douyinHub(credentials: Record<string, string> = WITH_TOKEN): Promise<{ hub: MemoryHub; calls: HttpRequest[] }> {
  const calls: HttpRequest[] = [];
  const hub: MemoryHub = {
    ...memoryHub(),
    http: async (request) => {
      calls.push(request);
      return detailAnswer();
    },
  };
  await setUp(hub, [], []);
  await connect(hub, credentials);
  return { hub, calls };
}

export function messageOf(id: string, data: object | string = { p_id: ORDER_ID, shop_id: SHOP_ID }, tag = '101'): object {
  return { tag, msg_id: id, data: typeof data === 'string' ? data : JSON.stringify(data) };
}

export function pushOf(messages: readonly object[] | string): RawRequest {
  const body = Buffer.from(typeof messages === 'string' ? messages : JSON.stringify(messages));
  const sign = createHash('md5').update(appKey).update(body).update(appSecret).digest('hex');
  return { method: 'POST', rawQuery: '', headers: { 'content-type': 'application/json', 'app-id': appKey, 'event-sign': sign }, body };
}

/** The status and body a push was answered with, or the code that refused it. */
export async function received(hub: MemoryHub, request: RawRequest, target: { channel?: string; connectionId?: string } = {}): Promise<string> {
  const reply = await receivePush(hub, { channel: 'douyin', connectionId: CONNECTION_ID, ...target }, request);
  return reply.ok ? `${reply.value.status} ${reply.value.body}` : reply.error.code;
}

/** Hands out everything in the intake queue, as SQS would for the n-th time. */
export async function workedOff(hub: MemoryHub, receives = 1): Promise<void> {
  const intake = hub.sent.splice(0);
  for (const { queue, message } of intake) {
    if (queue === 'intake') await workOffPush(hub, message, receives);
    else hub.sent.push({ queue, message });
  }
}
