import * as z from 'zod';

/**
 * The kinds of resources that run locally, with every property that is obeyed. A property that is neither here nor
 * among the ones without effect on a laptop stops the boot: better no hub than one that does something else.
 */
const text = z.string();
const number = z.coerce.number();
const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((value) => value === 'true')]);
const record = z.record(z.string(), z.unknown());

/** The other properties of an index are about capacity. */
const index = z.object({ IndexName: text, KeySchema: z.array(record), Projection: record });
export const tableProperties = z.strictObject({
  AttributeDefinitions: z.array(record),
  KeySchema: z.array(record),
  GlobalSecondaryIndexes: z.array(index).optional(),
  LocalSecondaryIndexes: z.array(index).optional(),
  StreamSpecification: z.strictObject({ StreamViewType: text }).optional(),
  TimeToLiveSpecification: z.strictObject({ AttributeName: text.optional(), Enabled: flag }).optional(),
});

export const queueProperties = z.strictObject({
  VisibilityTimeout: number.optional(),
  DelaySeconds: number.optional(),
  MaximumMessageSize: number.optional(),
  MessageRetentionPeriod: number.optional(),
  ReceiveMessageWaitTimeSeconds: number.optional(),
  FifoQueue: flag.optional(),
  ContentBasedDeduplication: flag.optional(),
  RedrivePolicy: z.strictObject({ deadLetterTargetArn: text, maxReceiveCount: number }).optional(),
});

const keyFilter = z.strictObject({ S3Key: z.strictObject({ Rules: z.array(z.strictObject({ Name: text, Value: text })) }) });
export const bucketProperties = z.strictObject({
  NotificationConfiguration: z
    .strictObject({
      LambdaConfigurations: z.array(z.strictObject({ Event: text, Function: text, Filter: keyFilter.optional() })),
    })
    .optional(),
});

const customKeyFilter = z.strictObject({ Key: z.strictObject({ FilterRules: z.array(z.strictObject({ Name: text, Value: text })) }) });
/** What CDK writes for `bucket.addEventNotification`. */
export const notificationProperties = z.strictObject({
  BucketName: text,
  NotificationConfiguration: z.strictObject({
    LambdaFunctionConfigurations: z.array(
      z.strictObject({ Id: text.optional(), Events: z.array(text), LambdaFunctionArn: text, Filter: customKeyFilter.optional() }),
    ),
  }),
});

export const functionProperties = z.strictObject({
  Environment: z.strictObject({ Variables: z.record(z.string(), z.coerce.string()) }).optional(),
  Timeout: number.default(3),
  MemorySize: number.default(128),
  ReservedConcurrentExecutions: number.optional(),
});

export const apiProperties = z.strictObject({ ProtocolType: z.literal('HTTP') });
export const stageProperties = z.strictObject({ ApiId: text, StageName: z.literal('$default') });
export const integrationProperties = z.strictObject({
  ApiId: text,
  IntegrationType: z.literal('AWS_PROXY'),
  IntegrationUri: text,
  PayloadFormatVersion: z.literal('2.0'),
  TimeoutInMillis: number.optional(),
});
export const routeProperties = z.strictObject({ ApiId: text, AuthorizationType: z.literal('NONE').optional(), RouteKey: text, Target: text });

export const mappingProperties = z.strictObject({
  EventSourceArn: text,
  FunctionName: text,
  BatchSize: number.optional(),
  MaximumBatchingWindowInSeconds: number.default(0),
  FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).default([]),
  FilterCriteria: z.strictObject({ Filters: z.array(z.strictObject({ Pattern: text })) }).optional(),
  Enabled: flag.default(true),
  ScalingConfig: z.strictObject({ MaximumConcurrency: number.optional() }).optional(),
  StartingPosition: z.enum(['TRIM_HORIZON', 'LATEST']).optional(),
  BisectBatchOnFunctionError: flag.default(false),
  MaximumRetryAttempts: number.default(-1),
  MaximumRecordAgeInSeconds: number.default(-1),
  DestinationConfig: z.strictObject({ OnFailure: z.strictObject({ Destination: text }).optional() }).optional(),
});

