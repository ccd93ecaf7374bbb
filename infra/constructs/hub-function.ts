import path from 'node:path';
import { Aws, Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, CfnFunction, Code, EventSourceMapping, Function as LambdaFn, Runtime, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { SqsDlq, SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import hub from '../../package.json' with { type: 'json' };
import { assert } from '../../shared/kernel/assert.ts';
import type { TableName } from '../../shared/kernel/tables.ts';
import type { Access, FunctionName, QueueTrigger, SendableQueue, StageName, StreamTrigger } from '../stages.ts';
import { LOG_RETENTION } from './log-retention.ts';
import { FUNCTIONS, INDEX_NAME, nameIn, QUEUE_VARIABLES, secretsPrefix, STAGE_SETTINGS } from '../stages.ts';

/** Where bundles lie, see build.ts. */
export const BUNDLES_DIR = path.join(import.meta.dirname, '../../dist');
/** Metadata key under which the template tells the local runtime which TypeScript file to import. */
export const ENTRY_METADATA = 'shuniu:entry';

/** `none` leaves the code out, for tests and for the local runtime, which runs the TypeScript itself. */
export type Assets = 'dist' | 'none';

/** What a function's access can refer to; a stack passes what it has. */
export interface Resources {
  readonly tables: Readonly<Record<TableName, Table>>;
  readonly files: Bucket;
  readonly queues: Partial<Readonly<Record<SendableQueue, IQueue>>>;
}

export interface HubFunctionProps {
  readonly stage: StageName;
  readonly name: FunctionName;
  readonly assets: Assets;
  readonly resources: Resources;
}

const READ_ACTIONS = ['GetItem', 'BatchGetItem', 'Query', 'ConditionCheckItem'];
const WRITE_ACTIONS = ['PutItem', 'UpdateItem', 'DeleteItem'];
const STREAM_ACTIONS = ['DescribeStream', 'GetRecords', 'GetShardIterator'];
const SECRET_READ_ACTIONS = ['GetSecretValue'];
const SECRET_WRITE_ACTIONS = ['CreateSecret', 'PutSecretValue'];
const FILE_ACTIONS = ['GetObject', 'PutObject', 'AbortMultipartUpload'];

/**
 * One Lambda function with all that belongs to it: runtime, memory, timeout, log group, role, environment.
 * A line of its access is the permission and the environment name at once, so neither exists without the other.
 */
export class HubFunction extends Construct {
  readonly fn: LambdaFn;
  private readonly role: Role;
  private readonly stage: StageName;

  constructor(scope: Construct, props: HubFunctionProps) {
    super(scope, props.name);
    this.stage = props.stage;
    const spec = FUNCTIONS[props.name];
    const functionName = nameIn(props.stage, props.name);
    const settings = STAGE_SETTINGS[props.stage];
    const logGroup = new LogGroup(this, 'Logs', {
      logGroupName: `/aws/lambda/${functionName}`,
      retention: LOG_RETENTION[settings.logRetentionDays],
      removalPolicy: settings.keepsData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    // Our own role, not CDK's: its managed policy may write to every log group of the account.
    this.role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(this.role);
    this.fn = new LambdaFn(this, 'Function', {
      functionName,
      description: spec.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: spec.memoryMB,
      timeout: Duration.seconds(spec.timeoutSeconds),
      handler: 'index.handler',
      code: props.assets === 'dist' ? Code.fromAsset(path.join(BUNDLES_DIR, props.name)) : Code.fromInline('// not deployable'),
      role: this.role,
      logGroup,
      environment: { STAGE: props.stage, VERSION: hub.version },
    });
    const cfn = this.fn.node.defaultChild;
    assert(cfn instanceof CfnFunction, 'a Lambda function has a CfnFunction');
    cfn.addMetadata(ENTRY_METADATA, `functions/${props.name}/handler.ts`);
    this.allow(spec.access, props.resources);
  }

  /** Starts the function with batches of a queue; a message that fails comes back alone, or later if it is postponed. */
  reads(queue: IQueue, trigger: QueueTrigger): void {
    this.fn.addEnvironment(QUEUE_VARIABLES[trigger.name], queue.queueUrl);
    this.fn.addEventSource(
      new SqsEventSource(queue, {
        batchSize: trigger.messagesMax,
        maxConcurrency: trigger.concurrencyMax,
        reportBatchItemFailures: true,
      }),
    );
  }

  /** Starts the function with the changes of a table; a batch that keeps failing is halved, then given up to `dead`. */
  follows(table: Table, trigger: StreamTrigger, dead: IQueue): void {
    const { tableStreamArn } = table;
    assert(tableStreamArn !== undefined, `${table.node.id} has no stream`);
    this.grant('dynamodb', STREAM_ACTIONS, [tableStreamArn]);
    this.grantPattern('dynamodb', ['ListStreams'], {
      pattern: `${table.tableArn}/stream/*`,
      reason: 'Lambda asks for ListStreams on all streams of the one table; CDK would grant it on every table.',
    });
    new EventSourceMapping(this, `${table.node.id}-changes`, {
      target: this.fn,
      eventSourceArn: tableStreamArn,
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: trigger.recordsMax,
      bisectBatchOnError: true,
      retryAttempts: trigger.retriesMax,
      maxRecordAge: Duration.hours(trigger.recordAgeMaxHours),
      onFailure: new SqsDlq(dead),
    });
  }

  /** Starts the function by the clock. */
  runsAt(schedule: string): void {
    new Rule(this, 'Schedule', { schedule: Schedule.expression(schedule), targets: [new LambdaFunction(this.fn)] });
  }

  private allow(access: Access, resources: Resources): void {
    for (const name of ['registry', 'orders', 'stock'] as const) {
      const mode = access.tables?.[name];
      if (mode !== undefined) this.allowTable(name, mode, resources.tables[name]);
    }
    for (const name of ['intake', 'intakeDead', 'releases'] as const) {
      if (access.queues?.[name] !== undefined) this.allowSending(name, resources.queues[name]);
    }
    if (access.secrets !== undefined) this.allowSecrets(access.secrets);
    if (access.files !== undefined) this.allowFiles(resources.files);
  }

  private allowTable(name: TableName, mode: 'r' | 'rw', table: Table): void {
    this.fn.addEnvironment(`TABLE_${name.toUpperCase()}`, table.tableName);
    // TransactWriteItems asks for the action of each item it holds.
    const actions = mode === 'rw' ? [...READ_ACTIONS, ...WRITE_ACTIONS] : READ_ACTIONS;
    this.grant('dynamodb', actions, [table.tableArn]);
    this.grant('dynamodb', ['Query'], [`${table.tableArn}/index/${INDEX_NAME}`]);
  }

  private allowSending(name: SendableQueue, queue: IQueue | undefined): void {
    assert(queue !== undefined, `this stack does not know the queue ${name}`);
    this.fn.addEnvironment(QUEUE_VARIABLES[name], queue.queueUrl);
    this.grant('sqs', ['SendMessage'], [queue.queueArn]);
  }

  private allowSecrets(mode: 'r' | 'rw'): void {
    const prefix = secretsPrefix(this.stage);
    this.fn.addEnvironment('SECRETS_PREFIX', prefix);
    const actions = mode === 'rw' ? [...SECRET_READ_ACTIONS, ...SECRET_WRITE_ACTIONS] : SECRET_READ_ACTIONS;
    this.grantPattern('secretsmanager', actions, {
      pattern: `arn:${Aws.PARTITION}:secretsmanager:${Aws.REGION}:${Aws.ACCOUNT_ID}:secret:${prefix}/*`,
      reason: 'Sellers connect shops at run time, each with a secret of its own under the prefix of this stage.',
    });
  }

  private allowFiles(bucket: Bucket): void {
    this.fn.addEnvironment('BUCKET_FILES', bucket.bucketName);
    this.grantPattern('s3', FILE_ACTIONS, {
      pattern: bucket.arnForObjects('*'),
      reason: 'Files come and go at run time; the bucket holds nothing but them.',
    });
  }

  private grant(service: string, actions: readonly string[], resources: string[]): void {
    this.role.addToPrincipalPolicy(new PolicyStatement({ actions: actions.map((action) => `${service}:${action}`), resources }));
  }

  /** A permission on names not known yet. Every such pattern must explain itself. */
  private grantPattern(service: string, actions: readonly string[], { pattern, reason }: { pattern: string; reason: string }): void {
    this.grant(service, actions, [pattern]);
    Validations.of(this.role).acknowledge({ id: 'AwsSolutions-IAM5', reason });
  }
}
