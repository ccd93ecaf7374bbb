import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { StageSettings } from '../stages.ts';

/** Days of stages.ts in CloudWatch's own words: it keeps logs for certain numbers of days only. */
export const LOG_RETENTION = {
  7: RetentionDays.ONE_WEEK,
  30: RetentionDays.ONE_MONTH,
  180: RetentionDays.SIX_MONTHS,
} as const satisfies Record<StageSettings['logRetentionDays'], RetentionDays>;
