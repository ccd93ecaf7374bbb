import * as z from 'zod';
import { buildApp } from '../app.ts';
import type { StageName } from '../stages.ts';

/** For tests: the templates of a stage as data. */
const resourceSchema = z.object({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  DeletionPolicy: z.string().optional(),
  Metadata: z.record(z.string(), z.unknown()).default({}),
});
const outputSchema = z.object({ Value: z.unknown(), Export: z.object({ Name: z.string() }).optional() });
const templateSchema = z.object({
  Resources: z.record(z.string(), resourceSchema),
  Outputs: z.record(z.string(), outputSchema).default({}),
});

export type Resource = z.infer<typeof resourceSchema> & { readonly stack: string; readonly id: string };

export interface Synthesised {
  readonly json: string;
  readonly exports: ReadonlyMap<string, unknown>;
  /** Resources of one CloudFormation type, in all stacks. */
  of(type: string): Resource[];
}

export interface SynthesisedOptions {
  readonly region?: string;
  readonly context?: Readonly<Record<string, string>>;
}

/** Synthesises a stage without code and without validation: 0.1 s after the first. */
export function synthesised(stage: StageName, options: SynthesisedOptions = {}): Synthesised {
  const { stacks } = buildApp({ stage, assets: 'none', validate: false, ...options }).synth();
  const templates = stacks.map((stack) => ({ stack: stack.id, template: templateSchema.parse(stack.template) }));
  const resources = templates.flatMap(({ stack, template }) =>
    Object.entries(template.Resources).map(([id, resource]) => ({ ...resource, stack, id })),
  );
  const outputs = templates.flatMap(({ template }) => Object.values(template.Outputs));
  return {
    json: JSON.stringify(stacks.map((stack): unknown => stack.template)),
    exports: new Map(outputs.flatMap(({ Value, Export }) => (Export === undefined ? [] : [[Export.Name, Value]]))),
    of: (type) => resources.filter((resource) => resource.Type === type),
  };
}

/** `Ref`, `Fn::GetAtt` and `Fn::ImportValue` as the logical id they end at. */
export function targetId(value: unknown, { exports }: Pick<Synthesised, 'exports'>): string {
  const reference = referenceSchema.parse(value);
  if ('Ref' in reference) return reference.Ref;
  if ('Fn::GetAtt' in reference) return reference['Fn::GetAtt'][0];
  return targetId(exports.get(reference['Fn::ImportValue']), { exports });
}

const referenceSchema = z.union([
  z.object({ Ref: z.string() }),
  z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) }),
  z.object({ 'Fn::ImportValue': z.string() }),
]);
