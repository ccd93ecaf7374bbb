import { PLATFORM_CHANNELS } from '../../shared/kernel/channel-order.ts';
import type { ErrorCode } from '../../shared/kernel/errors.ts';
import type { Answer, JsonSchema, Method, OpenApiDocument, Operation, Parameter } from './openapi-model.ts';

/** The platforms' protocols are theirs, so there is no contract to derive these addresses from. */

const REFUSALS = ['signature_invalid', 'trial_expired', 'connection_not_found', 'body_too_large', 'too_many_messages', 'internal'] as const satisfies readonly ErrorCode[];

const CONNECTION: Parameter = { name: 'connectionId', in: 'path', required: true, description: 'The connection the push belongs to', schema: { type: 'string', maxLength: 64 } };
const CHANNEL: Parameter = { name: 'channel', in: 'path', required: true, schema: { type: 'string', enum: [...PLATFORM_CHANNELS] } };
const PLATFORM_TEXT =
  "The platform's own protocol: its signature is checked on the raw bytes before anything is read, and the answer is the one it expects. Save this address at the platform (`webhookUrl` of the connection). For Taobao (TMC) and Pinduoduo (PMC) a relay forwards socket messages here, signed by the Standard Webhooks headers with the connection's `relaySecret`.";

type Problems = (codes: readonly ErrorCode[]) => Record<string, Answer>;

export function webhookPaths(problems: Problems): OpenApiDocument['paths'] {
  const anything: JsonSchema = { description: "As the platform's protocol has it" };
  const words = { 'application/json': { schema: anything }, 'text/plain': { schema: anything } };
  const refusals = problems(REFUSALS);
  // A platform is refused in its own words; a relay gets a problem document.
  const unsigned: Answer = { description: 'Not signed as this connection signs', content: { ...words, ...refusals['401']?.content } };
  const platform = (method: Method, summary: string, name: string): Operation => ({
    operationId: name,
    tags: ['webhooks'],
    summary,
    description: PLATFORM_TEXT,
    security: [],
    parameters: [CHANNEL, CONNECTION],
    ...(method === 'post' && { requestBody: { required: true, content: { 'application/json': { schema: anything }, 'application/x-www-form-urlencoded': { schema: anything }, 'text/xml': { schema: anything } } } }),
    responses: { '200': { description: 'What the platform expects to hear', content: words }, ...refusals, '401': unsigned },
  });
  return {
    '/webhooks/{channel}/{connectionId}': { get: platform('get', "A platform's check of the address", 'checkWebhook'), post: platform('post', "A platform's push", 'receiveWebhook') },
  };
}
