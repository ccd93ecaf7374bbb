import { newId } from '../../shared/kernel/ids.ts';
import { err, ok, refuse, type Result } from '../../shared/kernel/result.ts';
import { isoFromMs } from '../../shared/kernel/time.ts';
import type { OrderCommand } from '../../shared/orders/decide.ts';
import { viewOf } from '../../shared/orders/order.ts';
import type { Order, OrderView } from '../../shared/orders/schema.ts';
import type { Caller } from '../flows/authenticate.ts';
import { changeOrder, placeOrder } from '../flows/change-order.ts';
import type { Hub } from '../flows/hub.ts';
import { replayableOf } from '../flows/replays.ts';
import type { Handlers, RequestFacts } from '../flows/serve.ts';
import type { contract } from './contract.ts';
import { shipmentAnswer } from './shipment.ts';

const SHIPMENT_ID_CHARACTERS = 12;

/** Orders over HTTP. */
export function handlersOf(hub: Hub): Handlers<typeof contract> {
  const by = ({ tenant, name }: Caller, request: RequestFacts) => ({ tenantId: tenant.tenantId, by: name, replayable: replayableOf(tenant.tenantId, request) });
  const move = (type: Exclude<OrderCommand['type'], 'ship'>) => async (call: { params: { orderId: string }; body: { reason: string }; caller: Caller; request: RequestFacts }) =>
    viewed(await changeOrder(hub, { orderId: call.params.orderId, command: { type, reason: call.body.reason } }, by(call.caller, call.request)));
  return {
    placeOrder: async ({ body, caller, request }) => viewed(await placeOrder(hub, body, by(caller, request))),
    async listOrders({ query, caller }) {
      const page = await hub.orders.list(caller.tenant.tenantId, query);
      return page.ok ? ok({ items: page.value.items.map(viewOf), nextCursor: page.value.nextCursor }) : err({ code: 'invalid_input', fields: [{ path: 'cursor', message: 'not a cursor of this list' }] });
    },
    async getOrder({ params, caller }) {
      const order = await hub.orders.get(caller.tenant.tenantId, params.orderId);
      return order === undefined ? refuse('order_not_found') : ok(viewOf(order));
    },
    holdOrder: move('hold'),
    releaseOrder: move('release'),
    cancelOrder: move('cancel'),
    rerouteOrder: move('reroute'),
    async shipOrder({ params, body, caller, request }) {
      const at = isoFromMs(hub.clock.nowMs());
      const command = { type: 'ship' as const, ...body, shipmentId: newId(hub.random, SHIPMENT_ID_CHARACTERS), at, by: caller.name };
      const order = await changeOrder(hub, { orderId: params.orderId, command }, by(caller, request));
      return order.ok ? ok(shipmentAnswer(order.value, command)) : order;
    },
  };
}

function viewed(order: Result<Order>): Result<OrderView> {
  return order.ok ? ok(viewOf(order.value)) : order;
}
