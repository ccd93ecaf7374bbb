import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { AwsError, callAws, type AwsService } from '../engines/aws-call.ts';
import type { TablePlan } from '../template/plan.ts';
import type { Trigger } from './queue-poller.ts';

const SWEEP_PAUSE_MS = 60_000;
/** Pages of a table looked at in one sweep; the rest waits for the next one, which begins where this one ended. */
const PAGES_MAX = 50;

const keySchema = z.record(z.string(), z.unknown());
const pageSchema = z.object({ Items: z.array(keySchema).default([]), LastEvaluatedKey: keySchema.optional() });
const keyNames = z.array(z.object({ AttributeName: z.string() }));

/** Deletes expired records, as DynamoDB does by itself and dynoxide does not. On AWS it may take days, here a minute. */
export function startExpirySweep(dynamodb: AwsService, tables: readonly TablePlan[], log: (line: string) => void): Trigger {
  const expiring = tables.filter((table) => table.expiryAttribute !== undefined);
  const halt = new AbortController();
  const positions = new Map<string, Record<string, unknown> | undefined>();

  async function run(): Promise<void> {
    while (!halt.signal.aborted) {
      await sleep(SWEEP_PAUSE_MS, undefined, { signal: halt.signal }).catch(() => {});
      for (const table of expiring) {
        if (halt.signal.aborted) return;
        try {
          positions.set(table.name, await sweepTable({ dynamodb, table, nowSeconds: Math.floor(Date.now() / 1_000), from: positions.get(table.name) }));
        } catch (error) {
          log(`cannot remove expired records of ${table.name}: ${String(error)}`);
        }
      }
    }
  }

  const done = expiring.length > 0 ? run() : Promise.resolve();
  return {
    stop: async () => {
      halt.abort();
      await done;
    },
  };
}

export interface SweepInput {
  readonly dynamodb: AwsService;
  readonly table: TablePlan;
  readonly nowSeconds: number;
  readonly from?: Record<string, unknown> | undefined;
}

/** One sweep over a table; gives the key at which the next should begin, undefined for the beginning. */
export async function sweepTable({ dynamodb, table, nowSeconds, from }: SweepInput): Promise<Record<string, unknown> | undefined> {
  const keys = keyNames.parse(table.create['KeySchema']).map((key) => key.AttributeName);
  const isExpired = {
    ExpressionAttributeNames: { '#expiry': table.expiryAttribute },
    ExpressionAttributeValues: { ':now': { N: String(nowSeconds) } },
  };
  let start = from;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const answer = pageSchema.parse(
      await callAws(dynamodb, 'Scan', { TableName: table.name, FilterExpression: '#expiry < :now', ...isExpired, ExclusiveStartKey: start }),
    );
    for (const item of answer.Items) {
      const Key = Object.fromEntries(keys.map((name) => [name, item[name]]));
      // On the condition that it is expired still: its owner may have given it more time since the scan.
      await callAws(dynamodb, 'DeleteItem', { TableName: table.name, Key, ConditionExpression: '#expiry < :now', ...isExpired }).catch(unlessRenewed);
    }
    start = answer.LastEvaluatedKey;
    if (start === undefined) return undefined;
  }
  return start;
}

function unlessRenewed(error: unknown): void {
  if (!(error instanceof AwsError) || error.code !== 'ConditionalCheckFailedException') throw error;
}
