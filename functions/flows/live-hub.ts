import { awsFiles, awsQueues, awsSecrets, awsTables } from '../../shared/platform/aws.ts';
import { envValue } from '../../shared/platform/env.ts';
import { clock, httpSend, log, random, sleep } from '../../shared/platform/outside.ts';
import { hubOf, type Hub } from './hub.ts';

/** The hub of a deployed function (or of one in the local runtime): made once, when its module is loaded. */
export function liveHub(): Hub {
  const ports = { queues: awsQueues(), secrets: awsSecrets(() => clock.nowMs()), http: httpSend, files: awsFiles(), clock, random, log, sleep };
  return hubOf(awsTables(), ports, envValue('STAGE'));
}
