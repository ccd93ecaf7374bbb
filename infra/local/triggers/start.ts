import path from 'node:path';
import { services, type Endpoints } from '../engines/aws-call.ts';
import type { LocalFunction } from '../functions/function.ts';
import { HubError } from '../hub-error.ts';
import type { Plan } from '../template/plan.ts';
import { startBucketNotifications } from './bucket-notifications.ts';
import { Checkpoint } from './checkpoint.ts';
import { startExpirySweep } from './expiry-sweep.ts';
import { startQueueMapping } from './queue-mapping.ts';
import type { Trigger } from './queue-poller.ts';
import { startSchedule } from './schedule.ts';
import { startStreamMapping } from './stream-mapping.ts';
import { StreamReader } from './stream-reader.ts';

export interface TriggersInput {
  readonly plan: Plan;
  readonly functions: ReadonlyMap<string, LocalFunction>;
  readonly endpoints: Endpoints;
  /** Where stream positions are kept. */
  readonly checkpointsDir: string;
  readonly log: (line: string) => void;
}

/** Starts what feeds functions from queues and streams: all of the plan, or only those of the functions named. */
export async function startMappings(input: TriggersInput, only?: ReadonlySet<string>): Promise<Trigger[]> {
  const { plan, endpoints, log } = input;
  const sqs = services.sqs(endpoints);
  const wanted = (functionName: string) => only === undefined || only.has(functionOf(input, functionName).plan.label);
  const queues = plan.queueMappings
    .filter((mapping) => wanted(mapping.functionName))
    .map((mapping) => startQueueMapping({ mapping, target: functionOf(input, mapping.functionName), sqs, log }));
  const streams = plan.streamMappings
    .filter((mapping) => wanted(mapping.functionName))
    .map(async (mapping) =>
      startStreamMapping({
        mapping,
        target: functionOf(input, mapping.functionName),
        reader: new StreamReader({ dynamodb: services.dynamodb(endpoints), streams: services.streams(endpoints), tableName: mapping.tableName }),
        checkpoint: await Checkpoint.open(path.join(input.checkpointsDir), mapping.id),
        sqs,
        log,
      }),
    );
  return [...queues, ...(await Promise.all(streams))];
}

/** Starts what there must be one of per hub: the clock, the removal of expired records, the changes of files. */
export function startHousekeeping(input: TriggersInput, only?: ReadonlySet<string>): Trigger[] {
  const { plan, functions, endpoints, log } = input;
  const schedules = plan.schedules
    .map((schedule) => ({ schedule, target: functionOf(input, schedule.functionName) }))
    .filter(({ target }) => only === undefined || only.has(target.plan.label))
    .map(({ schedule, target }) => startSchedule(schedule, target));
  const files = { notifications: plan.notifications, functions, sqs: services.sqs(endpoints), s3Endpoint: endpoints.s3, log };
  return [
    ...schedules,
    startExpirySweep(services.dynamodb(endpoints), plan.tables, log),
    ...(plan.notifications.length > 0 ? [startBucketNotifications(files)] : []),
  ];
}

function functionOf({ functions }: TriggersInput, name: string): LocalFunction {
  const found = functions.get(name);
  if (found === undefined) throw new HubError(`the template starts a function ${name} that it does not have`);
  return found;
}
