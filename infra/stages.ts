import type { MetricName, QueueName as SendableQueue } from '../shared/kernel/ports.ts';
import type { TableName } from '../shared/kernel/tables.ts';

/** Every name, size and limit of the deployment, in one place. The stacks only turn these tables into resources. */
export const PROJECT = 'shuniu';
export const STAGES = ['local', 'dev', 'prod'] as const;
export type StageName = (typeof STAGES)[number];

export interface StageSettings {
  /** Keep tables, the bucket and logs when a stack is deleted, and refuse to delete a table by hand. */
  readonly keepsData: boolean;
  readonly logRetentionDays: 7 | 30 | 180;
  /** The whole HTTP API, all callers together; beyond it API Gateway answers 429 before a function is started. */
  readonly throttle: { readonly callsPerSecond: number; readonly burst: number };
}

export const STAGE_SETTINGS = {
  local: { keepsData: false, logRetentionDays: 7, throttle: { callsPerSecond: 10_000, burst: 5_000 } },
  dev: { keepsData: false, logRetentionDays: 30, throttle: { callsPerSecond: 100, burst: 200 } },
  prod: { keepsData: true, logRetentionDays: 180, throttle: { callsPerSecond: 2_000, burst: 4_000 } },
} as const satisfies Record<StageName, StageSettings>;

/** Physical names carry the stage, so that several stages can live in one account: `shuniu-dev-sync-order`. */
export function nameIn(stage: StageName, name: string): string {
  return `${PROJECT}-${stage}-${name}`;
}

/** Connections keep their credentials in secrets under this path. */
export function secretsPrefix(stage: StageName): string {
  return `${PROJECT}/${stage}`;
}

export interface TableSpec {
  /** Changes are sent to functions: both images of the record. */
  readonly streamed: boolean;
}

export const TABLES = {
  registry: { streamed: false },
  orders: { streamed: true },
  stock: { streamed: true },
} as const satisfies Record<TableName, TableSpec>;

/** The one secondary index of every table. */
export const INDEX_NAME = 'gsi1';
/** Epoch seconds; DynamoDB deletes the record some time after. */
export const EXPIRY_ATTRIBUTE = 'expiresAt';

/** Under this prefix files delete themselves; the link to an export lives shorter than the file. */
export const EXPORTS_PREFIX = 'exports/';
export const EXPORTS_KEEP_DAYS = 7;
/** A version of a file that was replaced or deleted can be brought back for so long (prod). */
export const OLD_VERSIONS_KEEP_DAYS = 30;

export interface QueueSpec {
  readonly description: string;
  /** At least six times the timeout of the function that reads it, as AWS asks of SQS event sources. */
  readonly visibilitySeconds: number;
  /** Deliveries before a message goes to the dead letters. The wait between them grows to ten minutes (flows/batch.ts): 12 last about 50 minutes. */
  readonly receivesMax: number;
  readonly retentionDays: number;
}

export const QUEUES = {
  intake: { description: 'Verified pushes on their way to sync-order', visibilitySeconds: 360, receivesMax: 12, retentionDays: 4 },
  releases: { description: 'Backordered SKUs whose stock has grown', visibilitySeconds: 360, receivesMax: 5, retentionDays: 4 },
} as const satisfies Record<string, QueueSpec>;
export type QueueName = keyof typeof QUEUES;

/** Dead letters wait the longest SQS allows: two weeks to notice, repair and redrive. */
export const DEAD_LETTERS_KEEP_DAYS = 14;
/** Stream batches that failed for good; they hold positions in the stream, not records. */
export const CHANGES_DEAD = 'changes-dead';

/** The environment name under which a function finds a queue that it may send to, or reads and may postpone. */
export const QUEUE_VARIABLES = {
  intake: 'QUEUE_INTAKE_URL',
  intakeDead: 'QUEUE_INTAKE_DEAD_URL',
  releases: 'QUEUE_RELEASES_URL',
} as const satisfies Record<SendableQueue, string>;
export type { SendableQueue };

/** What a function may touch. Each line is both the permission and the environment name: nothing else reaches it. */
export interface Access {
  readonly tables?: Partial<Record<TableName, 'r' | 'rw'>>;
  readonly queues?: Partial<Record<SendableQueue, 'send'>>;
  readonly secrets?: 'r' | 'rw';
  readonly files?: 'rw';
}

export interface QueueTrigger {
  readonly name: QueueName;
  readonly messagesMax: number;
  /** Copies of the function at once: the hot-row pressure on the tables, not the speed of one copy, sets it. */
  readonly concurrencyMax: number;
}

export interface StreamTrigger {
  readonly tables: readonly TableName[];
  readonly recordsMax: number;
  readonly retriesMax: number;
  readonly recordAgeMaxHours: number;
}

export interface FunctionSpec {
  readonly description: string;
  readonly stack: 'intake' | 'work';
  readonly memoryMB: number;
  readonly timeoutSeconds: number;
  readonly access: Access;
  readonly queue?: QueueTrigger;
  readonly streams?: StreamTrigger;
  /** An EventBridge schedule expression, in UTC. */
  readonly schedule?: string;
}

