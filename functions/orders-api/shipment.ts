import type * as z from 'zod';
import { assert } from '../../shared/kernel/assert.ts';
import { viewOf } from '../../shared/orders/order.ts';
import type { Order } from '../../shared/orders/schema.ts';
import type { contract } from './contract.ts';

type ShipmentAnswer = z.infer<(typeof contract)['shipOrder']['answer']>;

/** The parcel that a call recorded, beside the order. A repeated call finds the parcel of the first by its number. */
export function shipmentAnswer(order: Order, asked: { shipmentId: string; carrier: string; trackingNumber: string }): ShipmentAnswer {
  const view = viewOf(order);
  const shipment =
    view.shipments.find(({ shipmentId }) => shipmentId === asked.shipmentId) ??
    view.shipments.findLast(({ carrier, trackingNumber }) => carrier === asked.carrier && trackingNumber === asked.trackingNumber);
  assert(shipment !== undefined, 'a recorded parcel is in its order');
  const { shipmentId, warehouse, carrier, trackingNumber, lines, at } = shipment;
  return { shipmentId, warehouse, carrier, trackingNumber, lines, at, order: view };
}
