import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { serve } from '../constructs/http-routes.ts';
import type { Resources } from '../constructs/hub-function.ts';
import { HubFunction } from '../constructs/hub-function.ts';
import { DeadLetterQueue, QueueWithDeadLetters } from '../constructs/queue-with-dead-letters.ts';
import type { FunctionName, FunctionSpec, QueueName } from '../stages.ts';
import { CHANGES_DEAD, FUNCTIONS, functionNames } from '../stages.ts';
import type { DataStack } from './data-stack.ts';
import type { HubStackProps } from './hub-stack.ts';
import type { IntakeStack } from './intake-stack.ts';
import { ROUTES } from './routes.ts';

export interface WorkStackProps extends HubStackProps {
  readonly data: DataStack;
  readonly intake: IntakeStack;
}

/** Everything behind the front door: the functions that read queues, streams and the clock, and the APIs. */
export class WorkStack extends Stack {
  readonly releases: QueueWithDeadLetters;
  readonly changesDead: DeadLetterQueue;
  readonly functions: readonly HubFunction[];

  constructor(scope: Construct, id: string, props: WorkStackProps) {
    super(scope, id, props);
    this.releases = new QueueWithDeadLetters(this, props.stage, 'releases');
    this.changesDead = new DeadLetterQueue(this, props.stage, CHANGES_DEAD);
    const here = functionNames().filter((name) => FUNCTIONS[name].stack === 'work');
    this.functions = here.map((name) => this.startable(name, props));
  }

  /** The function with all that starts it. */
  private startable(name: FunctionName, { stage, assets, data, intake }: WorkStackProps): HubFunction {
    const spec: FunctionSpec = FUNCTIONS[name];
    const queues: Record<QueueName, QueueWithDeadLetters> = { intake: intake.intake, releases: this.releases };
    const resources: Resources = {
      tables: data.tables,
      files: data.files,
      queues: { intake: intake.intake.queue, intakeDead: intake.intake.dead, releases: this.releases.queue },
    };
    const hubFunction = new HubFunction(this, { stage, assets, name, resources });
    serve(intake.api, hubFunction, ROUTES[name] ?? []);
    if (spec.queue) hubFunction.reads(queues[spec.queue.name].queue, spec.queue);
    for (const table of spec.streams?.tables ?? []) {
      if (spec.streams) hubFunction.follows(data.tables[table], spec.streams, this.changesDead);
    }
    if (spec.schedule) hubFunction.runsAt(spec.schedule);
    return hubFunction;
  }
}
