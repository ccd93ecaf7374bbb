import { Duration } from 'aws-cdk-lib';
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { Alarm, ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { StageName } from '../stages.ts';
import { ALARM_PERIOD_MINUTES, METRICS, metricsNamespace, nameIn } from '../stages.ts';

export interface AlarmRule {
  /** Names the alarm; says what is wrong. */
  readonly name: string;
  /** What it means and what to do, for whom it wakes. */
  readonly meaning: string;
  readonly metric: IMetric;
  /** It rings above this value. */
  readonly above: number;
  /** Windows in a row; 1 when left out. */
  readonly windows?: number;
}

/** Alarms of one stage, and the topic they ring. Silence is no alarm: most metrics exist only when something happens. */
export class Alarms extends Construct {
  readonly topic: Topic;
  readonly all: Alarm[] = [];
  private readonly stage: StageName;

  constructor(scope: Construct, stage: StageName, email: string | undefined) {
    super(scope, 'alarms');
    this.stage = stage;
    this.topic = new Topic(this, 'Topic', { topicName: nameIn(stage, 'alarms'), enforceSSL: true });
    if (email !== undefined) this.topic.addSubscription(new EmailSubscription(email));
  }

  add(rule: AlarmRule): void {
    const alarm = new Alarm(this, rule.name, {
      alarmName: nameIn(this.stage, rule.name),
      alarmDescription: rule.meaning,
      metric: rule.metric,
      threshold: rule.above,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: rule.windows ?? 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(new SnsAction(this.topic));
    this.all.push(alarm);
  }
}

/** Metrics that the functions of one stage write as EMF log lines. */
export class OwnMetrics {
  readonly #namespace: string;

  constructor(stage: StageName) {
    this.#namespace = metricsNamespace(stage);
  }

  of(name: keyof typeof METRICS, statistic: string, dimensions?: Record<string, string>): Metric {
    return new Metric({
      namespace: this.#namespace,
      metricName: METRICS[name],
      statistic,
      period: Duration.minutes(ALARM_PERIOD_MINUTES),
      ...(dimensions === undefined ? {} : { dimensionsMap: dimensions }),
    });
  }
}
