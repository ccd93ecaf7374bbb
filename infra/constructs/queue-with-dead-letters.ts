import { Duration, Validations } from 'aws-cdk-lib';
import type { QueueProps } from 'aws-cdk-lib/aws-sqs';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { QueueName, StageName } from '../stages.ts';
import { DEAD_LETTERS_KEEP_DAYS, nameIn, QUEUES } from '../stages.ts';

/** Encrypted, and only over TLS: every queue. */
const SAFE = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true } as const satisfies QueueProps;

/** A queue of stages.ts with the queue its messages end in when they keep failing. */
export class QueueWithDeadLetters extends Construct {
  readonly queue: Queue;
  readonly dead: DeadLetterQueue;

  constructor(scope: Construct, stage: StageName, name: QueueName) {
    super(scope, name);
    const spec = QUEUES[name];
    this.dead = new DeadLetterQueue(this, stage, `${name}-dead`);
    this.queue = new Queue(this, 'Queue', {
      ...SAFE,
      queueName: nameIn(stage, name),
      visibilityTimeout: Duration.seconds(spec.visibilitySeconds),
      retentionPeriod: Duration.days(spec.retentionDays),
      deadLetterQueue: { queue: this.dead, maxReceiveCount: spec.receivesMax },
    });
  }
}

/** The end of the line: kept for two weeks, and watched (the watch stack alarms on its first message). */
export class DeadLetterQueue extends Queue {
  constructor(scope: Construct, stage: StageName, name: string) {
    super(scope, name, { ...SAFE, queueName: nameIn(stage, name), retentionPeriod: Duration.days(DEAD_LETTERS_KEEP_DAYS) });
    Validations.of(this).acknowledge({ id: 'AwsSolutions-SQS3', reason: 'It is itself where failed messages end.' });
  }
}
