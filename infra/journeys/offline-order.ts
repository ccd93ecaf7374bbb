import { hubOrderSchema, type HubClient, type HubOrder } from '../simulator/hub-client.ts';
import { api, type ApiAnswer } from './http-call.ts';

export const HANGZHOU = { province: '浙江省', city: '杭州市', district: '西湖区' };
export const CHENGDU = { province: '四川省', city: '成都市', district: '武侯区' };

export interface OfflineLine {
  readonly lineId: string;
  readonly sku: string;
  readonly quantity: number;
}

export interface OfflineWish {
  readonly channelOrderId: string;
  readonly lines: readonly OfflineLine[];
  readonly receiver?: Readonly<Record<string, string>>;
  readonly more?: Readonly<Record<string, unknown>>;
}

export function offlineBody({ channelOrderId, lines, receiver = HANGZHOU, more = {} }: OfflineWish): Record<string, unknown> {
  return { channel: 'offline', channelOrderId, lines, receiver, ...more };
}

/** An order of a till, as the API takes it; throws when it does not. */
export async function sell(client: HubClient, wish: OfflineWish): Promise<HubOrder> {
  return orderIn(await api(client, { method: 'POST', path: '/v1/orders', body: offlineBody(wish) }));
}

export function oneLine(sku: string, quantity = 1): OfflineLine[] {
  return [{ lineId: '1', sku, quantity }];
}

export function orderIn(answer: ApiAnswer): HubOrder {
  if (answer.status >= 300) throw new Error(`the hub answered ${answer.status}: ${answer.body}`);
  return hubOrderSchema.parse(answer.json);
}
