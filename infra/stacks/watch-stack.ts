import { Duration, Stack } from 'aws-cdk-lib';
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { AlarmStatusWidget, Dashboard, GraphWidget, MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { CHANNELS } from '../../shared/kernel/channel-order.ts';
import { Alarms, OwnMetrics } from '../constructs/alarms.ts';
import type { HubFunction } from '../constructs/hub-function.ts';
import type { DeadLetterQueue, QueueWithDeadLetters } from '../constructs/queue-with-dead-letters.ts';
import { ALARM_LIMITS, ALARM_PERIOD_MINUTES, nameIn } from '../stages.ts';
import type { HubStackProps } from './hub-stack.ts';
import type { IntakeStack } from './intake-stack.ts';
import type { WorkStack } from './work-stack.ts';

export interface WatchStackProps extends HubStackProps {
  readonly intake: IntakeStack;
  readonly work: WorkStack;
  /** Who is told; more subscribers can be added to the topic by hand. */
  readonly alarmEmail?: string;
}

const PERIOD = Duration.minutes(ALARM_PERIOD_MINUTES);
/** A dashboard is 24 columns wide. */
const FULL_WIDTH = 24;
const HALF_WIDTH = 12;
/** Channels that push; offline orders come in over the API. */
const PUSHING_CHANNELS = CHANNELS.filter((channel) => channel !== 'offline');

/** What tells people that something is stuck: alarms with a topic, and a dashboard. Nothing depends on this stack. */
export class WatchStack extends Stack {
  private readonly metrics: OwnMetrics;
  private readonly alarms: Alarms;
  private readonly queues: readonly QueueWithDeadLetters[];
  private readonly deadQueues: readonly DeadLetterQueue[];
  private readonly functions: readonly HubFunction[];
  private readonly intake: IntakeStack;

  constructor(scope: Construct, id: string, props: WatchStackProps) {
    super(scope, id, props);
    const { intake, work } = props;
    this.intake = intake;
    this.queues = [intake.intake, work.releases];
    this.deadQueues = [...this.queues.map((queue) => queue.dead), work.changesDead];
    this.functions = [intake.receiveWebhook, ...work.functions];
    this.metrics = new OwnMetrics(props.stage);
    this.alarms = new Alarms(this, props.stage, props.alarmEmail);
    this.watchQueues();
    this.watchFunctions();
    this.watchOrders();
    this.draw(nameIn(props.stage, 'hub'));
  }

  private watchQueues(): void {
    for (const dead of this.deadQueues) {
      this.alarms.add({
        name: `${dead.node.id}-letters`,
        meaning: 'Messages failed for good. Read one, repair the cause, then redrive the queue: repeating is safe.',
        metric: dead.metricApproximateNumberOfMessagesVisible({ period: PERIOD, statistic: 'max' }),
        above: 0,
      });
    }
    for (const { node, queue } of this.queues) {
      this.alarms.add({
        name: `${node.id}-waits`,
        meaning: 'The oldest message waits too long: its reader is throttled, failing or too slow.',
        metric: queue.metricApproximateAgeOfOldestMessage({ period: PERIOD, statistic: 'max' }),
        above: ALARM_LIMITS.oldestMessageSeconds,
      });
    }
  }

  private watchFunctions(): void {
    for (const { node, fn } of this.functions) {
      const options = { period: PERIOD };
      this.alarms.add({
        name: `${node.id}-fails`,
        meaning: 'The function throws or is throttled: see its log group.',
        metric: new MathExpression({
          expression: 'errors + throttles',
          usingMetrics: { errors: fn.metricErrors(options), throttles: fn.metricThrottles(options) },
          label: node.id,
          period: PERIOD,
        }),
        above: 0,
      });
    }
    this.alarms.add({
      name: 'api-server-errors',
      meaning: 'Callers get 5xx answers: see the access log for the route.',
      metric: this.intake.api.metricServerError({ period: PERIOD, statistic: 'sum' }),
      above: ALARM_LIMITS.serverErrorsPerPeriod,
    });
  }

  private watchOrders(): void {
    for (const channel of PUSHING_CHANNELS) {
      this.alarms.add({
        name: `${channel}-pushes-refused`,
        meaning: 'Many pushes have a wrong signature: a secret was changed on the platform, or somebody is trying.',
        metric: this.metrics.of('webhookRefused', 'sum', { Channel: channel }),
        above: ALARM_LIMITS.webhookRefusedPerPeriod,
      });
    }
    this.alarms.add({
      name: 'orders-allocated-late',
      meaning: 'From push to allocation takes too long: see the age of the intake queue and throttled tables.',
      metric: this.metrics.of('orderToAllocationMs', 'p90'),
      above: ALARM_LIMITS.orderToAllocationMsP90,
      windows: 3,
    });
    this.alarms.add({
      name: 'pushes-for-other-shops',
      meaning: 'Authentic pushes name another shop than their connection: two connections are mixed up.',
      metric: this.metrics.of('pushForOtherShop', 'sum'),
      above: ALARM_LIMITS.pushForOtherShopPerPeriod,
    });
    this.alarms.add({
      name: 'messages-dead-lettered',
      meaning: 'A push was authentic but made no sense and was put with the dead letters: the platform has changed.',
      metric: this.metrics.of('messageDeadLettered', 'sum'),
      above: 0,
    });
    this.alarms.add({
      name: 'stock-mismatched',
      meaning: 'A stock row did not equal its movements. The audit has repaired it and left a record: find what wrote it.',
      metric: this.metrics.of('stockMismatch', 'sum'),
      above: 0,
    });
  }

  private draw(dashboardName: string): void {
    const graph = (title: string, left: IMetric[]) => new GraphWidget({ title, left, width: HALF_WIDTH });
    const dashboard = new Dashboard(this, 'Dashboard', { dashboardName });
    dashboard.addWidgets(new AlarmStatusWidget({ title: 'Alarms', alarms: this.alarms.all, width: FULL_WIDTH }));
    dashboard.addWidgets(
      graph('From push to allocation, ms', ['p50', 'p90', 'p99'].map((statistic) => this.metrics.of('orderToAllocationMs', statistic))),
      graph('Refused pushes', PUSHING_CHANNELS.map((channel) => this.metrics.of('webhookRefused', 'sum', { Channel: channel }))),
    );
    dashboard.addWidgets(
      graph('Messages waiting', this.queues.map(({ queue }) => queue.metricApproximateNumberOfMessagesVisible())),
      graph('Dead letters', this.deadQueues.map((dead) => dead.metricApproximateNumberOfMessagesVisible({ statistic: 'max' }))),
    );
    dashboard.addWidgets(
      graph('Function errors', this.functions.map(({ fn }) => fn.metricErrors())),
      graph('API calls and answers', [this.intake.api.metricCount(), this.intake.api.metricClientError(), this.intake.api.metricServerError()]),
    );
  }
}
