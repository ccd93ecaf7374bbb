import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { chmod, open, readFile, rename } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { readBody } from '../http/body.ts';
import { arnOf } from '../template/names.ts';

/** Secrets Manager for one laptop: the four calls the hub makes, over AWS's JSON protocol, kept in one file. */
export interface SecretsEngine {
  readonly endpoint: string;
  stop(): Promise<void>;
}

const fileSchema = z.record(z.string(), z.object({ value: z.string(), versionId: z.string(), createdMs: z.number() }));
type Secrets = z.infer<typeof fileSchema>;

const inputSchema = z.object({
  Name: z.string().optional(),
  SecretId: z.string().optional(),
  SecretString: z.string().optional(),
  ClientRequestToken: z.string().optional(),
});
type Input = z.infer<typeof inputSchema>;

/** Secrets Manager takes no larger one. */
const SECRET_BYTES_MAX = 65_536;
/** A secret in JSON, every character of it escaped, and room for its name. */
const REQUEST_BYTES_MAX = SECRET_BYTES_MAX * 8;
const ONLY_OWNER = 0o600;

class SecretsError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export async function startSecretsEngine(filePath: string): Promise<SecretsEngine> {
  const store = new SecretStore(filePath, await readSecrets(filePath));
  const server = createServer((request, response) => void answer(store, request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function answer(store: SecretStore, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const send = (status: number, body: unknown) => {
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify(body));
  };
  try {
    const body = await readBody(request, REQUEST_BYTES_MAX);
    if (body === undefined) throw new SecretsError('RequestTooLarge', 'the request is too large');
    const action = String(request.headers['x-amz-target']).replace('secretsmanager.', '');
    send(200, await store.call(action, inputSchema.parse(JSON.parse(body.toString()))));
  } catch (error) {
    if (error instanceof SecretsError) send(400, { __type: error.code, Message: error.message });
    else send(500, { __type: 'InternalServiceError', Message: String(error) });
  }
}

class SecretStore {
  readonly #path: string;
  readonly #secrets: Secrets;
  #writing: Promise<void> = Promise.resolve();

  constructor(filePath: string, secrets: Secrets) {
    this.#path = filePath;
    this.#secrets = secrets;
  }

  async call(action: string, input: Input): Promise<unknown> {
    switch (action) {
      case 'CreateSecret':
        return this.#put(this.#newName(input), input);
      case 'PutSecretValue':
        return this.#put(this.#known(input), input);
      case 'GetSecretValue':
        return this.#get(this.#known(input));
      case 'DeleteSecret':
        return this.#delete(this.#known(input));
      default:
        throw new SecretsError('InvalidAction', `the local Secrets Manager does not know ${action}`);
    }
  }

  #newName(input: Input): string {
    const name = input.Name ?? '';
    if (name === '') throw new SecretsError('InvalidRequestException', 'a secret needs a name');
    const existing = this.#secrets[name];
    const isRetry = existing !== undefined && existing.versionId === input.ClientRequestToken && existing.value === input.SecretString;
    if (existing !== undefined && !isRetry) throw new SecretsError('ResourceExistsException', `The operation failed because the secret ${name} already exists.`);
    return name;
  }

  /** By name or ARN. */
  #known(input: Input): string {
    const name = (input.SecretId ?? '').replace(arnOf.secret(''), '');
    if (this.#secrets[name] === undefined) throw new SecretsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
    return name;
  }

  async #put(name: string, input: Input): Promise<unknown> {
    const value = input.SecretString;
    if (value === undefined) throw new SecretsError('InvalidRequestException', 'the local Secrets Manager keeps text only');
    if (Buffer.byteLength(value) > SECRET_BYTES_MAX) throw new SecretsError('InvalidParameterException', 'the secret is too long');
    const versionId = input.ClientRequestToken ?? randomUUID();
    this.#secrets[name] = { value, versionId, createdMs: Date.now() };
    await this.#write();
    return { ARN: arnOf.secret(name), Name: name, VersionId: versionId, VersionStages: ['AWSCURRENT'] };
  }

  #get(name: string): unknown {
    const secret = this.#secrets[name];
    return {
      ARN: arnOf.secret(name),
      Name: name,
      SecretString: secret?.value,
      VersionId: secret?.versionId,
      VersionStages: ['AWSCURRENT'],
      CreatedDate: (secret?.createdMs ?? 0) / 1_000,
    };
  }

  async #delete(name: string): Promise<unknown> {
    delete this.#secrets[name];
    await this.#write();
    return { ARN: arnOf.secret(name), Name: name, DeletionDate: Date.now() / 1_000 };
  }

  /** One write after the other, each complete before the caller is told. */
  #write(): Promise<void> {
    this.#writing = this.#writing.catch(() => {}).then(() => writeDurably(this.#path, JSON.stringify(this.#secrets)));
    return this.#writing;
  }
}

async function readSecrets(filePath: string): Promise<Secrets> {
  try {
    return fileSchema.parse(JSON.parse(await readFile(filePath, 'utf8')));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
    throw error;
  }
}

/** Written beside, flushed to disk, then renamed: the file is the old one or the new one, never a part. */
async function writeDurably(filePath: string, text: string): Promise<void> {
  const temporary = `${filePath}.new`;
  const file = await open(temporary, 'w', ONLY_OWNER);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await chmod(temporary, ONLY_OWNER);
  await rename(temporary, filePath);
}
