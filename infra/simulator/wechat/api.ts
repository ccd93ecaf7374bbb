import * as z from 'zod';
import { parseJson } from '../../../shared/kernel/json.ts';
import type { ApiContext, ApiReply, ApiRequest, Mount } from '../api.ts';
import type { OrderLine, PlatformOrder, ShippedLine } from '../order.ts';
import type { WechatShop } from '../shop.ts';
import { wireText } from '../wire.ts';
import { detailText } from './detail.ts';

export const TOKEN_PATH = '/cgi-bin/stable_token';

/** HTTP 200 throughout. 100003, 40001 and 42001 are sourced; the rest is from the common list or from memory. */
const REFUSALS = {
  throttled: { code: 100003, text: 'request too frequent' },
  token_unknown: { code: 40001, text: 'invalid credential, access_token is invalid or not latest' },
  token_expired: { code: 42001, text: 'access_token expired' },
  app_unknown: { code: 40013, text: 'invalid appid' },
  secret_invalid: { code: 40125, text: 'invalid appsecret' },
  parameter_invalid: { code: 47001, text: 'data format error' },
  path_unknown: { code: 48001, text: 'api unauthorized' },
  not_found: { code: 100002, text: '订单不存在 order not found' },
  already_shipped: { code: 10020063, text: 'order already delivered' },
  not_shippable: { code: 10020066, text: 'order status does not allow delivery' },
} as const;

const tokenParams = z.object({ grant_type: z.literal('client_credential'), appid: z.string(), secret: z.string(), force_refresh: z.boolean().optional() });
const detailParams = z.object({ order_id: z.string() });
const shipParams = z.object({
  order_id: z.string(),
  delivery_list: z.array(z.object({
    delivery_id: z.string().min(1),
    waybill_id: z.string().min(1),
    deliver_type: z.literal(1),
    product_infos: z.array(z.object({ product_id: z.string(), sku_id: z.string(), product_cnt: z.int().min(1) })).min(1),
  })).min(1),
});

export const wechatMount: Mount = {
  channel: 'wechat',
  serves: (path) => path === TOKEN_PATH || path.startsWith('/channels/ec/'),
  api: answer,
};

interface Caller {
  readonly shop: WechatShop;
  readonly params: unknown;
  readonly context: ApiContext;
}

function answer(request: ApiRequest, context: ApiContext): ApiReply {
  const call = request.path;
  if (request.method !== 'POST') return refuse(call, 'parameter_invalid');
  const params = parsed(request.body);
  if (call === TOKEN_PATH) return giveToken(call, params, context);
  const shop = authorised(request, context);
  if (typeof shop === 'string') return refuse(call, shop);
  if (context.fault === 'throttle') return refuse(call, 'throttled');
  switch (call) {
    case '/channels/ec/order/get':
      return detail(call, { shop, params, context });
    case '/channels/ec/order/delivery/send':
      return ship(call, { shop, params, context });
    case '/channels/ec/order/addressmodify/accept':
    case '/channels/ec/order/addressmodify/reject':
      return answerAddress(call, { shop, params, context });
    case '/channels/ec/product/stock/update':
      return accept(call);
    default:
      return refuse(call, 'path_unknown');
  }
}

/** The stable token: while it holds, everybody who asks gets the same one, unless a new one is forced. */
function giveToken(call: string, params: unknown, context: ApiContext): ApiReply {
  const asked = tokenParams.safeParse(params);
  if (!asked.success) return refuse(call, 'parameter_invalid');
  const shop = context.world.shopByToken('wechat', asked.data.appid);
  if (shop?.channel !== 'wechat') return refuse(call, 'app_unknown');
  if (asked.data.secret !== shop.credentials.appSecret) return refuse(call, 'secret_invalid');
  const { token, expiresInSeconds } = context.tokens.give(asked.data.appid, { nowMs: context.nowMs, fresh: asked.data.force_refresh ?? false });
  return { status: 200, body: wireText({ access_token: token, expires_in: expiresInSeconds }), call };
}

function authorised(request: ApiRequest, context: ApiContext): WechatShop | keyof typeof REFUSALS {
  const token = context.tokens.read(request.query.get('access_token') ?? '', context.nowMs);
  if (token === undefined) return 'token_unknown';
  if (!token.alive || context.fault === 'token_expired') return 'token_expired';
  const shop = context.world.shopByToken('wechat', token.appId);
  return shop?.channel === 'wechat' ? shop : 'token_unknown';
}

function detail(call: string, { shop, params, context }: Caller): ApiReply {
  const asked = detailParams.safeParse(params);
  if (!asked.success) return refuse(call, 'parameter_invalid');
  const order = context.world.order(shop, asked.data.order_id, { stale: context.fault === 'stale' });
  return order === undefined ? refuse(call, 'not_found') : { status: 200, body: context.render(order, detailText), call };
}

/** Lines are named by product and sku; a second sending of what has left is refused. */
function ship(call: string, { shop, params, context }: Caller): ApiReply {
  const asked = shipParams.safeParse(params);
  if (!asked.success) return refuse(call, 'parameter_invalid');
  let order = context.world.order(shop, asked.data.order_id);
  if (order === undefined) return refuse(call, 'not_found');
  for (const parcel of asked.data.delivery_list) {
    const lines = linesIn(order, parcel.product_infos);
    const move = { kind: 'ship', company: parcel.delivery_id, trackingNumber: parcel.waybill_id, by: 'hub', lines } as const;
    const moved = context.world.move(order, move, context.nowMs);
    if (!moved.ok) return refuse(call, moved.error === 'already_shipped' || moved.error === 'too_many_shipped' ? 'already_shipped' : 'not_shippable');
    order = moved.value;
  }
  return { ...accept(call), shipped: order };
}

interface Part {
  readonly product_id: string;
  readonly sku_id: string;
  readonly product_cnt: number;
}

function linesIn({ lines }: PlatformOrder, parts: readonly Part[]): ShippedLine[] {
  const isMeant = (line: OrderLine, part: Part): boolean => line.productId === part.product_id && line.skuId === part.sku_id;
  return parts.flatMap((part) => lines.filter((line) => isMeant(line, part)).map(({ lineId }) => ({ lineId, quantity: part.product_cnt })));
}

function answerAddress(call: string, { shop, params, context }: Caller): ApiReply {
  const asked = detailParams.safeParse(params);
  const order = asked.success ? context.world.order(shop, asked.data.order_id) : undefined;
  if (order === undefined) return refuse(call, 'not_found');
  const moved = context.world.move(order, { kind: 'answer_address', approved: call.endsWith('/accept') }, context.nowMs);
  return moved.ok ? accept(call) : refuse(call, 'not_shippable');
}

function accept(call: string): ApiReply {
  return { status: 200, body: wireText({ errcode: 0, errmsg: 'ok' }), call };
}

function refuse(call: string, why: keyof typeof REFUSALS): ApiReply {
  const { code, text } = REFUSALS[why];
  return { status: 200, body: wireText({ errcode: code, errmsg: `${text} rid: sim` }), call, refused: why };
}

function parsed(body: string): unknown {
  try {
    return parseJson(body);
  } catch {
    return undefined;
  }
}
