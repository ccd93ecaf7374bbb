import * as z from 'zod';
import { INVOCATIONS_QUEUE } from './bucket-event.ts';
import { AwsError, callAws, httpCall, services, type AwsService, type Endpoints } from './aws-call.ts';
import { HubError } from '../hub-error.ts';
import type { Plan, QueuePlan, TablePlan } from '../template/plan.ts';
import { INVOCATIONS_VISIBILITY_SECONDS } from '../triggers/bucket-notifications.ts';
import { queueUrl } from '../triggers/queue-mapping.ts';

/** Makes what the plan asks for and the engines do not have yet. What is there stays, with its data. */
export async function setUpResources(plan: Plan, endpoints: Endpoints): Promise<void> {
  const dynamodb = services.dynamodb(endpoints);
  const sqs = services.sqs(endpoints);
  await Promise.all([
    ...plan.tables.map((table) => setUpTable(dynamodb, table)),
    setUpQueues(sqs, plan.queues),
    ...plan.buckets.map((bucket) => setUpBucket(endpoints.s3, bucket)),
  ]);
}

const describedSchema = z.object({ Table: z.object({ KeySchema: z.unknown(), GlobalSecondaryIndexes: z.array(z.object({ IndexName: z.string() })).default([]) }) });
const indexNames = z.array(z.object({ IndexName: z.string() })).default([]);

async function setUpTable(dynamodb: AwsService, { name, create, expiryAttribute }: TablePlan): Promise<void> {
  try {
    await callAws(dynamodb, 'CreateTable', create);
  } catch (error) {
    if (!(error instanceof AwsError) || error.code !== 'ResourceInUseException') throw error;
    await checkTable(dynamodb, name, create);
    return;
  }
  if (expiryAttribute !== undefined) {
    const TimeToLiveSpecification = { AttributeName: expiryAttribute, Enabled: true };
    await callAws(dynamodb, 'UpdateTimeToLive', { TableName: name, TimeToLiveSpecification });
  }
}

/** A table of an older version of the project cannot be changed in place; running on it would fail later and darkly. */
async function checkTable(dynamodb: AwsService, name: string, create: Readonly<Record<string, unknown>>): Promise<void> {
  const { Table: found } = describedSchema.parse(await callAws(dynamodb, 'DescribeTable', { TableName: name }));
  const wanted = indexNames.parse(create['GlobalSecondaryIndexes']).map((index) => index.IndexName);
  const existing = found.GlobalSecondaryIndexes.map((index) => index.IndexName);
  if (wanted.toSorted().join() !== existing.toSorted().join() || JSON.stringify(found.KeySchema) !== JSON.stringify(create['KeySchema'])) {
    throw new HubError(`the table ${name} in the data directory has another form; start with --fresh to empty it, or choose another SHUNIU_DATA`);
  }
}

/** In order: the queues that take others' dead letters come first. */
async function setUpQueues(sqs: AwsService, queues: readonly QueuePlan[]): Promise<void> {
  const own: QueuePlan = { name: INVOCATIONS_QUEUE, attributes: { VisibilityTimeout: String(INVOCATIONS_VISIBILITY_SECONDS) } };
  for (const queue of [own, ...queues]) await setUpQueue(sqs, queue);
}

async function setUpQueue(sqs: AwsService, { name, attributes }: QueuePlan): Promise<void> {
  try {
    await callAws(sqs, 'CreateQueue', { QueueName: name, Attributes: attributes });
  } catch (error) {
    if (!(error instanceof AwsError) || error.code !== 'QueueNameExists') throw error;
    // The template has changed since the queue was made.
    const { FifoQueue: _fixed, ...settable } = attributes;
    await callAws(sqs, 'SetQueueAttributes', { QueueUrl: queueUrl(sqs, name), Attributes: settable });
  }
}

async function setUpBucket(s3Endpoint: string, bucket: string): Promise<void> {
  const url = `${s3Endpoint}/${bucket}`;
  const existing = await httpCall({ url, method: 'HEAD' });
  if (existing.status === 200) return;
  const made = await httpCall({ url, method: 'PUT' });
  if (made.status !== 200) throw new HubError(`cannot make the bucket ${bucket}: ${made.body}`);
}
