import path from 'node:path';
import * as z from 'zod';
import * as kinds from './kinds.ts';
import { nameFromArn } from './names.ts';
import type {
  FunctionPlan,
  NotificationPlan,
  Plan,
  QueueMapping,
  QueuePlan,
  RoutePlan,
  SchedulePlan,
  StreamMapping,
  TablePlan,
} from './plan.ts';
import { Resolver, TemplateError, type ResolverInput } from './resolver.ts';
import { resourcesOf, type Placed } from './stacks.ts';

/** Names the TypeScript source of a function; written by our own construct. */
const ENTRY_METADATA = 'shuniu:entry';
/** An HTTP API gives up on a function after 30 s, and cannot be told to wait longer. */
const INTEGRATION_TIMEOUT_MS = 30_000;
/** How many batches of a queue Lambda starts with. */
const CONCURRENCY_DEFAULT = 5;
const QUEUE_BATCH_DEFAULT = 10;
const VISIBILITY_DEFAULT_SECONDS = 30;
const STREAM_BATCH_DEFAULT = 100;
/** DynamoDB keeps a stream's records for a day. */
const STREAM_RETENTION_MS = 86_400_000;
/** Time zones without daylight saving; nothing else is needed here. */
const ZONE_OFFSET_MS: Readonly<Record<string, number>> = { UTC: 0, 'Etc/UTC': 0, 'Asia/Shanghai': 8 * 3_600_000 };

/** Reads what is to run from the stacks' templates. Throws a TemplateError naming what the runtime cannot do. */
export function readPlan(input: ResolverInput): Plan {
  const reader = new Reader(input);
  const plan: Plan = {
    tables: reader.tables(),
    queues: reader.queues(),
    buckets: reader.of('AWS::S3::Bucket').map((each) => reader.name(each)),
    functions: reader.functions(),
    routes: reader.routes(),
    ...reader.mappings(),
    schedules: [...reader.rules(), ...reader.schedules()],
    notifications: [...reader.bucketNotifications(), ...reader.customNotifications()],
  };
  checkVisibility(plan);
  return plan;
}

/** Lambda refuses a mapping whose messages would come back while the function still works on them. */
function checkVisibility({ queues, functions, queueMappings }: Plan): void {
  for (const { queueName, functionName } of queueMappings) {
    const visibilitySeconds = Number(queues.find((queue) => queue.name === queueName)?.attributes['VisibilityTimeout'] ?? VISIBILITY_DEFAULT_SECONDS);
    const timeoutMs = functions.find((each) => each.name === functionName)?.timeoutMs ?? 0;
    if (visibilitySeconds * 1_000 < timeoutMs) {
      throw new TemplateError(`the queue ${queueName} hides messages for ${visibilitySeconds} s, shorter than ${functionName} may run`);
    }
  }
}

class Reader {
  readonly #resolver: Resolver;
  readonly #placed: readonly Placed[];

