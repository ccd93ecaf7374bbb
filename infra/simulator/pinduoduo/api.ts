import { fieldsOf, isFresh } from '../api.ts';
import type { ApiContext, ApiReply, ApiRequest, Mount } from '../api.ts';
import { linePaidFen } from '../order.ts';
import type { PinduoduoShop } from '../shop.ts';
import { wireText } from '../wire.ts';
import { detailText } from './detail.ts';
import { popSign } from './sign.ts';

/** Only the wrapper is sourced; the numbers are from memory. All under HTTP 200. */
const REFUSALS = {
  throttled: { code: 70031, text: '调用过于频繁,请调整调用频率' },
  token_expired: { code: 10019, text: 'access_token已过期' },
  token_unknown: { code: 10000, text: 'access_token无效' },
  client_unknown: { code: 10001, text: 'client_id不合法' },
  type_unknown: { code: 10002, text: 'type不合法' },
  sign_invalid: { code: 20004, text: '签名sign校验失败' },
  timestamp_invalid: { code: 20005, text: 'timestamp过期' },
  parameter_invalid: { code: 20000, text: '参数错误' },
  not_found: { code: 50001, text: '订单不存在' },
  already_shipped: { code: 50001, text: '订单已发货,不能重复发货' },
  not_shippable: { code: 50001, text: '订单状态不允许发货' },
} as const;

const FIRST_DELIVERY = '1';

export const pinduoduoMount: Mount = { channel: 'pinduoduo', serves: (path) => path === '/api/router', api: answer };

type Params = Readonly<Record<string, string>>;

interface Caller {
  readonly shop: PinduoduoShop;
  readonly params: Params;
  readonly context: ApiContext;
}

function answer(request: ApiRequest, context: ApiContext): ApiReply {
  const params = paramsOf(request);
  const call = params['type'] ?? '';
  const shop = authorised(request, params, context);
  if (typeof shop === 'string') return refuse(call, shop);
  if (context.fault === 'throttle') return refuse(call, 'throttled');
  if (context.fault === 'token_expired') return refuse(call, 'token_expired');
  switch (call) {
    case 'pdd.order.information.get': {
      const order = context.world.order(shop, params['order_sn'] ?? '', { stale: context.fault === 'stale' });
      return order === undefined ? refuse(call, 'not_found') : { status: 200, body: context.render(order, detailText), call };
    }
    case 'pdd.refund.information.get':
      return refundInformation(call, { shop, params, context });
    case 'pdd.logistics.online.send':
      return ship(call, { shop, params, context });
    case 'pdd.goods.quantity.update':
      return { status: 200, body: wireText({ goods_quantity_update_response: { is_success: true, request_id: 'sim' } }), call };
    default:
      return refuse(call, 'type_unknown');
  }
}

/** Parameters come in the query, as a form, or as flat JSON. */
function paramsOf(request: ApiRequest): Params {
  const query = fieldsOf(request.query);
  if (!request.body.startsWith('{')) return { ...query, ...fieldsOf(new URLSearchParams(request.body)) };
  const json: unknown = JSON.parse(request.body);
  const fields = Object.entries(typeof json === 'object' && json !== null ? json : {});
  return { ...query, ...Object.fromEntries(fields.map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)])) };
}

function authorised(request: ApiRequest, params: Params, context: ApiContext): PinduoduoShop | keyof typeof REFUSALS {
  const { sign, ...signed } = params;
  const { client_id: clientId, access_token: token = '', timestamp = '', data_type: dataType = 'JSON' } = params;
  if (request.method !== 'POST' || dataType !== 'JSON') return 'parameter_invalid';
  const shop = context.world.shopByToken('pinduoduo', token);
  if (shop?.channel !== 'pinduoduo') return 'token_unknown';
  if (clientId !== shop.credentials.clientId) return 'client_unknown';
  if (sign !== popSign(shop.credentials.clientSecret, signed)) return 'sign_invalid';
  return /^\d+$/.test(timestamp) && isFresh(Number(timestamp) * 1_000, context.nowMs) ? shop : 'timestamp_invalid';
}

/** Refund amounts are integers in fen, unlike the order's. */
function refundInformation(call: string, { shop, params, context }: Caller): ApiReply {
  const order = context.world.order(shop, params['order_sn'] ?? '');
  const line = order?.lines[0];
  if (order === undefined || line === undefined || line.refund === 'none') return refuse(call, 'not_found');
  const refundFen = order.lines.reduce((sum, each) => sum + linePaidFen(each), 0);
  const status = line.refund === 'refunded' ? 10 : line.refund === 'closed' ? 6 : 2;
  const body = wireText({
    order_sn: order.orderId, id: BigInt(line.refundId), after_sales_status: status, after_sales_type: 1, refund_amount: refundFen,
    order_amount: refundFen + order.freightFen, goods_number: line.quantity, goods_price: line.unitPriceFen, shipping_status: 0, sku_id: line.skuId,
  });
  return { status: 200, body, call };
}

/** `redelivery_type` 2 changes the number of a parcel already sent; 1 is the first sending. */
function ship(call: string, { shop, params, context }: Caller): ApiReply {
  const { order_sn: orderId = '', logistics_id: company = '', tracking_number: trackingNumber = '', redelivery_type: delivery = FIRST_DELIVERY } = params;
  if (!/^\d+$/.test(company) || trackingNumber === '') return refuse(call, 'parameter_invalid');
  const order = context.world.order(shop, orderId);
  if (order === undefined) return refuse(call, 'not_found');
  if (delivery !== FIRST_DELIVERY) return order.shipments.length > 0 ? accepted(call) : refuse(call, 'not_shippable');
  const moved = context.world.move(order, { kind: 'ship', company, trackingNumber, by: 'hub' }, context.nowMs);
  if (moved.ok) return { ...accepted(call), shipped: moved.value };
  return refuse(call, moved.error === 'already_shipped' ? 'already_shipped' : 'not_shippable');
}

function accepted(call: string): ApiReply {
  return { status: 200, body: wireText({ logistics_online_send_response: { is_success: true, request_id: 'sim' } }), call };
}

function refuse(call: string, why: keyof typeof REFUSALS): ApiReply {
  const { code, text } = REFUSALS[why];
  return { status: 200, body: wireText({ error_response: { error_code: code, error_msg: text, sub_code: String(code), sub_msg: text, request_id: 'sim' } }), call, refused: why };
}
