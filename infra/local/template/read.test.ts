import { describe, expect, test } from 'vitest';
import { readPlan } from './read.ts';
import { stackSchema } from './stacks.ts';

type Resources = Record<string, { Type: string; Properties?: Record<string, unknown>; Metadata?: Record<string, unknown> }>;

const fn = (properties: Record<string, unknown> = {}): Resources[string] => ({
  Type: 'AWS::Lambda::Function',
  Properties: { FunctionName: 'shop-work', Handler: 'index.handler', Runtime: 'nodejs24.x', Code: {}, Role: '', ...properties },
  Metadata: { 'shuniu:entry': 'functions/work/handler.ts' },
});
const queue: Resources[string] = { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'q', VisibilityTimeout: 30, RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['Dead', 'Arn'] }, maxReceiveCount: 3 } } };
const dead: Resources[string] = { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'dead' } };

function plan(resources: Resources) {
  const stack = stackSchema.parse({ name: 'shop', template: { Resources: resources } });
  return readPlan({ stacks: [stack], sqsEndpoint: 'http://127.0.0.1:1', hubUrl: 'http://127.0.0.1:2' });
}

const mapping = (properties: Record<string, unknown>): Resources => ({
  Queue: queue,
  Dead: dead,
  Work: fn(),
  Table: { Type: 'AWS::DynamoDB::Table', Properties: { TableName: 't', AttributeDefinitions: [], KeySchema: [], StreamSpecification: { StreamViewType: 'KEYS_ONLY' } } },
  Mapping: { Type: 'AWS::Lambda::EventSourceMapping', Properties: { FunctionName: { Ref: 'Work' }, ...properties } },
});
const fromQueue = { EventSourceArn: { 'Fn::GetAtt': ['Queue', 'Arn'] } };
const fromStream = { EventSourceArn: { 'Fn::GetAtt': ['Table', 'StreamArn'] }, StartingPosition: 'TRIM_HORIZON' };

describe('the plan', () => {
  test('has dead letter queues before the queues that use them', () => {
    expect(plan({ Queue: queue, Dead: dead }).queues).toEqual([
      { name: 'dead', attributes: {} },
      { name: 'q', attributes: { VisibilityTimeout: '30', RedrivePolicy: '{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:dead","maxReceiveCount":3}' } },
    ]);
  });

  test('has a function with its environment resolved', () => {
    const environment = { Variables: { URL: { Ref: 'Queue' }, N: 5 } };
    expect(plan({ Queue: queue, Dead: dead, Work: fn({ Environment: environment, Timeout: 10, MemorySize: 512 }) }).functions).toEqual([
      { name: 'shop-work', label: 'work', entry: 'functions/work/handler.ts', environment: { URL: 'http://127.0.0.1:1/000000000000/q', N: '5' }, timeoutMs: 10_000, memoryMB: 512 },
    ]);
  });

  test('reads the mapping of a queue with Lambda defaults', () => {
    const { queueMappings } = plan(mapping({ ...fromQueue, ScalingConfig: { MaximumConcurrency: 7 }, FunctionResponseTypes: ['ReportBatchItemFailures'] }));
    expect(queueMappings).toEqual([
      { id: 'shop-Mapping', functionName: 'shop-work', queueName: 'q', batchSize: 10, windowMs: 0, concurrencyMax: 7, reportsFailures: true, filters: [] },
    ]);
  });

  test('reads the mapping of a stream with its retries and failure queue', () => {
    const settings = { BatchSize: 50, BisectBatchOnFunctionError: true, MaximumRetryAttempts: 2, DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': ['Dead', 'Arn'] } } } };
    expect(plan(mapping({ ...fromStream, ...settings })).streamMappings).toMatchObject([
      { tableName: 't', batchSize: 50, bisects: true, retriesMax: 2, failureQueueName: 'dead', recordAgeMaxMs: 86_400_000 },
    ]);
  });

  test('leaves out a mapping that is off, and the functions that only deploy', () => {
    const helper = { Type: 'AWS::Lambda::Function', Properties: {} };
    const custom = { Type: 'Custom::S3AutoDeleteObjects', Properties: { ServiceToken: { 'Fn::GetAtt': ['Helper', 'Arn'] } } };
    const read = plan({ ...mapping({ ...fromQueue, Enabled: false }), Helper: helper, Custom: custom });
    expect(read.queueMappings).toEqual([]);
    expect(read.functions.map((each) => each.label)).toEqual(['work']);
  });

  test.each<[string, Resources, RegExp]>([
    ['a kind it does not know', { X: { Type: 'AWS::StepFunctions::StateMachine' } }, /StateMachine X is of a kind/],
    ['a mapping setting it does not obey', mapping({ ...fromStream, TumblingWindowInSeconds: 5 }), /TumblingWindowInSeconds/],
    ['messages that come back too early', { ...mapping(fromQueue), Work: fn({ Timeout: 60 }) }, /hides messages for 30 s/],
    ['a function setting it does not obey', { Work: fn({ VpcConfig: {} }) }, /VpcConfig/],
    ['a function without source', { Work: { ...fn(), Metadata: {} } }, /shuniu:entry/],
    ['a source it cannot read', mapping({ EventSourceArn: 'arn:aws:kinesis:us-east-1:0:stream/x' }), /kinesis/],
    ['an authorised route', { R: { Type: 'AWS::ApiGatewayV2::Route', Properties: { ApiId: 'a', AuthorizationType: 'JWT', RouteKey: 'GET /', Target: 'x' } } }, /AuthorizationType/],
    ['an old payload format', { I: { Type: 'AWS::ApiGatewayV2::Integration', Properties: { ApiId: 'a', IntegrationType: 'AWS_PROXY', IntegrationUri: 'x', PayloadFormatVersion: '1.0' } } }, /PayloadFormatVersion/],
  ])('refuses %s', (_case, resources, message) => {
    expect(() => plan(resources)).toThrow(message);
  });
});
