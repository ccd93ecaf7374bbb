import * as z from 'zod';

/** The platforms we speak to, and the two ways in that are not a platform. */
export const PLATFORM_CHANNELS = ['douyin', 'taobao', 'pinduoduo', 'wechat'] as const;
export const CHANNELS = [...PLATFORM_CHANNELS, 'offline', 'partner'] as const;
export type PlatformChannel = (typeof PLATFORM_CHANNELS)[number];
export type ChannelName = (typeof CHANNELS)[number];

/** How far an order has come in the platform's own eyes. `paid` includes every "waiting for the seller to ship". */
export const stageSchema = z.enum(['unpaid', 'paid', 'partly_shipped', 'shipped', 'completed', 'cancelled']);
export type Stage = z.infer<typeof stageSchema>;

/** Holds that come from a platform. The hub adds its own: refund_open, region_unknown, oversized, manual. */
export const platformHoldSchema = z.enum(['risk_review', 'group_open', 'address_under_review', 'platform_forbids']);
export type PlatformHold = z.infer<typeof platformHoldSchema>;

export const amountsSchema = z.object({
  goodsFen: z.int().meta({ description: 'Sum of unit price x quantity' }),
  freightFen: z.int(),
  sellerDiscountFen: z.int(),
  platformDiscountFen: z.int().meta({ description: "Includes a talent's share" }),
  paidFen: z.int().meta({ description: 'goods + freight - sellerDiscount - platformDiscount' }),
});
export type Amounts = z.infer<typeof amountsSchema>;

/**
 * One line as the platform sees it now. `lineId` is the platform's sub-order id where it has one, else unique within
 * the order and stable over repeated reads. `sku` is the seller's own code. `paidFen` excludes freight.
 * `shippedQuantity` counts what the platform knows as shipped; `channelWarehouse` is a warehouse the platform chose.
 */
export const channelLineSchema = z.object({
  lineId: z.string().min(1),
  sku: z.string(),
  title: z.string(),
  quantity: z.int().min(1),
  unitPriceFen: z.int(),
  paidFen: z.int(),
  refund: z.enum(['none', 'open', 'refunded']),
  cancelled: z.boolean(),
  shippedQuantity: z.int().min(0),
  channelWarehouse: z.string().optional(),
});
export type ChannelLine = z.infer<typeof channelLineSchema>;

/**
 * Names as the platform spells them; personal data only as the platform's own ciphertext or mask, never in plain.
 * `sealed` holds e.g. {name, phone, detail, oaid}; `masked` what may be shown to people.
 */
export const channelReceiverSchema = z.object({
  province: z.string(),
  city: z.string(),
  district: z.string(),
  town: z.string().optional(),
  sealed: z.record(z.string(), z.string()),
  masked: z.record(z.string(), z.string()),
});
export type ChannelReceiver = z.infer<typeof channelReceiverSchema>;

/** The newest detail of an order, read from its channel: what every channel's `translate` gives. Times ISO 8601 UTC. */
export const channelOrderSchema = z.object({
  channelOrderId: z.string().min(1),
  stage: stageSchema,
  holds: z.array(platformHoldSchema),
  lines: z.array(channelLineSchema).min(1),
  amounts: amountsSchema,
  receiver: channelReceiverSchema,
  createdAt: z.string(),
  paidAt: z.string().optional(),
  shipBy: z.string().optional(),
  updatedAt: z.string().optional(),
  buyerNote: z.string().optional(),
  sellerNote: z.string().optional(),
});
export type ChannelOrder = z.infer<typeof channelOrderSchema>;
