import * as z from 'zod';
import { parseJson } from '../../../shared/kernel/json.ts';
import { msFromChinaText } from '../../../shared/kernel/time.ts';
import { fieldsOf, isFresh } from '../api.ts';
import type { ApiContext, ApiReply, ApiRequest, Mount } from '../api.ts';
import type { DouyinShop } from '../shop.ts';
import { wireText } from '../wire.ts';
import type { Wire } from '../wire.ts';
import { detailText } from './detail.ts';
import { apiSign } from './sign.ts';

const METHODS = ['order.orderDetail', 'order.logisticsAdd', 'order.logisticsAddMultiPack', 'order.addressConfirm', 'sku.syncStock'] as const;

/** Code 10000 is success, all under HTTP 200. 60000, 40003 and 20000 are sourced; the other numbers are from memory. */
const REFUSALS = {
  throttled: { code: 60000, sub: 'isv.traffic-limited', text: '请求过于频繁' },
  token_expired: { code: 40003, sub: 'isv.access-token-expired', text: 'access_token已过期' },
  token_unknown: { code: 30002, sub: 'isv.access-token-not-existed', text: 'access_token不存在' },
  sign_invalid: { code: 30001, sub: 'isv.sign-invalid', text: '签名校验失败' },
  parameter_invalid: { code: 40004, sub: 'isv.parameter-invalid', text: '参数错误' },
  not_found: { code: 50002, sub: 'isv.business-failed:order-not-found', text: '订单不存在' },
  already_shipped: { code: 50002, sub: 'isv.business-failed:already-shipped', text: '订单已发货,请勿重复发货' },
  not_shippable: { code: 50002, sub: 'isv.business-failed:status', text: '当前订单状态不可发货' },
} as const;

const METHOD_PATH = /^\/(order|sku)\/(\w+)$/;
const detailParams = z.strictObject({ shop_order_id: z.string() });
const shipParams = z.object({ order_id: z.string(), company_code: z.string().min(1), logistics_code: z.string().min(1) });
const packParams = z.object({
  order_id: z.string(),
  request_id: z.string().min(1),
  pack_list: z.array(z.object({
    company_code: z.string().min(1),
    logistics_code: z.string().min(1),
    shipped_order_info: z.array(z.object({ shipped_order_id: z.string(), shipped_num: z.int().min(1) })).min(1),
  })).min(1),
});
const confirmParams = z.object({ order_id: z.string(), is_approved: z.int() });

export const douyinMount: Mount = { channel: 'douyin', serves: (path) => METHOD_PATH.test(path), api: answer };

function answer(request: ApiRequest, context: ApiContext): ApiReply {
  const call = METHODS.find((method) => `/${method.replace('.', '/')}` === request.path) ?? request.path;
  const query = fieldsOf(request.query);
  const shop = authorised(request, query, context);
  if (typeof shop === 'string') return refuse(call, shop);
  if (context.fault === 'throttle') return refuse(call, 'throttled');
  if (context.fault === 'token_expired') return refuse(call, 'token_expired');
  const params = parseJson(request.body);
  switch (call) {
    case 'order.orderDetail':
      return detail(call, params, { shop, context });
    case 'order.logisticsAdd':
      return ship(call, params, { shop, context });
    case 'order.logisticsAddMultiPack':
      return shipPacks(call, params, { shop, context });
    case 'order.addressConfirm':
      return confirmAddress(call, params, { shop, context });
    default:
      return call === 'sku.syncStock' ? accept(call, {}) : refuse(call, 'parameter_invalid');
  }
}

interface Caller {
  readonly shop: DouyinShop;
  readonly context: ApiContext;
}

/** The shop that calls, when token, time and sign are right. The sign covers the very bytes sent, which must be canonical. */
function authorised(request: ApiRequest, query: Record<string, string>, context: ApiContext): DouyinShop | keyof typeof REFUSALS {
  const { app_key: appKey = '', method = '', access_token: token = '', timestamp = '', v = '', sign, sign_method: signMethod = 'md5' } = query;
  if (request.method !== 'POST' || `/${method.replace('.', '/')}` !== request.path || v !== '2') return 'parameter_invalid';
  const shop = context.world.shopByToken('douyin', token);
  if (shop?.channel !== 'douyin') return 'token_unknown';
  if (signMethod !== 'md5' && signMethod !== 'hmac-sha256') return 'sign_invalid';
  const expected = apiSign(shop.credentials, { method, paramJson: request.body, timestamp, v }, signMethod);
  if (appKey !== shop.credentials.appKey || sign !== expected) return 'sign_invalid';
  const sentAtMs = /^\d+$/.test(timestamp) ? Number(timestamp) * 1_000 : msFromChinaText(timestamp);
  if (!isFresh(sentAtMs, context.nowMs)) return 'parameter_invalid';
  return isCanonical(request.body) ? shop : 'parameter_invalid';
}

