import * as z from 'zod';
import { ROLES } from '../kernel/contract.ts';
import { CHANNELS } from '../kernel/channel-order.ts';

/** Full function for this long; then reading and export only. */
export const TRIAL_DAYS = 15;
export const TRIAL_MS = TRIAL_DAYS * 86_400_000;
/** The most warehouses a tenant can have: routing reads them all with every order. */
export const WAREHOUSES_MAX = 200;

export const trialBodySchema = z.strictObject({ company: z.string().trim().min(1).max(200), contact: z.string().trim().min(1).max(200) }).meta({ id: 'TrialBody' });
export const trialSchema = z.object({ tenantId: z.string(), apiKey: z.string(), trialEndsAt: z.string() }).meta({ id: 'Trial' });

export const tenantSchema = z.object({
  tenantId: z.string(),
  company: z.string(),
  contact: z.string(),
  createdAt: z.string(),
  trialEndsAt: z.string(),
  /** Counts every change of warehouses, so that a reader can keep them until it moves. */
  setupVersion: z.int(),
  /** Orders may be allocated in parts; by default whole or not at all. */
  allowParts: z.boolean(),
});
export type Tenant = z.infer<typeof tenantSchema>;

export const apiKeySchema = z.object({ tenantId: z.string(), keyId: z.string(), hash: z.string(), role: z.enum(ROLES), name: z.string(), createdAt: z.string() });
export type ApiKey = z.infer<typeof apiKeySchema>;

export const warehouseBodySchema = z
  .strictObject({
    name: z.string().trim().min(1).max(100),
    province: z.string().trim().min(1).max(40),
    city: z.string().trim().max(40),
    district: z.string().trim().max(40),
    priority: z.int().min(0).max(1_000).optional().meta({ description: 'The smaller comes first among equals' }),
    active: z.boolean().optional(),
    dailyParcelsMax: z.int().min(0).max(10_000_000).optional().meta({ description: 'Parcels routed here per China calendar day' }),
  })
  .meta({ id: 'WarehouseBody' });
export type WarehouseBody = z.infer<typeof warehouseBodySchema>;

export const warehouseSchema = z
  .object({
    code: z.string(),
    name: z.string(),
    province: z.string(),
    city: z.string(),
    district: z.string(),
    priority: z.int(),
    active: z.boolean(),
    dailyParcelsMax: z.int().optional(),
    regionCode: z.string(),
    lng: z.number(),
    lat: z.number(),
  })
  .meta({ id: 'Warehouse' });
export type Warehouse = z.infer<typeof warehouseSchema>;

export const connectionBodySchema = z
  .strictObject({
    channel: z.enum(CHANNELS.filter((name) => name !== 'offline')),
    shopName: z.string().trim().min(1).max(100),
    shopId: z.string().trim().min(1).max(64),
    credentials: z.record(z.string(), z.string().max(4_096)),
    apiBaseUrl: z.url({ protocol: /^https?$/ }).max(300).optional(),
  })
  .meta({ id: 'ConnectionBody' });
export type ConnectionBody = z.infer<typeof connectionBodySchema>;

export const connectionCredentialsBodySchema = z.strictObject({ credentials: z.record(z.string(), z.string().max(4_096)) }).meta({ id: 'ConnectionCredentialsBody' });

/** What is stored of a connection; its credentials and relay secret lie in Secrets Manager. */
export const connectionSchema = z.object({
  tenantId: z.string(),
  connectionId: z.string(),
  channel: z.enum(CHANNELS),
  shopName: z.string(),
  shopId: z.string(),
  authorised: z.boolean(),
  apiBaseUrl: z.string().optional(),
  createdAt: z.string(),
});
export type Connection = z.infer<typeof connectionSchema>;

export const connectionViewSchema = z
  .object({ connectionId: z.string(), channel: z.enum(CHANNELS), shopName: z.string(), shopId: z.string(), authorised: z.boolean(), webhookUrl: z.string(), createdAt: z.string() })
  .meta({ id: 'Connection' });
export const connectionCreatedSchema = z.object({ ...connectionViewSchema.shape, relaySecret: z.string().optional() }).meta({ id: 'ConnectionCreated' });
