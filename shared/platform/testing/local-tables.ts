import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTableEngine } from '../../../infra/local/engines/dynoxide.ts';
import type { Tables } from '../../kernel/tables.ts';
import { DynamoTables } from '../tables.dynamo.ts';

/** The hub's tables in the local DynamoDB engine, empty, for contract tests; `stop` removes them. */
export async function startLocalTables(): Promise<{ tables: Tables; stop: () => Promise<void> }> {
  const dir = mkdtempSync(join(tmpdir(), 'shuniu-tables-'));
  const engine = await startTableEngine({
    dbPath: join(dir, 'tables.db'),
    log: () => {},
    onGone: (reason) => {
      throw new Error(reason);
    },
  });
  const client = new DynamoDBClient({ endpoint: engine.endpoint, region: 'local', credentials: { accessKeyId: 'x', secretAccessKey: 'x' } });
  for (const name of ['t-registry', 't-orders', 't-stock']) await client.send(new CreateTableCommand(tableNamed(name)));
  return {
    tables: new DynamoTables(client, (table) => `t-${table}`),
    async stop() {
      await engine.stop();
      rmSync(dir, { recursive: true });
    },
  };
}

function tableNamed(name: string): ConstructorParameters<typeof CreateTableCommand>[0] {
  const key = (pk: string, sk: string) => [
    { AttributeName: pk, KeyType: 'HASH' as const },
    { AttributeName: sk, KeyType: 'RANGE' as const },
  ];
  return {
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: key('pk', 'sk'),
    AttributeDefinitions: ['pk', 'sk', 'gsi1pk', 'gsi1sk'].map((each) => ({ AttributeName: each, AttributeType: 'S' as const })),
    GlobalSecondaryIndexes: [{ IndexName: 'gsi1', KeySchema: key('gsi1pk', 'gsi1sk'), Projection: { ProjectionType: 'KEYS_ONLY' } }],
  };
}
