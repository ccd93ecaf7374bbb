import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { randomBytes } from 'node:crypto';
import { assert } from '../../shared/kernel/assert.ts';
import type { Role } from '../../shared/kernel/contract.ts';
import { newApiKey } from '../../shared/tenants/keys.ts';
import { tenantKey } from '../../shared/tenants/store.ts';
import { callAws, services } from '../local/engines/aws-call.ts';
import { ENDPOINTS_FILE, hubFileSchema } from '../local/runtime.ts';
import { HubClient } from '../simulator/hub-client.ts';
import type { TestHub } from './test-hub.ts';

/** What only an operator can do, by the tables themselves: the API has no call for it yet. */
async function callRegistry({ dataDir }: TestHub, action: string, input: object): Promise<void> {
  const { endpoints, plan } = hubFileSchema.parse(JSON.parse(await readFile(path.join(dataDir, ENDPOINTS_FILE), 'utf8')));
  const table = plan.functions.map(({ environment }) => environment['TABLE_REGISTRY']).find((name) => name !== undefined);
  assert(table !== undefined, 'a function knows the registry');
  await callAws(services.dynamodb(endpoints), action, { TableName: table, ...input });
}

/** Lets a trial end now. Functions that have seen its keys and shops find out within a minute. */
export async function endTrial(hub: TestHub, tenantId: string): Promise<void> {
  const { pk, sk } = tenantKey(tenantId);
  await callRegistry(hub, 'UpdateItem', {
    Key: { pk: { S: pk }, sk: { S: sk } },
    UpdateExpression: 'SET trialEndsAt = :now',
    ExpressionAttributeValues: { ':now': { S: new Date().toISOString() } },
  });
}

/** A client with a key of another role in a tenant. */
export async function clientOfRole(hub: TestHub, tenantId: string, role: Role): Promise<HubClient> {
  const { apiKey, keyId, hash } = newApiKey((count) => randomBytes(count), tenantId);
  const attributes = { pk: `${tenantId}#keys`, sk: keyId, hash, role, name: `the ${role}`, createdAt: new Date().toISOString() };
  await callRegistry(hub, 'PutItem', { Item: Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, { S: value }])) });
  return new HubClient(hub.url, apiKey);
}
