import type { S3EventRecord } from 'aws-lambda';
import * as z from 'zod';
import { callAws, httpCall, type AwsService } from '../engines/aws-call.ts';
import { bucketEventSchema, INVOCATIONS_QUEUE, type BucketEvent } from '../engines/bucket-event.ts';
import type { LocalFunction } from '../functions/function.ts';
import { REGION, arnOf } from '../template/names.ts';
import type { NotificationPlan } from '../template/plan.ts';
import { queueUrl } from './queue-mapping.ts';
import { startQueuePoller, type QueueMessage, type Trigger } from './queue-poller.ts';

export interface NotificationsInput {
  readonly notifications: readonly NotificationPlan[];
  readonly functions: ReadonlyMap<string, LocalFunction>;
  readonly sqs: AwsService;
  readonly s3Endpoint: string;
  readonly log: (line: string) => void;
}

const letterSchema = z.object({ bucketEvent: bucketEventSchema });
/** Lambda tries an asynchronous event three times in all. */
export const DELIVERIES_MAX = 3;
const CONCURRENCY_MAX = 5;
/** Lambda waits a minute before it tries again; on a laptop somebody is watching. */
const RETRY_SECONDS = 2;
/** Longer than the longest function may run. */
export const INVOCATIONS_VISIBILITY_SECONDS = 910;

/** Starts functions with the changes of files, which the file engine has put into a queue. */
export function startBucketNotifications(input: NotificationsInput): Trigger {
  const url = queueUrl(input.sqs, INVOCATIONS_QUEUE);
  return startQueuePoller({
    sqs: input.sqs,
    queueUrl: url,
    batchSize: 1,
    windowMs: 0,
    concurrencyMax: CONCURRENCY_MAX,
    log: input.log,
    handle: async (messages) => {
      const failed = new Set<string>();
      for (const message of messages) {
        if (await deliver(input, message)) continue;
        if (Number(message.Attributes['ApproximateReceiveCount'] ?? 1) >= DELIVERIES_MAX) {
          input.log(`a notification was given up after ${DELIVERIES_MAX} attempts: ${message.Body}`);
          continue;
        }
        failed.add(message.MessageId);
        await callAws(input.sqs, 'ChangeMessageVisibility', { QueueUrl: url, ReceiptHandle: message.ReceiptHandle, VisibilityTimeout: RETRY_SECONDS });
      }
      return failed;
    },
  });
}

async function deliver({ notifications, functions, s3Endpoint, log }: NotificationsInput, message: QueueMessage): Promise<boolean> {
  const { bucketEvent } = letterSchema.parse(JSON.parse(message.Body));
  const wanted = notifications.filter((each) => wants(each, bucketEvent));
  const record = bucketRecord(bucketEvent, await objectFacts(s3Endpoint, bucketEvent));
  let delivered = true;
  for (const { functionName } of wanted) {
    const target = functions.get(functionName);
    if (target === undefined) log(`no function ${functionName} for a change in ${bucketEvent.bucket}`);
    else delivered = (await target.invoke({ Records: [record] }).then(() => true, () => false)) && delivered;
  }
  return delivered;
}

/** Whether a notification asks for this change: by bucket, kind of event, and the key's prefix and suffix. */
export function wants(plan: NotificationPlan, event: BucketEvent): boolean {
  const name = `s3:${eventName(event)}`;
  const fits = plan.events.some((pattern) => (pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : pattern === name));
  return fits && plan.bucket === event.bucket && event.key.startsWith(plan.prefix) && event.key.endsWith(plan.suffix);
}

function eventName({ status }: BucketEvent): string {
  if (status === 'deleted') return 'ObjectRemoved:Delete';
  return status === 'copied' ? 'ObjectCreated:Copy' : 'ObjectCreated:Put';
}

interface ObjectFacts {
  readonly size: number;
  readonly eTag: string;
}

/** The event of the engine does not say how large the file is. A file that is gone again has no facts. */
async function objectFacts(s3Endpoint: string, { bucket, key }: BucketEvent): Promise<ObjectFacts> {
  const encoded = key.split('/').map(encodeURIComponent).join('/');
  const answer = await httpCall({ url: `${s3Endpoint}/${bucket}/${encoded}`, method: 'HEAD' });
  return { size: Number(answer.headers['content-length'] ?? 0), eTag: String(answer.headers['etag'] ?? '').replaceAll('"', '') };
}

function bucketRecord(event: BucketEvent, facts: ObjectFacts): S3EventRecord {
  return {
    eventVersion: '2.1',
    eventSource: 'aws:s3',
    awsRegion: REGION,
    eventTime: new Date(event.timestamp).toISOString(),
    eventName: eventName(event),
    userIdentity: { principalId: 'local' },
    requestParameters: { sourceIPAddress: '127.0.0.1' },
    responseElements: { 'x-amz-request-id': 'local', 'x-amz-id-2': 'local' },
    s3: {
      s3SchemaVersion: '1.0',
      configurationId: 'local',
      bucket: { name: event.bucket, ownerIdentity: { principalId: 'local' }, arn: arnOf.bucket(event.bucket) },
      // S3 encodes keys in events as in forms: a space is a plus.
      object: { key: encodeURIComponent(event.key).replaceAll('%2F', '/').replaceAll('%20', '+'), ...facts, sequencer: event.timestamp.toString(16) },
    },
  };
}
