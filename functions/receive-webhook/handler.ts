import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { liveHub } from '../flows/live-hub.ts';
import { faultsAsProblems } from '../flows/serve.ts';
import { handlerOf } from './receive-webhook.ts';

const hub = liveHub();
export const handler = middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>().use(faultsAsProblems(hub.log)).handler(handlerOf(hub));
