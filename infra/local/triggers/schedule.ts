import { randomUUID } from 'node:crypto';
import type { LocalFunction } from '../functions/function.ts';
import { ACCOUNT, REGION, arn } from '../template/names.ts';
import type { SchedulePlan } from '../template/plan.ts';
import { nextRun } from './cron.ts';
import type { Trigger } from './queue-poller.ts';

/** A timer cannot wait longer than 2^31 - 1 ms; a day at a time is far below. */
const TIMER_MAX_MS = 86_400_000;

/** Starts a function by the clock. A run that is missed while the hub is off is not made up, as with EventBridge. */
export function startSchedule(schedule: SchedulePlan, target: LocalFunction): Trigger {
  let timer: NodeJS.Timeout | undefined;
  const running = new Set<Promise<unknown>>();
  let stopped = false;

  function arm(afterMs: number): void {
    const dueMs = nextRun(schedule.expression, afterMs, schedule.offsetMs);
    if (dueMs !== undefined) wait(dueMs);
  }

  function wait(dueMs: number): void {
    const leftMs = dueMs - Date.now();
    if (leftMs > TIMER_MAX_MS) timer = setTimeout(() => wait(dueMs), TIMER_MAX_MS);
    else timer = setTimeout(() => fire(dueMs), Math.max(0, leftMs));
  }

  function fire(dueMs: number): void {
    if (stopped) return;
    const work: Promise<unknown> = target
      .invoke(schedule.event ?? scheduledEvent(schedule.name, dueMs))
      .catch(() => {})
      .finally(() => running.delete(work));
    running.add(work);
    arm(dueMs);
  }

  // Read once at the start, so that a schedule this runtime does not understand stops the boot.
  arm(Date.now());
  return {
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await Promise.all(running);
    },
  };
}

function scheduledEvent(name: string, dueMs: number): unknown {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    account: ACCOUNT,
    time: new Date(dueMs).toISOString().replace(/\.\d+Z$/, 'Z'),
    region: REGION,
    resources: [arn('events', `rule/${name}`)],
    detail: {},
  };
}
