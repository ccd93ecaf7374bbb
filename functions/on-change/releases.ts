import type { DynamoDBRecord } from 'aws-lambda';

/** A SKU of a tenant of which more is available than before. */
export interface Release {
  readonly tenantId: string;
  readonly sku: string;
}

const MOVEMENT = /^([0-9a-z]+)#move#(.*)#[^#]+#\d+$/s;

/** Movements that raise what is available, by tenant and SKU, each once. Everything else in a batch is passed over. */
export function releasesOf(records: readonly DynamoDBRecord[]): Release[] {
  const releases = new Map<string, Release>();
  for (const { eventName, dynamodb } of records) {
    if (eventName !== 'INSERT') continue;
    const { pk, delta } = dynamodb?.NewImage ?? {};
    const [, tenantId, sku] = MOVEMENT.exec(pk?.S ?? '') ?? [];
    if (tenantId === undefined || sku === undefined || Number(delta?.N ?? 0) <= 0) continue;
    releases.set(`${tenantId}#${sku}`, { tenantId, sku });
  }
  return [...releases.values()];
}
