import * as z from 'zod';
import { amountsSchema, channelLineSchema, CHANNELS, stageSchema, type ChannelLine } from '../kernel/channel-order.ts';
import { routingSchema } from '../routing/schema.ts';

export const HOLD_CODES = ['risk_review', 'group_open', 'address_under_review', 'platform_forbids', 'refund_open', 'region_unknown', 'oversized', 'manual'] as const;
export const holdCodeSchema = z.enum(HOLD_CODES);
export type HoldCode = z.infer<typeof holdCodeSchema>;

export const ORDER_STATUSES = ['awaiting_payment', 'held', 'backordered', 'allocated', 'partly_shipped', 'shipped', 'completed', 'cancelled'] as const;
export const orderStatusSchema = z.enum(ORDER_STATUSES);
export type OrderStatus = z.infer<typeof orderStatusSchema>;

export const lineStatusSchema = z.enum(['open', 'allocated', 'backordered', 'refund_open', 'shipped', 'cancelled', 'refunded']);
export type LineStatus = z.infer<typeof lineStatusSchema>;

/** The most lines an order may have; a platform's larger order is kept, and held as `oversized`. */
export const ORDER_LINES_MAX = 500;
/** The most entries a timeline keeps: the first, and the newest. */
export const TIMELINE_ENTRIES_MAX = 200;
export const CARRIERS = ['SF', 'ZTO', 'YTO', 'STO', 'YUNDA', 'JT', 'EMS', 'JD', 'DEPPON'] as const;

/** A line keeps the form in which its channel told of it; `shippedQuantity` counts what left here or there. */
export type OrderLine = ChannelLine;

const receiverSchema = z.object({
  province: z.string(),
  city: z.string(),
  district: z.string(),
  town: z.string().optional(),
  regionCode: z.string(),
  regionStatus: z.string(),
  sealed: z.record(z.string(), z.string()),
  masked: z.record(z.string(), z.string()),
});
export type Receiver = z.infer<typeof receiverSchema>;

/** Pieces of one line reserved in, or shipped from, one stock row. */
const pieceSchema = z.object({ warehouse: z.string(), bucket: z.int(), sku: z.string(), lineId: z.string(), quantity: z.int().min(1) });
export type Piece = z.infer<typeof pieceSchema>;

const shipmentSchema = z.object({
  shipmentId: z.string(),
  warehouse: z.string(),
  carrier: z.string(),
  trackingNumber: z.string(),
  pieces: z.array(pieceSchema),
  at: z.string(),
  by: z.string(),
});
export type Shipment = z.infer<typeof shipmentSchema>;

const timelineEntrySchema = z.object({ at: z.string(), event: z.string(), by: z.string(), detail: z.string() });
export type TimelineEntry = z.infer<typeof timelineEntrySchema>;

/** An order as it is stored. What it reserves (`allocations`) and what left for it (`shipments`) is the truth for stock. */
export const orderSchema = z.object({
  orderId: z.string(),
  channel: z.enum(CHANNELS),
  shopId: z.string(),
  channelOrderId: z.string(),
  connectionId: z.string().optional(),
  stage: stageSchema,
  /** A person or a partner ended it here, whatever the platform says afterwards. */
  closedHere: z.boolean(),
  status: orderStatusSchema,
  holds: z.array(holdCodeSchema),
  /** Holds a person lifted that would come back by themselves. */
  waived: z.array(holdCodeSchema),
  lines: z.array(channelLineSchema),
  amounts: amountsSchema,
  receiver: receiverSchema,
  allocations: z.array(pieceSchema),
  /** What a backordered order waits for: the SKUs that were short. Empty when it does not wait. */
  waitingFor: z.array(z.string()),
  /** Parcels counted against the daily capacity of warehouses that have one. */
  parcels: z.array(z.object({ warehouse: z.string(), day: z.string() })),
  routing: routingSchema.nullable(),
  shipments: z.array(shipmentSchema),
  timeline: z.array(timelineEntrySchema),
  /** Keys of the pushes already acted on, newest last. */
  seen: z.array(z.string()),
  buyerNote: z.string().optional(),
  sellerNote: z.string().optional(),
  channelUpdatedAt: z.string().optional(),
  createdAt: z.string(),
  paidAt: z.string().optional(),
  shipBy: z.string().optional(),
  version: z.int(),
});
export type Order = z.infer<typeof orderSchema>;

const quantityOfLine = z.object({ lineId: z.string(), sku: z.string(), quantity: z.int() });

/** An order as the API shows it (DESIGN, "Order"): no sealed personal data, no inner bookkeeping. */
export const orderViewSchema = z
  .object({
    orderId: z.string(),
    channel: z.enum(CHANNELS),
    shopId: z.string(),
    channelOrderId: z.string(),
    status: orderStatusSchema,
    holds: z.array(holdCodeSchema),
    lines: z.array(
      z.object({ lineId: z.string(), sku: z.string(), title: z.string(), quantity: z.int(), unitPriceFen: z.int(), paidFen: z.int(), status: lineStatusSchema, shippedQuantity: z.int() }),
    ),
    amounts: amountsSchema,
    receiver: receiverSchema.omit({ sealed: true }),
    allocations: z.array(z.object({ warehouse: z.string(), lines: z.array(quantityOfLine) })),
    routing: routingSchema.nullable(),
    shipments: z.array(
      z.object({ shipmentId: z.string(), warehouse: z.string(), carrier: z.string(), trackingNumber: z.string(), lines: z.array(quantityOfLine), at: z.string(), by: z.string() }),
    ),
    timeline: z.array(timelineEntrySchema),
    waitingFor: z.array(z.string()),
    buyerNote: z.string().optional(),
    sellerNote: z.string().optional(),
    createdAt: z.string(),
    paidAt: z.string().optional(),
    shipBy: z.string().optional(),
    version: z.int(),
  })
  .meta({ id: 'Order' });
export type OrderView = z.infer<typeof orderViewSchema>;
