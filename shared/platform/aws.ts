import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateSecretCommand, GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ChangeMessageVisibilityCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { Files, QueueName, Queues, Secrets } from '../kernel/ports.ts';
import type { Tables } from '../kernel/tables.ts';
import { envValue } from './env.ts';
import { DynamoTables } from './tables.dynamo.ts';

/** A secret is read again after this long, so that a changed one is taken up. */
const SECRET_CACHE_MS = 60_000;
const SECRETS_KEPT_MAX = 5_000;

const QUEUE_ENV: Readonly<Record<QueueName, string>> = { intake: 'QUEUE_INTAKE_URL', releases: 'QUEUE_RELEASES_URL', intakeDead: 'QUEUE_INTAKE_DEAD_URL' };

export function awsTables(): Tables {
  return new DynamoTables(new DynamoDBClient({}), { registry: envValue('TABLE_REGISTRY'), orders: envValue('TABLE_ORDERS'), stock: envValue('TABLE_STOCK') });
}

/** Queues by the names in the environment; using one that the function was not given throws. */
export function awsQueues(): Queues {
  const client = new SQSClient({});
  return {
    async send(queue, message) {
      await client.send(new SendMessageCommand({ QueueUrl: envValue(QUEUE_ENV[queue]), MessageBody: message }));
    },
    async postpone(queue, receipt, seconds) {
      await client.send(new ChangeMessageVisibilityCommand({ QueueUrl: envValue(QUEUE_ENV[queue]), ReceiptHandle: receipt, VisibilityTimeout: seconds }));
    },
  };
}

/** Secrets below SECRETS_PREFIX, kept a minute. */
export function awsSecrets(nowMs: () => number): Secrets {
  const client = new SecretsManagerClient({});
  const kept = new Map<string, { value: string; untilMs: number }>();
  const idOf = (name: string): string => `${envValue('SECRETS_PREFIX')}/${name}`;
  return {
    async get(name) {
      const known = kept.get(name);
      if (known !== undefined && known.untilMs > nowMs()) return known.value;
      const value = await readSecret(client, idOf(name));
      if (kept.size >= SECRETS_KEPT_MAX) kept.clear();
      if (value !== undefined) kept.set(name, { value, untilMs: nowMs() + SECRET_CACHE_MS });
      return value;
    },
    async put(name, value) {
      kept.delete(name);
      try {
        await client.send(new CreateSecretCommand({ Name: idOf(name), SecretString: value }));
      } catch (error) {
        if (!isNamed(error, 'ResourceExistsException')) throw error;
        await client.send(new PutSecretValueCommand({ SecretId: idOf(name), SecretString: value }));
      }
    },
  };
}

async function readSecret(client: SecretsManagerClient, id: string): Promise<string | undefined> {
  try {
    return (await client.send(new GetSecretValueCommand({ SecretId: id }))).SecretString;
  } catch (error) {
    if (isNamed(error, 'ResourceNotFoundException')) return undefined;
    throw error;
  }
}

export function awsFiles(): Files {
  const client = new S3Client({ forcePathStyle: true });
  return {
    async put(name, content, contentType) {
      await client.send(new PutObjectCommand({ Bucket: envValue('BUCKET_FILES'), Key: name, Body: content, ContentType: contentType }));
    },
    linkTo(name, seconds) {
      return getSignedUrl(client, new GetObjectCommand({ Bucket: envValue('BUCKET_FILES'), Key: name }), { expiresIn: seconds });
    },
  };
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}