const target = z.strictObject({ Id: text.optional(), Arn: text, Input: text.optional() });
export const ruleProperties = z.strictObject({
  ScheduleExpression: text,
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  Targets: z.array(target).default([]),
});
export const scheduleProperties = z.strictObject({
  ScheduleExpression: text,
  ScheduleExpressionTimezone: text.default('UTC'),
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  FlexibleTimeWindow: z.strictObject({ Mode: z.literal('OFF') }),
  Target: target,
});

const TABLE_WITHOUT_EFFECT = [
  'TableName', 'BillingMode', 'ProvisionedThroughput', 'DeletionProtectionEnabled', 'PointInTimeRecoverySpecification', 'SSESpecification', 'Replicas',
  'Tags', 'WarmThroughput', 'OnDemandThroughput', 'TableClass', 'ContributorInsightsSpecification',
];
/** Properties that change nothing on a laptop: names (read elsewhere), encryption, permissions, logs, tags, costs. */
export const WITHOUT_EFFECT: Readonly<Record<string, readonly string[]>> = {
  'AWS::DynamoDB::Table': TABLE_WITHOUT_EFFECT,
  'AWS::DynamoDB::GlobalTable': TABLE_WITHOUT_EFFECT,
  'AWS::SQS::Queue': ['QueueName', 'KmsMasterKeyId', 'KmsDataKeyReusePeriodSeconds', 'SqsManagedSseEnabled', 'Tags', 'RedriveAllowPolicy'],
  // Old exports stay on the laptop: --fresh removes them.
  'AWS::S3::Bucket': [
    'BucketName', 'BucketEncryption', 'LifecycleConfiguration', 'OwnershipControls', 'PublicAccessBlockConfiguration',
    'Tags', 'VersioningConfiguration',
  ],
  'Custom::S3BucketNotifications': ['ServiceToken', 'Managed', 'SkipDestinationValidation'],
  'AWS::Lambda::Function': [
    'FunctionName', 'Architectures', 'Code', 'Description', 'Handler', 'LoggingConfig', 'Role', 'Runtime', 'Tags', 'TracingConfig',
  ],
  'AWS::Lambda::EventSourceMapping': ['Tags', 'MetricsConfig', 'ParallelizationFactor'],
  'AWS::ApiGatewayV2::Api': ['Name', 'Description', 'DisableExecuteApiEndpoint', 'Tags'],
  // A laptop is not throttled.
  'AWS::ApiGatewayV2::Stage': ['AccessLogSettings', 'AutoDeploy', 'DefaultRouteSettings', 'Description', 'Tags'],
  'AWS::ApiGatewayV2::Integration': ['Description'],
  'AWS::ApiGatewayV2::Route': ['OperationName'],
  'AWS::Events::Rule': ['Name', 'Description', 'EventBusName', 'Tags'],
  'AWS::Scheduler::Schedule': ['Name', 'Description', 'GroupName'],
};

/** Kinds that exist for permissions, watching or deployment only. */
export const KINDS_WITHOUT_EFFECT: ReadonlySet<string> = new Set([
  'AWS::CDK::Metadata',
  'AWS::CloudWatch::Alarm',
  'AWS::CloudWatch::CompositeAlarm',
  'AWS::CloudWatch::Dashboard',
  'AWS::IAM::ManagedPolicy',
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
  'AWS::KMS::Alias',
  'AWS::KMS::Key',
  'AWS::Lambda::Permission',
  'AWS::Logs::LogGroup',
  'AWS::Logs::MetricFilter',
  'AWS::S3::BucketPolicy',
  'AWS::Scheduler::ScheduleGroup',
  'AWS::SNS::Subscription',
  'AWS::SNS::Topic',
  'AWS::SNS::TopicPolicy',
  'AWS::SQS::QueuePolicy',
  'AWS::WAFv2::WebACL',
  'AWS::WAFv2::WebACLAssociation',
  'Custom::LogRetention',
  'Custom::S3AutoDeleteObjects',
]);
