import type { Placed } from './stacks.ts';

/** The account, region and partition of the local stage; the emulators write them into their ARNs. */
export const ACCOUNT = '000000000000';
export const REGION = 'us-east-1';
export const PARTITION = 'aws';
export const URL_SUFFIX = 'amazonaws.com';

/** The property that names a resource, where its kind can be named. */
const NAME_PROPERTY: Readonly<Record<string, string>> = {
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::DynamoDB::GlobalTable': 'TableName',
  'AWS::SQS::Queue': 'QueueName',
  'AWS::S3::Bucket': 'BucketName',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::SecretsManager::Secret': 'Name',
  'AWS::Events::Rule': 'Name',
  'AWS::Scheduler::Schedule': 'Name',
};

/** The shortest of the services' limits on a name: an S3 bucket's 63 characters; queues allow 80, functions 64. */
const NAME_CHARACTERS_MAX = 63;
const FIFO = '.fifo';

/** The given name, still unresolved, or undefined where CloudFormation would make one up. */
export function givenName({ resource }: Placed): unknown {
  const property = NAME_PROPERTY[resource.Type];
  return property === undefined ? undefined : resource.Properties[property];
}

/**
 * A name for a resource that has none: equal at every boot, so that its data is found again.
 * A logical id ends in a hash, so the tail is what makes it unique.
 */
export function inventedName({ stack, logicalId, resource }: Placed): string {
  const whole = `${stack}-${logicalId}`.toLowerCase().replace(/[^a-z0-9-]/g, '-');
  const suffix = resource.Type === 'AWS::SQS::Queue' && resource.Properties['FifoQueue'] === true ? FIFO : '';
  return whole.slice(-(NAME_CHARACTERS_MAX - suffix.length)).replace(/^-+/, '') + suffix;
}

/** `arn:aws:<service>:<region>:<account>:<rest>` of the local stage. */
export function arn(service: string, rest: string): string {
  return service === 's3' ? `arn:${PARTITION}:s3:::${rest}` : `arn:${PARTITION}:${service}:${REGION}:${ACCOUNT}:${rest}`;
}

export const arnOf = {
  table: (name: string) => arn('dynamodb', `table/${name}`),
  stream: (name: string) => arn('dynamodb', `table/${name}/stream/local`),
  queue: (name: string) => arn('sqs', name),
  bucket: (name: string) => arn('s3', name),
  function: (name: string) => arn('lambda', `function:${name}`),
  secret: (name: string) => arn('secretsmanager', `secret:${name}`),
} as const;

/** The name at the end of an ARN of one of the kinds above; text that is no ARN is a name already. */
export function nameFromArn(text: string): string {
  if (!text.startsWith('arn:')) return text;
  const stream = /:table\/([^/]+)\/stream\//.exec(text);
  if (stream?.[1] !== undefined) return stream[1];
  return text.split(/[:/]/).at(-1) ?? text;
}
