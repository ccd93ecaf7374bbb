import { randomUUID } from 'node:crypto';
import { REGION, arnOf } from '../template/names.ts';
import type { FunctionPlan } from '../template/plan.ts';
import { inScope, type InvocationLog } from './console-capture.ts';

/** The part of Lambda's context that works here. */
export interface LocalContext {
  readonly awsRequestId: string;
  readonly functionName: string;
  readonly functionVersion: string;
  readonly invokedFunctionArn: string;
  readonly memoryLimitInMB: string;
  readonly logGroupName: string;
  readonly logStreamName: string;
  callbackWaitsForEmptyEventLoop: boolean;
  getRemainingTimeInMillis(): number;
}

export type Handler = (event: unknown, context: LocalContext) => unknown;

/** Something the hub can start with an event. Rejects when the handler throws or takes too long. */
export interface LocalFunction {
  readonly plan: FunctionPlan;
  invoke(event: unknown, requestId?: string): Promise<unknown>;
}

export class FunctionTimeoutError extends Error {
  override readonly name = 'FunctionTimeoutError';
}

export interface FunctionInput {
  readonly plan: FunctionPlan;
  readonly handler: Handler;
  readonly log: InvocationLog;
  /** One line for the terminal when an invocation fails; the whole error is in the log. */
  readonly onError: (line: string) => void;
}

/** A function that runs in this process, under the limits of its plan. */
export function localFunction({ plan, handler, log, onError }: FunctionInput): LocalFunction {
  const slots = new Slots(plan.concurrencyMax ?? Infinity);

  async function invoke(event: unknown, requestId: string = randomUUID()): Promise<unknown> {
    await slots.take();
    try {
      const context = contextOf(plan, requestId, performance.now() + plan.timeoutMs);
      const work = inScope({ functionName: plan.label, requestId, log }, async () => handler(event, context));
      return await withTimeout(work, plan.timeoutMs);
    } catch (error) {
      log.write({ function: plan.label, requestId, level: 'error', message: error instanceof Error ? error.stack : String(error) });
      onError(`${plan.label} failed: ${firstLine(error)} (request ${requestId})`);
      throw error;
    } finally {
      slots.give();
    }
  }
  return { plan, invoke };
}

/** Lambda ends a function at its timeout; here it can only be left behind, and its result is no longer wanted. */
async function withTimeout(work: Promise<unknown>, timeoutMs: number): Promise<unknown> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new FunctionTimeoutError(`Task timed out after ${(timeoutMs / 1_000).toFixed(2)} seconds`)), timeoutMs);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function contextOf(plan: FunctionPlan, awsRequestId: string, deadlineMs: number): LocalContext {
  return {
    awsRequestId,
    functionName: plan.name,
    functionVersion: '$LATEST',
    invokedFunctionArn: arnOf.function(plan.name),
    memoryLimitInMB: String(plan.memoryMB),
    logGroupName: `/aws/lambda/${plan.name}`,
    logStreamName: REGION,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, Math.round(deadlineMs - performance.now())),
  };
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? `${error.name}: ${error.message}` : String(error)).split('\n', 1)[0] ?? '';
}

/** At most so many at once; the others wait in the order they came. */
export class Slots {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  async take(): Promise<void> {
    if (this.#free > 0) {
      this.#free -= 1;
      return;
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push(resolve);
    await promise;
  }

  give(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free += 1;
    else next();
  }
}