/**
 * One line per folder of functions/; HTTP routes come from the folder's contract.ts (see stacks/routes.ts).
 * A function behind the HTTP API must end before API Gateway's fixed 30 s. CPU grows with memory, and the start of
 * Node with the AWS SDK is CPU-bound: below 512 MB cold starts get slower for no saving.
 */
export const FUNCTIONS = {
  'receive-webhook': {
    description: 'Verifies a platform push on its raw bytes, queues it and answers as the platform wants',
    stack: 'intake',
    memoryMB: 512,
    timeoutSeconds: 10,
    access: { tables: { registry: 'r', orders: 'r' }, queues: { intake: 'send' }, secrets: 'r' },
  },
  'sync-order': {
    description: 'Reads the newest detail of an order from its channel, routes it and reserves stock',
    stack: 'work',
    memoryMB: 1024,
    timeoutSeconds: 60,
    access: { tables: { orders: 'rw', stock: 'rw', registry: 'rw' }, queues: { intakeDead: 'send', releases: 'send' }, secrets: 'r' },
    queue: { name: 'intake', messagesMax: 10, concurrencyMax: 50 },
  },
  'orders-api': {
    description: 'Orders over HTTP: create, find, hold, release, cancel, reroute, ship',
    stack: 'work',
    memoryMB: 1024,
    timeoutSeconds: 29,
    access: { tables: { orders: 'rw', stock: 'rw', registry: 'rw' }, queues: { releases: 'send' } },
  },
  'stock-api': {
    description: 'Products and stock over HTTP: levels, movements, adjustments',
    stack: 'work',
    memoryMB: 512,
    timeoutSeconds: 29,
    access: { tables: { stock: 'rw', registry: 'rw' } },
  },
  'setup-api': {
    description: 'Trials, warehouses, connections and export over HTTP',
    stack: 'work',
    memoryMB: 512,
    timeoutSeconds: 29,
    access: {
      tables: { registry: 'rw', orders: 'r', stock: 'r' },
      queues: { intake: 'send', releases: 'send' },
      secrets: 'rw',
      files: 'rw',
    },
  },
  'release-backorders': {
    description: 'Gives stock that has come in to the orders that wait for it, in promise order',
    stack: 'work',
    memoryMB: 512,
    timeoutSeconds: 60,
    access: { tables: { orders: 'rw', stock: 'rw', registry: 'rw' }, queues: { releases: 'send' } },
    queue: { name: 'releases', messagesMax: 10, concurrencyMax: 10 },
  },
  'on-change': {
    description: 'Follows every change of orders and stock: metrics, and a release when stock grows',
    stack: 'work',
    memoryMB: 512,
    timeoutSeconds: 60,
    access: { queues: { releases: 'send' } },
    streams: { tables: ['orders', 'stock'], recordsMax: 100, retriesMax: 8, recordAgeMaxHours: 6 },
  },
  'audit-stock': {
    description: 'Proves each night that every stock row equals the sum of its movements, and repairs with a record; then waiting orders are tried with the new capacity',
    stack: 'work',
    memoryMB: 1024,
    timeoutSeconds: 900,
    access: { tables: { stock: 'rw', registry: 'r' }, queues: { releases: 'send' } },
    // 03:15 in China, the quietest hour of the shops.
    schedule: 'cron(15 19 * * ? *)',
  },
  console: {
    description: 'The console, the API description and the health of the hub',
    stack: 'work',
    memoryMB: 512,
    timeoutSeconds: 10,
    access: {},
  },
} as const satisfies Record<string, FunctionSpec>;
export type FunctionName = keyof typeof FUNCTIONS;

/** The names of FUNCTIONS, typed. */
export function functionNames(): FunctionName[] {
  return Object.keys(FUNCTIONS).filter((name): name is FunctionName => name in FUNCTIONS);
}

/** Metrics of one stage: several stages can share an account. Functions write them (shared/platform/outside.ts). */
export function metricsNamespace(stage: StageName): string {
  return `Shuniu/${stage}`;
}

/** Names of the metrics that functions write as EMF log lines; alarms and the dashboard read them. */
export const METRICS = {
  webhookRefused: 'WebhookRefused',
  orderToAllocationMs: 'OrderToAllocationMs',
  pushForOtherShop: 'PushForOtherShop',
  messageDeadLettered: 'MessageDeadLettered',
  stockMismatch: 'StockMismatch',
} as const satisfies Record<string, MetricName>;

/** An alarm looks at windows of this length. */
export const ALARM_PERIOD_MINUTES = 5;
export const ALARM_LIMITS = {
  /** Wrong signatures per window and channel: a few are scanners, many are a rotated secret or an attack. */
  webhookRefusedPerPeriod: 20,
  /** An order should be allocated within 2 s; nine of ten later than this, three windows long, is a jam. */
  orderToAllocationMsP90: 30_000,
  oldestMessageSeconds: 300,
  pushForOtherShopPerPeriod: 5,
  serverErrorsPerPeriod: 5,
} as const;
