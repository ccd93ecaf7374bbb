import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { AttributeType, BillingMode, ProjectionType, StreamViewType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { TableName } from '../../shared/kernel/tables.ts';
import type { StageName } from '../stages.ts';
import { EXPIRY_ATTRIBUTE, EXPORTS_KEEP_DAYS, EXPORTS_PREFIX, INDEX_NAME, OLD_VERSIONS_KEEP_DAYS, STAGE_SETTINGS, TABLES } from '../stages.ts';
import type { HubStackProps } from './hub-stack.ts';

/**
 * What must outlive every deployment: the tables and the files.
 * Their names are left to CloudFormation, so that a replacement can stand beside the old one.
 */
export class DataStack extends Stack {
  readonly tables: Readonly<Record<TableName, Table>>;
  readonly files: Bucket;

  constructor(scope: Construct, id: string, props: HubStackProps) {
    super(scope, id, props);
    this.tables = {
      registry: this.table(props.stage, 'registry'),
      orders: this.table(props.stage, 'orders'),
      stock: this.table(props.stage, 'stock'),
    };
    this.files = this.bucket(props.stage);
  }

  private table(stage: StageName, name: TableName): Table {
    const { keepsData } = STAGE_SETTINGS[stage];
    const table = new Table(this, name, {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      timeToLiveAttribute: EXPIRY_ATTRIBUTE,
      deletionProtection: keepsData,
      removalPolicy: keepsData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      ...(TABLES[name].streamed ? { stream: StreamViewType.NEW_AND_OLD_IMAGES } : {}),
    });
    // Keys only: each projected attribute would be written, and paid for, twice.
    table.addGlobalSecondaryIndex({
      indexName: INDEX_NAME,
      partitionKey: { name: 'gsi1pk', type: AttributeType.STRING },
      sortKey: { name: 'gsi1sk', type: AttributeType.STRING },
      projectionType: ProjectionType.KEYS_ONLY,
    });
    return table;
  }

  private bucket(stage: StageName): Bucket {
    const { keepsData } = STAGE_SETTINGS[stage];
    const files = new Bucket(this, 'files', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      versioned: keepsData,
      removalPolicy: keepsData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      lifecycleRules: [
        { id: 'exports', prefix: EXPORTS_PREFIX, expiration: Duration.days(EXPORTS_KEEP_DAYS) },
        {
          id: 'leftovers',
          abortIncompleteMultipartUploadAfter: Duration.days(1),
          ...(keepsData ? { noncurrentVersionExpiration: Duration.days(OLD_VERSIONS_KEEP_DAYS) } : {}),
        },
      ],
    });
    Validations.of(files).acknowledge({
      id: 'AwsSolutions-S1',
      reason: 'Only the hub reads and writes here and logs what it does; access logs would need a bucket of their own.',
    });
    return files;
  }
}
