import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startSecretsEngine, type SecretsEngine } from './secrets.ts';

/** The stand-in, through the client that functions use. */
let folder = '';
let engine: SecretsEngine;
let client: SecretsManagerClient;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'shuniu-secrets-'));
  await start();
});

afterEach(async () => {
  await engine.stop();
  await rm(folder, { recursive: true, force: true });
});

async function start(): Promise<void> {
  engine = await startSecretsEngine(path.join(folder, 'secrets.json'));
  client = new SecretsManagerClient({ endpoint: engine.endpoint, region: 'us-east-1', credentials: { accessKeyId: 'x', secretAccessKey: 'x' } });
}

const valueOf = async (SecretId: string) => (await client.send(new GetSecretValueCommand({ SecretId }))).SecretString;

describe('the secrets engine', () => {
  test('gives back what was created, by name and by ARN, and the newest value', async () => {
    const { ARN = '' } = await client.send(new CreateSecretCommand({ Name: 'shop/local/a', SecretString: '一' }));
    expect(await valueOf('shop/local/a')).toBe('一');
    await client.send(new PutSecretValueCommand({ SecretId: 'shop/local/a', SecretString: '二' }));
    expect(await valueOf(ARN)).toBe('二');
  });

  test("says what AWS says when a secret is there already, or isn't there", async () => {
    const create = new CreateSecretCommand({ Name: 'a', SecretString: '1' });
    await client.send(create);
    await expect(client.send(new CreateSecretCommand({ Name: 'a', SecretString: '2' }))).rejects.toMatchObject({ name: 'ResourceExistsException' });
    await expect(valueOf('b')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await expect(client.send(new PutSecretValueCommand({ SecretId: 'b', SecretString: '1' }))).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  test('forgets what is deleted', async () => {
    await client.send(new CreateSecretCommand({ Name: 'a', SecretString: '1' }));
    await client.send(new DeleteSecretCommand({ SecretId: 'a', ForceDeleteWithoutRecovery: true }));
    await expect(valueOf('a')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  test('keeps many secrets written at once over a restart, in a file for its owner only', async () => {
    const names = Array.from({ length: 20 }, (_each, index) => `s${index}`);
    await Promise.all(names.map((Name) => client.send(new CreateSecretCommand({ Name, SecretString: Name }))));
    await engine.stop();
    await start();
    expect(await Promise.all(names.map(valueOf))).toEqual(names);
    expect((await stat(path.join(folder, 'secrets.json'))).mode & 0o777).toBe(0o600);
  });
});
