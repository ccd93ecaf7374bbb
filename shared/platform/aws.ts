import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateSecretCommand, GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ChangeMessageVisibilityCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Files, QueueName, Queues, Secrets } from '../kernel/ports.ts';
import type { TableName, Tables } from '../kernel/tables.ts';
import { envValue } from './env.ts';
import { DynamoTables } from './tables.dynamo.ts';

/** A secret is read again after this long, so that a changed one is taken up. */
const SECRET_CACHE_MS = 60_000;
const SECRETS_KEPT_MAX = 5_000;

const TABLE_ENV: Readonly<Record<TableName, string>> = { registry: 'TABLE_REGISTRY', orders: 'TABLE_ORDERS', stock: 'TABLE_STOCK' };
const QUEUE_ENV: Readonly<Record<QueueName, string>> = { intake: 'QUEUE_INTAKE_URL', releases: 'QUEUE_RELEASES_URL', intakeDead: 'QUEUE_INTAKE_DEAD_URL' };

/** Takes out the client's logging, which builds a log entry of every call before it finds that nobody listens. */
function quiet<C extends { readonly middlewareStack: { remove(name: string): boolean } }>(client: C): C {
  client.middlewareStack.remove('loggerMiddleware');
  return client;
}

export function awsTables(): Tables {
  return new DynamoTables(quiet(new DynamoDBClient({})), (table) => envValue(TABLE_ENV[table]));
}

/**
 * SQS refuses U+FFFE and U+FFFF, and the local engine all beyond the first plane, emoji among them. Every message is
 * JSON, in which an escape says the same.
 */
const NOT_IN_MESSAGES = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD]/g;

/** A JSON text as SQS takes it. */
export function messageBody(json: string): string {
  return json.replaceAll(NOT_IN_MESSAGES, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Queues by the names in the environment; using one that the function was not given throws. */
export function awsQueues(): Queues {
  // TLS and SQS itself check what arrives; another MD5 over every message would be ours to pay.
  const client = quiet(new SQSClient({ md5: false }));
  return {
    async send(queue, message) {
      await client.send(new SendMessageCommand({ QueueUrl: envValue(QUEUE_ENV[queue]), MessageBody: messageBody(message) }));
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
  const getFresh = async (name: string): Promise<string | undefined> => {
    const value = await readSecret(client, idOf(name));
    if (kept.size >= SECRETS_KEPT_MAX) kept.clear();
    if (value !== undefined) kept.set(name, { value, untilMs: nowMs() + SECRET_CACHE_MS });
    return value;
  };
  return {
    getFresh,
    async get(name) {
      const known = kept.get(name);
      return known !== undefined && known.untilMs > nowMs() ? known.value : getFresh(name);
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

/** Files in BUCKET_FILES. The S3 client is large and rarely needed, so it is loaded with the first use. */
export function awsFiles(): Files {
  return {
    put: async (name, content, contentType) => (await import('./files.s3.ts')).s3Files.put(name, content, contentType),
    linkTo: async (name, seconds) => (await import('./files.s3.ts')).s3Files.linkTo(name, seconds),
  };
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}
