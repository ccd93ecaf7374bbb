import * as z from 'zod';

/** One resource of a synthesised template, as far as every kind has it. */
const resourceSchema = z.object({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  Metadata: z.record(z.string(), z.unknown()).default({}),
  Condition: z.string().optional(),
});
export type Resource = z.infer<typeof resourceSchema>;

const outputSchema = z.object({
  Value: z.unknown(),
  Export: z.object({ Name: z.unknown() }).optional(),
});

/** A CloudFormation template as CDK writes it: the parts that say what runs. */
export const templateSchema = z.object({
  Resources: z.record(z.string(), resourceSchema).default({}),
  Outputs: z.record(z.string(), outputSchema).default({}),
  Parameters: z.record(z.string(), z.object({ Default: z.unknown() })).default({}),
  Mappings: z.record(z.string(), z.unknown()).default({}),
});

export const stackSchema = z.object({ name: z.string(), template: templateSchema });
export type Stack = z.infer<typeof stackSchema>;

/** A resource with the place it was found. */
export interface Placed {
  readonly stack: string;
  readonly logicalId: string;
  readonly resource: Resource;
}

/** Every resource of every stack, in template order. */
export function resourcesOf(stacks: readonly Stack[]): Placed[] {
  return stacks.flatMap(({ name, template }) =>
    Object.entries(template.Resources).map(([logicalId, resource]) => ({ stack: name, logicalId, resource })),
  );
}
