import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { FUNCTIONS, functionNames, METRICS, QUEUES } from '../stages.ts';
import { ROUTES } from './routes.ts';
import type { Resource } from './synthesised.ts';
import { synthesised, targetId } from './synthesised.ts';

const prod = synthesised('prod');
const dev = synthesised('dev');
const functions = prod.of('AWS::Lambda::Function');

const functionSchema = z.object({
  FunctionName: z.string(),
  Timeout: z.int(),
  Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }),
});

function environmentOf(name: string): Record<string, unknown> {
  const found = functions.map(({ Properties }) => functionSchema.parse(Properties)).find(({ FunctionName }) => FunctionName === `shuniu-prod-${name}`);
  return found?.Environment.Variables ?? {};
}

function properties(type: string): Record<string, unknown>[] {
  return prod.of(type).map(({ Properties }) => Properties);
}

describe('functions', () => {
  test('there is one for each line of the table, on Node 24 and arm64, without tracing', () => {
    expect(functions).toHaveLength(functionNames().length);
    for (const { Properties } of functions) {
      expect(Properties).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'], Handler: 'index.handler' });
      expect(Properties).not.toHaveProperty('TracingConfig');
    }
  });

  test('each tells where its TypeScript lies', () => {
    expect(functions.map(({ Metadata }) => String(Metadata['shuniu:entry'])).toSorted()).toEqual(
      functionNames().map((name) => `functions/${name}/handler.ts`).toSorted(),
    );
  });

  test.each([
    ['receive-webhook', ['QUEUE_INTAKE_URL', 'SECRETS_PREFIX', 'TABLE_ORDERS', 'TABLE_REGISTRY']],
    ['sync-order', ['QUEUE_INTAKE_DEAD_URL', 'QUEUE_INTAKE_URL', 'QUEUE_RELEASES_URL', 'SECRETS_PREFIX', 'TABLE_ORDERS', 'TABLE_REGISTRY', 'TABLE_STOCK']],
    ['orders-api', ['QUEUE_RELEASES_URL', 'TABLE_ORDERS', 'TABLE_REGISTRY', 'TABLE_STOCK']],
    ['stock-api', ['TABLE_REGISTRY', 'TABLE_STOCK']],
    ['setup-api', ['BUCKET_FILES', 'QUEUE_INTAKE_URL', 'QUEUE_RELEASES_URL', 'SECRETS_PREFIX', 'TABLE_ORDERS', 'TABLE_REGISTRY', 'TABLE_STOCK']],
    ['release-backorders', ['QUEUE_RELEASES_URL', 'TABLE_ORDERS', 'TABLE_REGISTRY', 'TABLE_STOCK']],
    ['on-change', ['QUEUE_RELEASES_URL']],
    ['audit-stock', ['QUEUE_RELEASES_URL', 'TABLE_REGISTRY', 'TABLE_STOCK']],
    ['console', []],
  ])('%s gets the environment it needs and no more', (name, expected) => {
    expect(Object.keys(environmentOf(name)).toSorted()).toEqual([...expected, 'STAGE', 'VERSION'].toSorted());
  });

  test('one environment name means one thing in all of them, so they can share a process', () => {
    const meanings = new Map<string, Set<string>>();
    for (const name of functionNames()) {
      for (const [variable, value] of Object.entries(environmentOf(name))) {
        const meaning = typeof value === 'string' ? value : targetId(value, prod);
        meanings.set(variable, (meanings.get(variable) ?? new Set()).add(meaning));
      }
    }
    expect([...meanings].filter(([, values]) => values.size !== 1)).toEqual([]);
  });

  test('those behind the HTTP API end before it gives up at 30 s', () => {
    const slow = functionNames().filter((name) => ROUTES[name] !== undefined && FUNCTIONS[name].timeoutSeconds >= 30);
    expect(slow).toEqual([]);
  });
});

