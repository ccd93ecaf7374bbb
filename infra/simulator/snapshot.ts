import * as z from 'zod';
import { PLATFORM_CHANNELS } from '../../shared/kernel/channel-order.ts';
import type { WorldSnapshot } from './world.ts';

const shippedLine = z.object({ lineId: z.string(), quantity: z.int() });

const place = z.object({ province: z.string(), city: z.string(), district: z.string(), town: z.string(), code: z.string() });

const order = z.object({
  channel: z.enum(PLATFORM_CHANNELS),
  shopId: z.string(),
  orderId: z.string(),
  stage: z.enum(['unpaid', 'paid', 'partly_shipped', 'shipped', 'completed', 'cancelled']),
  lines: z.array(z.object({
    lineId: z.string(), productId: z.string(), skuId: z.string(), sku: z.string(), title: z.string(), quantity: z.int(), unitPriceFen: z.int(),
    sellerDiscountFen: z.int(), platformDiscountFen: z.int(), talentDiscountFen: z.int(),
    refund: z.enum(['none', 'open', 'closed', 'refunded']), refundId: z.string(), shippedQuantity: z.int(),
  })),
  place,
  addressVersion: z.int(),
  askedPlace: place.exactOptional(),
  riskReview: z.boolean(),
  groupOpen: z.boolean(),
  forbidden: z.boolean(),
  freightFen: z.int(),
  buyerNote: z.string(),
  shipments: z.array(z.object({ company: z.string(), trackingNumber: z.string(), lines: z.array(shippedLine), atMs: z.number(), by: z.enum(['hub', 'elsewhere']) })),
  createdAtMs: z.number(),
  paidAtMs: z.number().exactOptional(),
  updatedAtMs: z.number(),
});

const shopBase = { shopId: z.string(), shopName: z.string(), webhookUrl: z.string(), relaySecret: z.string() };

const shop = z.discriminatedUnion('channel', [
  z.object({ ...shopBase, channel: z.literal('douyin'), credentials: z.object({ appKey: z.string(), appSecret: z.string(), accessToken: z.string().exactOptional() }) }),
  z.object({ ...shopBase, channel: z.literal('taobao'), credentials: z.object({ appKey: z.string(), appSecret: z.string(), sessionKey: z.string() }) }),
  z.object({ ...shopBase, channel: z.literal('pinduoduo'), credentials: z.object({ clientId: z.string(), clientSecret: z.string(), accessToken: z.string() }) }),
  z.object({ ...shopBase, channel: z.literal('wechat'), credentials: z.object({ appId: z.string(), appSecret: z.string(), token: z.string(), encodingAesKey: z.string() }) }),
]);

/** A world as it lies on disk between two runs of the demo. */
export const worldSnapshotSchema: z.ZodType<WorldSnapshot> = z.object({ serial: z.int(), sequence: z.int(), shops: z.array(shop), orders: z.array(order) });
