import * as z from 'zod';

/** What the hub must set up and run, read from the templates. Serialisable, so that a second process can take it over. */
const tableSchema = z.object({
  name: z.string(),
  /** The body of CreateTable. */
  create: z.record(z.string(), z.unknown()),
  expiryAttribute: z.string().optional(),
});

const queueSchema = z.object({
  name: z.string(),
  /** Attributes of CreateQueue; a redrive policy names another queue's ARN. */
  attributes: z.record(z.string(), z.string()),
});

const functionSchema = z.object({
  /** The physical name, as the function sees it in its context. */
  name: z.string(),
  /** The folder of its handler: the short name used on command lines and in logs. */
  label: z.string(),
  /** Path of handler.ts, relative to the root of the project. */
  entry: z.string(),
  environment: z.record(z.string(), z.string()),
  timeoutMs: z.int().positive(),
  memoryMB: z.int().positive(),
  /** Reserved concurrency, where the template sets one. */
  concurrencyMax: z.int().positive().optional(),
});

const routeSchema = z.object({ key: z.string(), functionName: z.string(), timeoutMs: z.int().positive() });

const mappingSchema = z.object({
  id: z.string(),
  functionName: z.string(),
  batchSize: z.int().positive(),
  windowMs: z.int().min(0),
  reportsFailures: z.boolean(),
  filters: z.array(z.string()),
});

const queueMappingSchema = mappingSchema.extend({ queueName: z.string(), concurrencyMax: z.int().positive() });

const streamMappingSchema = mappingSchema.extend({
  tableName: z.string(),
  /** -1: as long as the record is young enough. */
  retriesMax: z.int().min(-1),
  recordAgeMaxMs: z.int().positive(),
  bisects: z.boolean(),
  failureQueueName: z.string().optional(),
});

const scheduleSchema = z.object({
  name: z.string(),
  expression: z.string(),
  offsetMs: z.int(),
  functionName: z.string(),
  /** The constant event of the target; EventBridge's own event when there is none. */
  event: z.unknown().optional(),
});

const notificationSchema = z.object({
  bucket: z.string(),
  /** `s3:ObjectCreated:*` and the like. */
  events: z.array(z.string()),
  prefix: z.string(),
  suffix: z.string(),
  functionName: z.string(),
});

export const planSchema = z.object({
  tables: z.array(tableSchema),
  queues: z.array(queueSchema),
  buckets: z.array(z.string()),
  functions: z.array(functionSchema),
  routes: z.array(routeSchema),
  queueMappings: z.array(queueMappingSchema),
  streamMappings: z.array(streamMappingSchema),
  schedules: z.array(scheduleSchema),
  notifications: z.array(notificationSchema),
});

export type Plan = z.infer<typeof planSchema>;
export type TablePlan = z.infer<typeof tableSchema>;
export type QueuePlan = z.infer<typeof queueSchema>;
export type FunctionPlan = z.infer<typeof functionSchema>;
export type RoutePlan = z.infer<typeof routeSchema>;
export type QueueMapping = z.infer<typeof queueMappingSchema>;
export type StreamMapping = z.infer<typeof streamMappingSchema>;
export type SchedulePlan = z.infer<typeof scheduleSchema>;
export type NotificationPlan = z.infer<typeof notificationSchema>;
