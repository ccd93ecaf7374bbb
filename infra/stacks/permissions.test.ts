import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { synthesised } from './synthesised.ts';

const oneOrMore = z.union([z.string(), z.array(z.unknown()), z.record(z.string(), z.unknown())]);
const policySchema = z.object({
  PolicyDocument: z.object({
    Statement: z.array(z.object({ Effect: z.string(), Action: oneOrMore, Resource: oneOrMore })),
  }),
});

const prod = synthesised('prod');
const grants = prod.of('AWS::IAM::Policy').flatMap((policy) =>
  policySchema
    .parse(policy.Properties)
    .PolicyDocument.Statement.filter(({ Effect }) => Effect === 'Allow')
    .map(({ Action, Resource }) => ({ policy: policy.id, actions: list(Action), resources: list(Resource) })),
);

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [value];
}

function grantsOf(idPrefix: string): string[] {
  return grants.filter(({ policy }) => policy.startsWith(idPrefix)).flatMap(({ actions }) => actions.map(String));
}

describe('what functions are permitted', () => {
  test('no action is a pattern', () => {
    expect(grants.length).toBeGreaterThan(0);
    expect(grants.flatMap(({ actions }) => actions).filter((action) => String(action).includes('*'))).toEqual([]);
  });

  test('a resource is a pattern only where its names are born at run time', () => {
    const patterns = grants.flatMap(({ policy, resources }) =>
      resources
        .map((resource) => JSON.stringify(resource))
        .filter((resource) => resource.includes('*'))
        .map((resource) => `${policy.split('Role')[0]} ${/[a-z:/]*\*/.exec(resource)?.[0]}`),
    );
    expect(patterns.toSorted()).toEqual([
      'onchange /stream/*',
      'onchange /stream/*',
      'receivewebhook :secret:shuniu/prod/*',
      'setupapi /*',
      'setupapi :secret:shuniu/prod/*',
      'syncorder :secret:shuniu/prod/*',
    ]);
  });

  test('only setup-api may write secrets and files', () => {
    const writers = grants.filter(({ actions }) => actions.some((action) => /CreateSecret|PutSecretValue|PutObject/.test(String(action))));
    expect(new Set(writers.map(({ policy }) => policy.split('Role')[0]))).toEqual(new Set(['setupapi']));
  });

  test('the receiver of webhooks cannot change a record', () => {
    expect(grantsOf('receivewebhook').filter((action) => /dynamodb:(Put|Update|Delete)/.test(action))).toEqual([]);
  });

  test('the console is permitted nothing but its log', () => {
    expect(grantsOf('console').toSorted()).toEqual(['logs:CreateLogStream', 'logs:PutLogEvents']);
  });

  test('no role carries a managed policy', () => {
    expect(prod.of('AWS::IAM::Role').filter(({ Properties }) => Properties['ManagedPolicyArns'] !== undefined)).toEqual([]);
  });
});