/** param_json is compact, with keys sorted at every depth. */
function isCanonical(text: string): boolean {
  try {
    return canonical(JSON.parse(text, (_key, value: unknown, { source }: { source?: string } = {}) => (typeof value === 'number' && source !== undefined ? BigInt(source) : value))) === text;
  } catch {
    return false;
  }
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([name, field]) => `${JSON.stringify(name)}:${canonical(field)}`).join(',')}}`;
}

function detail(call: string, params: unknown, { shop, context }: Caller): ApiReply {
  const asked = detailParams.safeParse(params);
  if (!asked.success) return refuse(call, 'parameter_invalid');
  const order = context.world.order(shop, asked.data.shop_order_id, { stale: context.fault === 'stale' });
  return order === undefined ? refuse(call, 'not_found') : { status: 200, body: context.render(order, (known) => detailText(known, shop.shopName)), call };
}

function ship(call: string, params: unknown, { shop, context }: Caller): ApiReply {
  const asked = shipParams.safeParse(params);
  if (!asked.success) return refuse(call, 'parameter_invalid');
  const { order_id: orderId, company_code: company, logistics_code: trackingNumber } = asked.data;
  const order = context.world.order(shop, orderId);
  if (order === undefined) return refuse(call, 'not_found');
  const moved = context.world.move(order, { kind: 'ship', company, trackingNumber, by: 'hub' }, context.nowMs);
  if (moved.ok) return { ...accept(call, {}), shipped: moved.value };
  return refuse(call, moved.error === 'already_shipped' ? 'already_shipped' : 'not_shippable');
}

/** `request_id` makes the call safe to repeat: a parcel already known by its number is taken as done. */
function shipPacks(call: string, params: unknown, { shop, context }: Caller): ApiReply {
  const asked = packParams.safeParse(params);
  if (!asked.success) return refuse(call, 'parameter_invalid');
  let order = context.world.order(shop, asked.data.order_id);
  if (order === undefined) return refuse(call, 'not_found');
  for (const pack of asked.data.pack_list) {
    if (order.shipments.some(({ trackingNumber }) => trackingNumber === pack.logistics_code)) continue;
    const lines = pack.shipped_order_info.map((part) => ({ lineId: part.shipped_order_id, quantity: part.shipped_num }));
    const moved = context.world.move(order, { kind: 'ship', company: pack.company_code, trackingNumber: pack.logistics_code, by: 'hub', lines }, context.nowMs);
    if (!moved.ok) return refuse(call, moved.error === 'already_shipped' ? 'already_shipped' : 'not_shippable');
    order = moved.value;
  }
  const packs = asked.data.pack_list.map((pack) => ({ pack_id: `72${asked.data.order_id.slice(-12)}`, logistics_code: pack.logistics_code }));
  return { ...accept(call, { pack_list: packs }), shipped: order };
}

function confirmAddress(call: string, params: unknown, { shop, context }: Caller): ApiReply {
  const asked = confirmParams.safeParse(params);
  if (!asked.success) return refuse(call, 'parameter_invalid');
  const order = context.world.order(shop, asked.data.order_id);
  if (order === undefined) return refuse(call, 'not_found');
  const moved = context.world.move(order, { kind: 'answer_address', approved: asked.data.is_approved === 0 }, context.nowMs);
  return moved.ok ? accept(call, {}) : refuse(call, 'not_shippable');
}

function accept(call: string, data: Wire): ApiReply {
  return { status: 200, body: wireText({ code: 10000, msg: 'success', data }), call };
}

function refuse(call: string, why: keyof typeof REFUSALS): ApiReply {
  const { code, sub, text } = REFUSALS[why];
  return { status: 200, body: wireText({ code, msg: text, sub_code: sub, sub_msg: text, data: null }), call, refused: why };
}
