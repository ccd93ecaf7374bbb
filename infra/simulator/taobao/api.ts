import { msFromChinaText } from '../../../shared/kernel/time.ts';
import { fieldsOf, isFresh } from '../api.ts';
import type { ApiContext, ApiReply, ApiRequest, Mount } from '../api.ts';
import type { TaobaoShop } from '../shop.ts';
import { wireText } from '../wire.ts';
import type { Wire } from '../wire.ts';
import { topSign } from './sign.ts';
import { tradeText } from './trade.ts';

/** TOP's error list, from memory except for 7; all under HTTP 200. */
const REFUSALS = {
  throttled: { code: 7, msg: 'App Call Limited', sub: 'accesscontrol.limited-by-api-access-count', text: 'This ban will last for 1 more seconds' },
  method_invalid: { code: 22, msg: 'Invalid Method', sub: '', text: '' },
  sign_invalid: { code: 25, msg: 'Invalid Signature', sub: 'isv.invalid-signature', text: '' },
  token_expired: { code: 27, msg: 'Invalid Session', sub: 'session-expired', text: 'session过期' },
  token_unknown: { code: 27, msg: 'Invalid Session', sub: 'invalid-sessionkey', text: '非法或过期的SessionKey参数' },
  app_unknown: { code: 29, msg: 'Invalid App Key', sub: 'isv.appkey-not-exists', text: '' },
  timestamp_invalid: { code: 31, msg: 'Invalid Timestamp', sub: '', text: '' },
  parameter_missing: { code: 40, msg: 'Missing Required Arguments', sub: 'isv.missing-parameter', text: '' },
  parameter_invalid: { code: 41, msg: 'Invalid Arguments', sub: 'isv.invalid-parameter', text: '' },
  not_found: { code: 15, msg: 'Remote service error', sub: 'isv.trade-not-exist', text: '交易不存在' },
  already_shipped: { code: 15, msg: 'Remote service error', sub: 'isv.logistics-offline-service-error:B04', text: '发货失败:订单已发货' },
  not_shippable: { code: 15, msg: 'Remote service error', sub: 'isv.logistics-offline-service-error:B01', text: '发货失败:订单状态不允许发货' },
} as const;

export const taobaoMount: Mount = { channel: 'taobao', serves: (path) => path === '/router/rest', api: answer };

type Params = Readonly<Record<string, string>>;

interface Caller {
  readonly shop: TaobaoShop;
  readonly params: Params;
  readonly context: ApiContext;
}

function answer(request: ApiRequest, context: ApiContext): ApiReply {
  const params: Params = { ...fieldsOf(request.query), ...fieldsOf(new URLSearchParams(request.body)) };
  const call = params['method'] ?? '';
  const shop = authorised(request, params, context);
  if (typeof shop === 'string') return refuse(call, shop);
  if (context.fault === 'throttle') return refuse(call, 'throttled');
  if (context.fault === 'token_expired') return refuse(call, 'token_expired');
  switch (call) {
    case 'taobao.trade.fullinfo.get':
      return detail(call, { shop, params, context });
    case 'taobao.logistics.offline.send':
      return ship(call, { shop, params, context });
    case 'taobao.item.quantity.update':
      return { status: 200, body: wireText({ item_quantity_update_response: { item: { num_iid: params['num_iid'] ?? '' }, request_id: 'sim' } }), call };
    default:
      return refuse(call, 'method_invalid');
  }
}

/** The session must belong to the app; the sign covers every parameter but itself. */
function authorised(request: ApiRequest, params: Params, context: ApiContext): TaobaoShop | keyof typeof REFUSALS {
  const { sign, ...signed } = params;
  const { session = '', app_key: appKey, timestamp = '', sign_method: method, format, v } = params;
  if (request.method !== 'POST' || format !== 'json' || v !== '2.0') return 'parameter_missing';
  const shop = context.world.shopByToken('taobao', session);
  if (shop?.channel !== 'taobao') return 'token_unknown';
  if (appKey !== shop.credentials.appKey) return 'app_unknown';
  if (method !== 'md5' && method !== 'hmac' && method !== 'hmac-sha256') return 'sign_invalid';
  if (sign !== topSign(shop.credentials.appSecret, signed, method)) return 'sign_invalid';
  return isFresh(msFromChinaText(timestamp), context.nowMs) ? shop : 'timestamp_invalid';
}

function detail(call: string, { shop, params, context }: Caller): ApiReply {
  const fields = (params['fields'] ?? '').split(',');
  if (params['tid'] === undefined || !fields.includes('orders') && !fields.some((field) => field.startsWith('orders.'))) return refuse(call, 'parameter_missing');
  const order = context.world.order(shop, params['tid'], { stale: context.fault === 'stale' });
  if (order === undefined) return refuse(call, 'not_found');
  const withOaid = params['include_oaid'] === 'true';
  const body = withOaid ? context.render(order, (asked) => tradeText(asked, shop.shopName, true)) : tradeText(order, shop.shopName, false);
  return { status: 200, body, call };
}

/** `is_split` 1 ships only the sub orders named in `sub_tid`. */
function ship(call: string, { shop, params, context }: Caller): ApiReply {
  const { tid, out_sid: trackingNumber, company_code: company } = params;
  if (tid === undefined || trackingNumber === undefined || company === undefined) return refuse(call, 'parameter_missing');
  const order = context.world.order(shop, tid);
  if (order === undefined) return refuse(call, 'not_found');
  const named = params['is_split'] === '1' ? (params['sub_tid'] ?? '').split(',') : undefined;
  const lines = named && order.lines.filter(({ lineId }) => named.includes(lineId)).map(({ lineId, quantity }) => ({ lineId, quantity }));
  const moved = context.world.move(order, { kind: 'ship', company, trackingNumber, by: 'hub', ...(lines === undefined ? {} : { lines }) }, context.nowMs);
  if (!moved.ok) return refuse(call, moved.error === 'already_shipped' || moved.error === 'too_many_shipped' ? 'already_shipped' : 'not_shippable');
  return { status: 200, body: wireText({ logistics_offline_send_response: { shipping: { is_success: true }, request_id: 'sim' } }), call, shipped: moved.value };
}

function refuse(call: string, why: keyof typeof REFUSALS): ApiReply {
  const { code, msg, sub, text } = REFUSALS[why];
  const error: { [name: string]: Wire } = { code, msg, ...(sub === '' ? {} : { sub_code: sub }), ...(text === '' ? {} : { sub_msg: text }), request_id: 'sim' };
  return { status: 200, body: wireText({ error_response: error }), call, refused: why };
}
