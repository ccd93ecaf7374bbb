import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { matchesHash, newApiKey, newConnectionId, newTenantId, partsOfApiKey, tenantOfConnection } from './keys.ts';

const tenantId = newTenantId(randomBytes);

describe('an API key', () => {
  const { apiKey, keyId, hash } = newApiKey(randomBytes, tenantId);

  test('names its tenant and itself, and matches what is kept of it', () => {
    const parts = partsOfApiKey(apiKey);
    expect(parts).toMatchObject({ tenantId, keyId });
    expect(matchesHash(parts?.secret ?? '', hash)).toBe(true);
    expect(hash).not.toContain(parts?.secret);
  });

  test.each([['another secret', 'x'.repeat(32)], ['no secret', ''], ['the hash itself', hash]])('does not match %s', (_case, secret) => {
    expect(matchesHash(secret, hash)).toBe(false);
  });

  test.each([[''], ['sk_'], [apiKey.slice(0, -1)], [`${apiKey}0`], [apiKey.toUpperCase()], [`${apiKey}\n`], [apiKey.replace('sk_', 'pk_')], [apiKey.replace(/.$/, '单')]])('%j is none', (text) => {
    expect(partsOfApiKey(text)).toBeUndefined();
  });
});

test('a connection id begins with its tenant, and nothing else is one', () => {
  const connectionId = newConnectionId(randomBytes, tenantId);
  expect(tenantOfConnection(connectionId)).toBe(tenantId);
  for (const text of ['', tenantId, `${connectionId}x`, `${connectionId}\n`, connectionId.replace('-', '_'), '../../etc']) expect(tenantOfConnection(text)).toBeUndefined();
});
