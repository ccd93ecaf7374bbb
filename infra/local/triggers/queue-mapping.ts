import type { SQSRecord } from 'aws-lambda';
import type { AwsService } from '../engines/aws-call.ts';
import type { LocalFunction } from '../functions/function.ts';
import { ACCOUNT, REGION, arnOf } from '../template/names.ts';
import type { QueueMapping } from '../template/plan.ts';
import { failedItems } from './batch-response.ts';
import { startQueuePoller, type QueueMessage, type Trigger } from './queue-poller.ts';

export interface QueueMappingInput {
  readonly mapping: QueueMapping;
  readonly target: LocalFunction;
  readonly sqs: AwsService;
  readonly log: (line: string) => void;
}

/** A queue's URL at the engine. */
export function queueUrl(sqs: AwsService, name: string): string {
  return `${sqs.endpoint}/${ACCOUNT}/${name}`;
}

/** Starts a function with the batches of a queue, as Lambda's event source mapping does. */
export function startQueueMapping({ mapping, target, sqs, log }: QueueMappingInput): Trigger {
  const sourceArn = arnOf.queue(mapping.queueName);
  return startQueuePoller({
    sqs,
    queueUrl: queueUrl(sqs, mapping.queueName),
    batchSize: mapping.batchSize,
    windowMs: mapping.windowMs,
    concurrencyMax: mapping.concurrencyMax,
    log,
    handle: async (messages) => {
      const ids = messages.map((message) => message.MessageId);
      try {
        const answer = await target.invoke({ Records: messages.map((message) => queueRecord(message, sourceArn)) });
        return mapping.reportsFailures ? failedItems(answer, ids) : new Set();
      } catch {
        // The function has logged it. A throw or a timeout fails the whole batch.
        return new Set(ids);
      }
    },
  });
}

/** A message in the form Lambda gives it to a function. */
export function queueRecord(message: QueueMessage, sourceArn: string): SQSRecord {
  const { Attributes: attributes } = message;
  return {
    messageId: message.MessageId,
    receiptHandle: message.ReceiptHandle,
    body: message.Body,
    attributes: {
      ...attributes,
      ApproximateReceiveCount: attributes['ApproximateReceiveCount'] ?? '1',
      SentTimestamp: attributes['SentTimestamp'] ?? '0',
      SenderId: attributes['SenderId'] ?? ACCOUNT,
      ApproximateFirstReceiveTimestamp: attributes['ApproximateFirstReceiveTimestamp'] ?? '0',
    },
    messageAttributes: Object.fromEntries(Object.entries(message.MessageAttributes).map(([name, value]) => [name, attributeRecord(value)])),
    md5OfBody: message.MD5OfBody,
    ...(message.MD5OfMessageAttributes !== undefined && { md5OfMessageAttributes: message.MD5OfMessageAttributes }),
    eventSource: 'aws:sqs',
    eventSourceARN: sourceArn,
    awsRegion: REGION,
  };
}

function attributeRecord(value: QueueMessage['MessageAttributes'][string]) {
  return {
    ...(value.StringValue !== undefined && { stringValue: value.StringValue }),
    ...(value.BinaryValue !== undefined && { binaryValue: value.BinaryValue }),
    stringListValues: [],
    binaryListValues: [],
    dataType: value.DataType,
  };
}
