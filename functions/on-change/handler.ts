import { awsQueues } from '../../shared/platform/aws.ts';
import { handlerOf } from './on-change.ts';

export const handler = handlerOf(awsQueues());