  constructor(input: ResolverInput) {
    this.#resolver = new Resolver(input);
    this.#placed = resourcesOf(input.stacks);
    for (const each of this.#placed) this.#check(each);
  }

  of(kind: string): Placed[] {
    return this.#placed.filter((each) => each.resource.Type === kind);
  }

  name(placed: Placed): string {
    return this.#resolver.name(placed);
  }

  tables(): TablePlan[] {
    return [...this.of('AWS::DynamoDB::Table'), ...this.of('AWS::DynamoDB::GlobalTable')].map((placed) => {
      const { TimeToLiveSpecification: ttl, StreamSpecification: stream, ...create } = this.#read(placed, kinds.tableProperties);
      const name = this.name(placed);
      return {
        name,
        create: {
          ...create,
          TableName: name,
          BillingMode: 'PAY_PER_REQUEST',
          ...(stream && { StreamSpecification: { StreamEnabled: true, ...stream } }),
        },
        ...(ttl?.Enabled === true && ttl.AttributeName !== undefined && { expiryAttribute: ttl.AttributeName }),
      };
    });
  }

  queues(): QueuePlan[] {
    const queues = this.of('AWS::SQS::Queue').map((placed) => {
      const { RedrivePolicy: redrive, ...properties } = this.#read(placed, kinds.queueProperties);
      const attributes = Object.entries(properties).map(([name, value]) => [name, String(value)] as const);
      if (redrive !== undefined) attributes.push(['RedrivePolicy', JSON.stringify(redrive)]);
      return { name: this.name(placed), attributes: Object.fromEntries(attributes) };
    });
    // A queue must exist before another may send its dead letters there.
    return queues.toSorted((a, b) => Number('RedrivePolicy' in a.attributes) - Number('RedrivePolicy' in b.attributes));
  }

  functions(): FunctionPlan[] {
    return this.of('AWS::Lambda::Function')
      .filter((placed) => !this.#deploys(placed))
      .map((placed) => {
        const entry = placed.resource.Metadata[ENTRY_METADATA];
        if (typeof entry !== 'string') throw problem(placed, `has no ${ENTRY_METADATA} metadata`);
        const properties = this.#read(placed, kinds.functionProperties);
        return {
          name: this.name(placed),
          label: path.posix.basename(path.posix.dirname(entry)),
          entry,
          environment: properties.Environment?.Variables ?? {},
          timeoutMs: properties.Timeout * 1_000,
          memoryMB: properties.MemorySize,
          ...(properties.ReservedConcurrentExecutions && { concurrencyMax: properties.ReservedConcurrentExecutions }),
        };
      });
  }

  routes(): RoutePlan[] {
    const [, second] = this.of('AWS::ApiGatewayV2::Api').map((placed) => this.#read(placed, kinds.apiProperties));
    if (second !== undefined) throw new TemplateError('the local runtime serves one HTTP API, not several');
    for (const placed of this.of('AWS::ApiGatewayV2::Stage')) this.#read(placed, kinds.stageProperties);
    const integrations = new Map(
      this.of('AWS::ApiGatewayV2::Integration').map((placed) => [placed.logicalId, this.#read(placed, kinds.integrationProperties)]),
    );
    return this.of('AWS::ApiGatewayV2::Route').map((placed) => {
      const route = this.#read(placed, kinds.routeProperties);
      const integration = integrations.get(route.Target.replace('integrations/', ''));
      if (integration === undefined) throw problem(placed, `leads to ${route.Target}, which is not there`);
      return {
        key: route.RouteKey,
        functionName: nameFromArn(integration.IntegrationUri),
        timeoutMs: integration.TimeoutInMillis ?? INTEGRATION_TIMEOUT_MS,
      };
    });
  }

  mappings(): { queueMappings: QueueMapping[]; streamMappings: StreamMapping[] } {
    const queueMappings: QueueMapping[] = [];
    const streamMappings: StreamMapping[] = [];
    for (const placed of this.of('AWS::Lambda::EventSourceMapping')) {
      const mapping = this.#read(placed, kinds.mappingProperties);
      const isQueue = mapping.EventSourceArn.includes(':sqs:');
      if (!isQueue && !mapping.EventSourceArn.includes(':dynamodb:')) throw problem(placed, `reads ${mapping.EventSourceArn}`);
      if (!mapping.Enabled) continue;
      const both = {
        id: `${placed.stack}-${placed.logicalId}`,
        functionName: nameFromArn(mapping.FunctionName),
        batchSize: mapping.BatchSize ?? (isQueue ? QUEUE_BATCH_DEFAULT : STREAM_BATCH_DEFAULT),
        windowMs: mapping.MaximumBatchingWindowInSeconds * 1_000,
        reportsFailures: mapping.FunctionResponseTypes.length > 0,
        filters: mapping.FilterCriteria?.Filters.map((filter) => filter.Pattern) ?? [],
      };
      const source = nameFromArn(mapping.EventSourceArn);
      if (isQueue) {
        if (both.filters.length > 0) throw problem(placed, 'filters the messages of a queue');
        queueMappings.push({ ...both, queueName: source, concurrencyMax: mapping.ScalingConfig?.MaximumConcurrency ?? CONCURRENCY_DEFAULT });
      } else {
        streamMappings.push({ ...both, tableName: source, ...streamSettings(mapping) });
      }
    }
    return { queueMappings, streamMappings };
  }

  rules(): SchedulePlan[] {
    return this.of('AWS::Events::Rule').flatMap((placed) => {
      const rule = this.#read(placed, kinds.ruleProperties);
      if (rule.State === 'DISABLED') return [];
      return rule.Targets.map((target) => schedulePlan(this.name(placed), { expression: rule.ScheduleExpression, offsetMs: 0 }, target));
    });
  }

  schedules(): SchedulePlan[] {
    return this.of('AWS::Scheduler::Schedule').flatMap((placed) => {
      const schedule = this.#read(placed, kinds.scheduleProperties);
      const offsetMs = ZONE_OFFSET_MS[schedule.ScheduleExpressionTimezone];
      if (offsetMs === undefined) throw problem(placed, `is in the zone ${schedule.ScheduleExpressionTimezone}`);
      if (schedule.State === 'DISABLED') return [];
      return [schedulePlan(this.name(placed), { expression: schedule.ScheduleExpression, offsetMs }, schedule.Target)];
    });
  }

  bucketNotifications(): NotificationPlan[] {
    return this.of('AWS::S3::Bucket').flatMap((placed) => {
      const { NotificationConfiguration: notifications } = this.#read(placed, kinds.bucketProperties);
      return (notifications?.LambdaConfigurations ?? []).map((each) => ({
        bucket: this.name(placed),
        events: [each.Event],
        ...keyRules(each.Filter?.S3Key.Rules ?? []),
        functionName: nameFromArn(each.Function),
      }));
    });
  }

  customNotifications(): NotificationPlan[] {
    return this.of('Custom::S3BucketNotifications').flatMap((placed) => {
      const { BucketName, NotificationConfiguration } = this.#read(placed, kinds.notificationProperties);
      return NotificationConfiguration.LambdaFunctionConfigurations.map((each) => ({
        bucket: BucketName,
        events: each.Events,
        ...keyRules(each.Filter?.Key.FilterRules ?? []),
        functionName: nameFromArn(each.LambdaFunctionArn),
      }));
    });
  }

  /** CDK's own functions answer custom resources while a stack is deployed, which never happens here. */
  #deploys({ stack, logicalId }: Placed): boolean {
    return this.#placed.some((each) => {
      const token = each.resource.Type.startsWith('Custom::') ? each.resource.Properties['ServiceToken'] : undefined;
      return token !== undefined && each.stack === stack && JSON.stringify(token).includes(`"${logicalId}"`);
    });
  }

  #check(placed: Placed): void {
    const { Type: kind, Condition: condition } = placed.resource;
    if (!(kind in kinds.WITHOUT_EFFECT) && !kinds.KINDS_WITHOUT_EFFECT.has(kind)) throw problem(placed, 'is of a kind the local runtime does not know');
    if (condition !== undefined && !kinds.KINDS_WITHOUT_EFFECT.has(kind)) throw problem(placed, `depends on the condition ${condition}`);
  }

  #read<T>(placed: Placed, schema: z.ZodType<T>): T {
    const { Type: kind, Properties: properties } = placed.resource;
    const ignored = kinds.WITHOUT_EFFECT[kind] ?? [];
    const meant = Object.fromEntries(Object.entries(properties).filter(([name]) => !ignored.includes(name)));
    const parsed = schema.safeParse(this.#resolver.resolve(placed.stack, meant));
    if (!parsed.success) throw problem(placed, `says something the local runtime does not do:\n${z.prettifyError(parsed.error)}`);
    return parsed.data;
  }
}

function streamSettings(mapping: z.infer<typeof kinds.mappingProperties>) {
  const failureArn = mapping.DestinationConfig?.OnFailure?.Destination;
  const ageSeconds = mapping.MaximumRecordAgeInSeconds;
  return {
    retriesMax: mapping.MaximumRetryAttempts,
    recordAgeMaxMs: ageSeconds > 0 ? ageSeconds * 1_000 : STREAM_RETENTION_MS,
    bisects: mapping.BisectBatchOnFunctionError,
    ...(failureArn !== undefined && { failureQueueName: nameFromArn(failureArn) }),
  };
}

function schedulePlan(name: string, when: { expression: string; offsetMs: number }, target: { Arn: string; Input?: string | undefined }): SchedulePlan {
  if (!target.Arn.includes(':lambda:')) throw new TemplateError(`the schedule ${name} leads to ${target.Arn}, which is no function`);
  const event: unknown = target.Input === undefined ? undefined : JSON.parse(target.Input);
  return { name, ...when, functionName: nameFromArn(target.Arn), ...(event !== undefined && { event }) };
}

function keyRules(rules: readonly { Name: string; Value: string }[]): { prefix: string; suffix: string } {
  const value = (name: string) => rules.find((rule) => rule.Name.toLowerCase() === name)?.Value ?? '';
  return { prefix: value('prefix'), suffix: value('suffix') };
}

function problem({ stack, logicalId, resource }: Placed, what: string): TemplateError {
  return new TemplateError(`${stack}: ${resource.Type} ${logicalId} ${what}`);
}
