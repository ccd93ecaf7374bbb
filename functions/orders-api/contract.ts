import * as z from 'zod';
import { CHANNELS } from '../../shared/kernel/channel-order.ts';
import type { Contract } from '../../shared/kernel/contract.ts';
import { pageOf, pageQuerySchema } from '../../shared/kernel/page.ts';
import { placeOrderSchema } from '../../shared/orders/place.ts';
import { CARRIERS, ORDER_LINES_MAX, orderStatusSchema, orderViewSchema } from '../../shared/orders/schema.ts';
import { warehouseCodeSchema } from '../../shared/stock/schema.ts';

const params = z.strictObject({ orderId: z.string().max(600) });
const reasonBody = z.strictObject({ reason: z.string().trim().min(1).max(500) }).meta({ id: 'Reason' });

const shipmentBody = z
  .strictObject({
    warehouse: warehouseCodeSchema,
    carrier: z.enum(CARRIERS),
    trackingNumber: z.string().trim().min(1).max(64).regex(/^[A-Za-z0-9-]+$/, 'letters, digits and -'),
    lines: z
      .array(z.strictObject({ lineId: z.string().max(128), quantity: z.int().min(1) }))
      .min(1)
      .max(ORDER_LINES_MAX),
  })
  .meta({ id: 'ShipmentBody' });

const SELLING = ['owner', 'seller', 'warehouse'] as const;
const move = { method: 'POST', tag: 'orders', auth: 'key', roles: SELLING, writes: true, params, body: reasonBody, status: 200, answer: orderViewSchema } as const;

/** Orders: brought in by callers, found, and moved by people. */
export const contract = {
  placeOrder: {
    method: 'POST',
    path: '/v1/orders',
    summary: 'Place an offline or partner order',
    description: 'It is routed and its stock reserved before the answer; without stock it is kept as backordered.',
    tag: 'orders',
    auth: 'key',
    roles: ['owner', 'seller', 'partner'],
    writes: true,
    idempotent: true,
    body: placeOrderSchema,
    status: 201,
    answer: orderViewSchema,
    refusals: ['order_exists', 'too_many_lines', 'idempotency_conflict'],
  },
  listOrders: {
    method: 'GET',
    path: '/v1/orders',
    summary: 'Orders, newest first',
    tag: 'orders',
    auth: 'key',
    query: z.strictObject({ ...pageQuerySchema.shape, channel: z.enum(CHANNELS).optional(), channelOrderId: z.string().max(64).optional(), status: orderStatusSchema.optional() }),
    status: 200,
    answer: pageOf(orderViewSchema),
  },
  getOrder: { method: 'GET', path: '/v1/orders/{orderId}', summary: 'One order', tag: 'orders', auth: 'key', params, status: 200, answer: orderViewSchema, refusals: ['order_not_found'] },
  holdOrder: { ...move, path: '/v1/orders/{orderId}/hold', summary: 'Stop an order', refusals: ['order_not_found', 'order_closed', 'order_held', 'order_already_shipped'] },
  releaseOrder: { ...move, path: '/v1/orders/{orderId}/release', summary: 'Lift the holds a person may lift', refusals: ['order_not_found', 'order_closed', 'order_not_held'] },
  cancelOrder: { ...move, path: '/v1/orders/{orderId}/cancel', summary: 'Cancel an order and free its stock', refusals: ['order_not_found', 'order_closed', 'order_already_shipped'] },
  rerouteOrder: { ...move, path: '/v1/orders/{orderId}/reroute', summary: 'Route an order again', refusals: ['order_not_found', 'order_closed', 'order_held', 'order_already_shipped', 'order_not_allocated'] },
  shipOrder: {
    ...move,
    path: '/v1/orders/{orderId}/shipments',
    summary: 'Record a parcel',
    idempotent: true,
    body: shipmentBody,
    status: 201,
    answer: z.object({ shipmentId: z.string(), warehouse: z.string(), carrier: z.string(), trackingNumber: z.string(), lines: z.array(z.object({ lineId: z.string(), sku: z.string(), quantity: z.int() })), at: z.string(), order: orderViewSchema }).meta({ id: 'ShipmentCreated' }),
    refusals: ['order_not_found', 'order_closed', 'order_held', 'line_not_found', 'line_not_shippable', 'order_not_allocated', 'quantity_exceeds_allocation'],
  },
} as const satisfies Contract;
