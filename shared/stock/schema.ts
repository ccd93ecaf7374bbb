import * as z from 'zod';

export const skuSchema = z.string().trim().min(1).max(64).refine((text) => text.isWellFormed(), 'well-formed Unicode');
export const warehouseCodeSchema = z.string().trim().min(1).max(32).regex(/^[\p{L}\p{N}._-]+$/u, 'letters, digits, and . _ -');

export const productBodySchema = z
  .strictObject({
    name: z.string().trim().min(1).max(200),
    barcode: z.string().trim().max(64).optional(),
    weightGrams: z.int().min(0).max(1_000_000).optional(),
    safetyStock: z.int().min(0).max(100_000_000).optional().meta({ description: 'Kept back in every warehouse by routing; it never changes `available`' }),
    supplierCode: z.string().trim().max(64).optional(),
    leadTimeDays: z.int().min(0).max(3_650).optional(),
    unitCostFen: z.int().min(0).max(100_000_000_000).optional(),
    taxRateBp: z.int().min(0).max(10_000).optional(),
  })
  .meta({ id: 'ProductBody' });
export type ProductBody = z.infer<typeof productBodySchema>;

export const productSchema = z.object({ sku: z.string(), ...productBodySchema.shape }).meta({ id: 'Product' });
export type Product = z.infer<typeof productSchema>;

export const adjustmentBodySchema = z
  .strictObject({
    warehouse: warehouseCodeSchema,
    sku: skuSchema,
    delta: z.int().min(-100_000_000).max(100_000_000).refine((delta) => delta !== 0, 'must not be 0'),
    reason: z.string().trim().min(1).max(200),
  })
  .meta({ id: 'StockAdjustment' });
export type AdjustmentBody = z.infer<typeof adjustmentBodySchema>;

export const MOVEMENT_KINDS = ['adjust', 'reserve', 'release', 'ship', 'correct'] as const;
export const movementSchema = z
  .object({
    movementId: z.string(),
    sku: z.string(),
    warehouse: z.string(),
    kind: z.enum(MOVEMENT_KINDS),
    delta: z.int().meta({ description: 'Change of available' }),
    onHandDelta: z.int(),
    reservedDelta: z.int(),
    orderId: z.string().optional(),
    reason: z.string(),
    by: z.string().optional().meta({ description: 'Who adjusted it; absent where the hub moved it for an order' }),
    at: z.string(),
  })
  .meta({ id: 'Movement' });
export type Movement = z.infer<typeof movementSchema>;

export const stockLevelSchema = z
  .object({ sku: z.string(), warehouse: z.string(), onHand: z.int(), reserved: z.int(), available: z.int() })
  .meta({ id: 'StockLevel' });
export type StockLevel = z.infer<typeof stockLevelSchema>;

/** One stored row of a SKU in a warehouse: one bucket of its pieces. */
export const stockRowSchema = z.object({ ...stockLevelSchema.shape, bucket: z.int() });
export type StockRow = z.infer<typeof stockRowSchema>;