describe('queues', () => {
  const queues = prod.of('AWS::SQS::Queue');
  const isDead = ({ Properties }: Resource) => Properties['MessageRetentionPeriod'] === 14 * 86_400;
  const redriveSchema = z.object({ deadLetterTargetArn: z.unknown(), maxReceiveCount: z.int() });

  test('each is encrypted and, unless it is the end itself, has a dead-letter queue', () => {
    const dead = new Set(queues.filter(isDead).map(({ id }) => id));
    const receives: number[] = [];
    expect(queues).toHaveLength(5);
    for (const queue of queues) {
      expect(queue.Properties['SqsManagedSseEnabled']).toBe(true);
      if (isDead(queue)) continue;
      const redrive = redriveSchema.parse(queue.Properties['RedrivePolicy']);
      expect(dead).toContain(targetId(redrive.deadLetterTargetArn, prod));
      receives.push(redrive.maxReceiveCount);
    }
    expect(receives.toSorted((a, b) => a - b)).toEqual([QUEUES.releases.receivesMax, QUEUES.intake.receivesMax]);
  });

  test('the first dead letter rings an alarm', () => {
    const alarmSchema = z.object({ Threshold: z.literal(0), Dimensions: z.tuple([z.object({ Name: z.literal('QueueName'), Value: z.unknown() })]) });
    const watched = properties('AWS::CloudWatch::Alarm').flatMap((alarm) => {
      const parsed = alarmSchema.safeParse(alarm);
      return parsed.success ? [targetId(parsed.data.Dimensions[0].Value, prod)] : [];
    });
    expect(watched.toSorted()).toEqual(queues.filter(isDead).map(({ id }) => id).toSorted());
  });

  test('a message stays hidden six times as long as its reader may take', () => {
    for (const name of functionNames()) {
      const spec = FUNCTIONS[name];
      if ('queue' in spec) expect(QUEUES[spec.queue.name].visibilitySeconds).toBeGreaterThanOrEqual(6 * spec.timeoutSeconds);
    }
  });

  test('readers take ten at a time, say which failed, and are limited in number', () => {
    const readers = properties('AWS::Lambda::EventSourceMapping').filter((mapping) => mapping['ScalingConfig'] !== undefined);
    expect(readers).toHaveLength(2);
    for (const reader of readers) expect(reader).toMatchObject({ BatchSize: 10, FunctionResponseTypes: ['ReportBatchItemFailures'] });
  });
});

describe('data', () => {
  const tables = prod.of('AWS::DynamoDB::Table');

  test('tables of prod are kept, protected, and can be taken back to any second', () => {
    expect(tables).toHaveLength(3);
    for (const { Properties, DeletionPolicy } of tables) {
      expect(DeletionPolicy).toBe('Retain');
      expect(Properties).toMatchObject({
        BillingMode: 'PAY_PER_REQUEST',
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
        GlobalSecondaryIndexes: [{ IndexName: 'gsi1', Projection: { ProjectionType: 'KEYS_ONLY' } }],
      });
    }
  });

  test('tables of dev go with their stack', () => {
    for (const { Properties, DeletionPolicy } of dev.of('AWS::DynamoDB::Table')) {
      expect(DeletionPolicy).toBe('Delete');
      expect(Properties['DeletionProtectionEnabled']).toBe(false);
    }
  });

  test('changes of orders and stock are followed with both images, halved on error, and given up to a queue', () => {
    const followed = properties('AWS::Lambda::EventSourceMapping').filter((mapping) => mapping['StartingPosition'] === 'TRIM_HORIZON');
    const streamed = tables.filter(({ Properties }) => Properties['StreamSpecification'] !== undefined);
    expect(followed.map((mapping) => targetId(mapping['EventSourceArn'], prod)).toSorted()).toEqual(streamed.map(({ id }) => id).toSorted());
    expect(streamed).toHaveLength(2);
    for (const { Properties } of streamed) expect(Properties['StreamSpecification']).toEqual({ StreamViewType: 'NEW_AND_OLD_IMAGES' });
    for (const mapping of followed) {
      expect(mapping).toMatchObject({ BisectBatchOnFunctionError: true, MaximumRetryAttempts: 8, DestinationConfig: { OnFailure: {} } });
    }
  });

  test('the bucket is private, versioned in prod, and forgets exports after a week', () => {
    const [bucket] = prod.of('AWS::S3::Bucket');
    expect(bucket?.DeletionPolicy).toBe('Retain');
    expect(bucket?.Properties).toMatchObject({
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true },
      VersioningConfiguration: { Status: 'Enabled' },
      LifecycleConfiguration: { Rules: [{ Prefix: 'exports/', ExpirationInDays: 7, Status: 'Enabled' }, {}] },
    });
  });
});

