import type { SQSEvent } from 'aws-lambda';

/** A batch of messages as Lambda gets it; each has been handed out once more than the one before it. */
export function sqsEventOf(...bodies: string[]): SQSEvent {
  return {
    Records: bodies.map((body, index) => ({
      messageId: `id-${index}`,
      receiptHandle: `receipt-${index}`,
      body,
      attributes: { ApproximateReceiveCount: String(index + 1), SentTimestamp: '0', SenderId: '', ApproximateFirstReceiveTimestamp: '0' },
      messageAttributes: {},
      md5OfBody: '',
      eventSource: 'aws:sqs',
      eventSourceARN: '',
      awsRegion: '',
    })),
  };
}
