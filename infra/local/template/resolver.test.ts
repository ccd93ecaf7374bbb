import { describe, expect, test } from 'vitest';
import { Resolver } from './resolver.ts';
import { stackSchema } from './stacks.ts';

const data = stackSchema.parse({
  name: 'data',
  template: {
    Parameters: { Size: { Type: 'Number', Default: 3 } },
    Resources: {
      Table: { Type: 'AWS::DynamoDB::Table', Properties: {} },
      Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: { 'Fn::Join': ['-', ['q', { Ref: 'AWS::Region' }]] } } },
      Ordered: { Type: 'AWS::SQS::Queue', Properties: { FifoQueue: true } },
      Files: { Type: 'AWS::S3::Bucket', Properties: {} },
      Role: { Type: 'AWS::IAM::Role', Properties: {} },
      Loop: { Type: 'AWS::SQS::Queue', Properties: { QueueName: { Ref: 'Loop' } } },
    },
    Outputs: { T: { Value: { Ref: 'Table' }, Export: { Name: { 'Fn::Sub': '${AWS::StackName}:table' } } } },
  },
});
const work = stackSchema.parse({ name: 'work', template: {} });
const resolver = new Resolver({ stacks: [data, work], sqsEndpoint: 'http://127.0.0.1:1', hubUrl: 'http://127.0.0.1:2' });
const inData = (value: unknown) => resolver.resolve('data', value);

describe('the resolver', () => {
  test('makes names that stay the same and fit every service', () => {
    expect(inData({ Ref: 'Table' })).toBe('data-table');
    expect(inData({ Ref: 'Files' })).toBe('data-files');
    expect(inData({ 'Fn::GetAtt': ['Ordered', 'QueueName'] })).toBe('data-ordered.fifo');
  });

  test('gives a queue its URL at the engine, and its ARN as attribute', () => {
    expect(inData({ Ref: 'Queue' })).toBe('http://127.0.0.1:1/000000000000/q-us-east-1');
    expect(inData({ 'Fn::GetAtt': ['Queue', 'Arn'] })).toBe('arn:aws:sqs:us-east-1:000000000000:q-us-east-1');
  });

  test('follows an import into the stack that exports it', () => {
    expect(resolver.resolve('work', { 'Fn::ImportValue': 'data:table' })).toBe('data-table');
  });

  test('joins, selects, splits and substitutes', () => {
    const parts = { 'Fn::Split': [',', { 'Fn::Join': [',', ['a', 'b', { Ref: 'Size' }]] }] };
    expect(inData({ 'Fn::Select': [2, parts] })).toBe('3');
    expect(inData({ 'Fn::Sub': ['${x}/${Table}/${Files.Arn}/${!y}', { x: { Ref: 'AWS::Partition' } }] })).toBe('aws/data-table/arn:aws:s3:::data-files/${y}');
  });

  test('leaves out what has no value', () => {
    expect(inData({ a: { Ref: 'AWS::NoValue' }, b: [{ Ref: 'AWS::NoValue' }, 1] })).toEqual({ b: [1] });
  });

  test('hands on the ARN of a resource that does not exist here', () => {
    expect(inData({ 'Fn::GetAtt': ['Role', 'Arn'] })).toBe('arn:aws:local:us-east-1:000000000000:data/Role');
  });

  test.each([
    ['an unknown function', { 'Fn::Cidr': [] }, /Fn::Cidr/],
    ['an unknown resource', { Ref: 'Nothing' }, /Nothing/],
    ['an unknown export', { 'Fn::ImportValue': 'x' }, /no stack exports x/],
    ['an unknown attribute', { 'Fn::GetAtt': ['Table', 'Colour'] }, /Colour/],
    ['a circle', { Ref: 'Loop' }, /circle/],
  ])('refuses %s', (_case, value, message) => {
    expect(() => inData(value)).toThrow(message);
  });
});
