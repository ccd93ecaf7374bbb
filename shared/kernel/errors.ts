/** One line of the error table: the HTTP status, and what a person is told in English and Chinese. */
interface ErrorEntry {
  readonly http: number;
  readonly en: string;
  readonly zh: string;
}

/**
 * Every code the hub can answer with, in one place. Codes are words, stable for ever and never reused.
 * A `tidy` test keeps the codes used in the source equal to the codes listed here.
 */
export const ERRORS = {
  invalid_json: { http: 400, en: 'The body is not valid JSON.', zh: '请求体不是合法的 JSON。' },
  invalid_input: { http: 422, en: 'Some fields are missing or wrong; see fields.', zh: '部分字段缺失或有误,见 fields。' },
  unsupported_media_type: { http: 415, en: 'Send the body as application/json.', zh: '请以 application/json 发送请求体。' },
  body_too_large: { http: 413, en: 'The body is larger than this call accepts.', zh: '请求体超过大小上限。' },
  too_many_messages: { http: 422, en: 'The push carries more messages than are accepted at once.', zh: '单次推送的消息数超过上限。' },
  too_many_lines: { http: 422, en: 'The order has more lines than are accepted.', zh: '订单行数超过上限。' },
  unauthorized: { http: 401, en: 'The API key is missing, unknown or revoked.', zh: 'API 密钥缺失、未知或已停用。' },
  signature_invalid: { http: 401, en: 'The signature does not match.', zh: '签名校验失败。' },
  forbidden: { http: 403, en: "The key's role may not do this.", zh: '该密钥的角色无权执行此操作。' },
  trial_expired: { http: 403, en: 'The trial has ended: reading and export stay open.', zh: '试用已结束:仍可查看与导出。' },
  not_found: { http: 404, en: 'There is no such thing here.', zh: '未找到。' },
  method_not_allowed: { http: 405, en: 'This address does not take that method.', zh: '该地址不支持此方法。' },
  idempotency_conflict: { http: 409, en: 'This Idempotency-Key was used with another body.', zh: '该 Idempotency-Key 已用于不同的请求体。' },
  order_exists: { http: 409, en: 'The channel order id is already taken in this shop.', zh: '该店铺已存在相同的渠道订单号。' },
  order_not_found: { http: 404, en: 'There is no such order.', zh: '订单不存在。' },
  order_closed: { http: 409, en: 'The order is already finished or cancelled.', zh: '订单已完结或已取消。' },
  order_not_held: { http: 409, en: 'The order carries no hold that a person may lift.', zh: '订单没有可人工解除的拦截。' },
  order_held: { http: 409, en: 'The order is on hold.', zh: '订单已被拦截。' },
  order_not_allocated: { http: 409, en: 'The order has nothing allocated there.', zh: '订单在该仓没有已分配的商品。' },
  order_already_shipped: { http: 409, en: 'Goods of this order have already left.', zh: '订单已有商品发出。' },
  line_not_found: { http: 422, en: 'The order has no such line.', zh: '订单中没有该行。' },
  line_not_shippable: { http: 409, en: 'A line is on hold, under refund, cancelled or already shipped.', zh: '订单行处于拦截、退款、取消或已发货状态,不能发货。' },
  quantity_exceeds_allocation: { http: 409, en: 'More is shipped than was allocated there.', zh: '发货数量超过该仓已分配数量。' },
  warehouse_not_found: { http: 404, en: 'There is no such warehouse.', zh: '仓库不存在。' },
  warehouse_limit: { http: 422, en: 'There are already as many warehouses as a tenant may have.', zh: '仓库数量已达上限。' },
  region_unknown: { http: 422, en: 'The place is not in the table of administrative divisions.', zh: '无法识别该行政区划。' },
  stock_short: { http: 409, en: 'There is less available than the change takes.', zh: '可用库存不足。' },
  connection_not_found: { http: 404, en: 'There is no such connection.', zh: '店铺连接不存在。' },
  credentials_invalid: { http: 422, en: "The credentials do not have the channel's form.", zh: '渠道凭证格式不正确。' },
  api_base_url_not_allowed: { http: 422, en: 'apiBaseUrl is for the local stage only.', zh: 'apiBaseUrl 仅限本地环境使用。' },
  rate_limited: { http: 429, en: 'Too many calls; try again later.', zh: '请求过于频繁,请稍后再试。' },
  busy: { http: 503, en: 'Too many changes at once; try again in a moment.', zh: '并发变更过多,请稍后重试。' },
  internal: { http: 500, en: 'Something went wrong on our side.', zh: '服务内部错误。' },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof ERRORS;
