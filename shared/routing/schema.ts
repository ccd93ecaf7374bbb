import * as z from 'zod';

/** One way to ship an order, chosen or not. Stored in every order, so it is kept short. */
export const optionSchema = z.object({
  warehouses: z.array(z.string()),
  costFen: z.int().meta({ description: 'Freight, handling, distance and the penalty for splitting' }),
  distanceKm: z.int().meta({ description: 'All parcels together' }),
  why: z.string(),
});
export type Option = z.infer<typeof optionSchema>;

export const routingSchema = z.object({
  chosen: optionSchema.nullable(),
  alternatives: z.array(optionSchema),
  versions: z.object({ regions: z.string(), tariff: z.string(), rules: z.string() }),
});
export type Routing = z.infer<typeof routingSchema>;