describe('the HTTP API', () => {
  const routeKeys = properties('AWS::ApiGatewayV2::Route').map((route) => String(route['RouteKey']));

  test('has the routes of the contracts, each once', () => {
    const expected = Object.values(ROUTES).flatMap((calls) => calls.map((call) => (call === 'unrouted' ? '$default' : `${call.method} ${call.path}`)));
    expect(routeKeys.toSorted()).toEqual(expected.toSorted());
    expect(new Set(routeKeys).size).toBe(routeKeys.length);
    expect(routeKeys).toEqual(expect.arrayContaining(['POST /webhooks/{channel}/{connectionId}', 'GET /health', 'GET /v1/orders']));
  });

  test('is throttled, logged, and closed to pages of other origins', () => {
    expect(properties('AWS::ApiGatewayV2::Stage')).toMatchObject([
      { StageName: '$default', AutoDeploy: true, DefaultRouteSettings: { ThrottlingRateLimit: 2_000, ThrottlingBurstLimit: 4_000 }, AccessLogSettings: {} },
    ]);
    expect(prod.json).not.toContain('CorsConfiguration');
  });

  test("answers under the operator's own domain when one is given", () => {
    const certificateArn = 'certificate-of-the-operator';
    const own = synthesised('prod', { context: { domainName: 'hub.example.cn', certificateArn } });
    expect(own.of('AWS::ApiGatewayV2::DomainName').map(({ Properties }) => Properties['DomainName'])).toEqual(['hub.example.cn']);
    expect(own.of('AWS::ApiGatewayV2::ApiMapping')).toHaveLength(1);
    expect(prod.of('AWS::ApiGatewayV2::DomainName')).toEqual([]);
  });
});

describe('every template', () => {
  test('keeps logs for a set time', () => {
    expect(prod.of('AWS::Logs::LogGroup')).toHaveLength(functionNames().length + 1);
    for (const group of properties('AWS::Logs::LogGroup')) expect(group['RetentionInDays']).toBe(180);
  });

  test('fits any region and partition', () => {
    expect(prod.json).not.toMatch(/arn:aws/);
    expect(prod.json).not.toMatch(/\b(us|eu|ap|sa|ca|me|af|il|cn)-[a-z]+-\d\b/);
    expect(prod.json).not.toMatch(/amazonaws\.com\.cn/);
  });

  test.each(['cn-north-1', 'cn-northwest-1'])('made for %s names no other region and no other partition', (region) => {
    const { json } = synthesised('prod', { region });
    expect(json).not.toMatch(/arn:aws:/);
    expect(new Set(json.match(/\b(us|eu|ap|cn)-[a-z]+-\d\b/g))).toEqual(new Set([region]));
  });

  test('leaves out what China does not have', () => {
    expect(prod.of('AWS::Lambda::Url')).toEqual([]);
    expect(prod.json).not.toMatch(/xray|cognito|AWS::DynamoDB::GlobalTable/i);
  });

  test('imports only what another stack exports', () => {
    const imported = Array.from(prod.json.matchAll(/"Fn::ImportValue":"([^"]+)"/g), ([, name]) => name ?? '');
    expect(imported.length).toBeGreaterThan(0);
    expect(imported.filter((name) => !prod.exports.has(name))).toEqual([]);
  });

  test('watches each metric that functions write, and rings the topic', () => {
    const alarms = properties('AWS::CloudWatch::Alarm');
    const own = alarms.filter((alarm) => alarm['Namespace'] === 'Shuniu/prod').map((alarm) => alarm['MetricName']);
    expect(new Set(own)).toEqual(new Set(Object.values(METRICS)));
    expect(alarms.every((alarm) => Array.isArray(alarm['AlarmActions']) && alarm['TreatMissingData'] === 'notBreaching')).toBe(true);
  });

  test('can be made for the local stage', () => {
    const local = synthesised('local');
    const stages = local.of('AWS::Lambda::Function').map(({ Properties }) => functionSchema.parse(Properties).Environment.Variables['STAGE']);
    expect(new Set(stages)).toEqual(new Set(['local']));
  });

  test('audits stock once a day', () => {
    expect(properties('AWS::Events::Rule')).toMatchObject([{ ScheduleExpression: 'cron(15 19 * * ? *)', State: 'ENABLED' }]);
  });
});
