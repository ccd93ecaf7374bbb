import { PLATFORM_CHANNELS } from '../../shared/kernel/channel-order.ts';
import type { ErrorCode } from '../../shared/kernel/errors.ts';
import type { Answer, JsonSchema, Method, OpenApiDocument, Operation, Parameter } from './openapi-model.ts';

/** The platforms' protocols are theirs, so there is no contract to derive these addresses from. */

const REFUSALS = ['unauthorized', 'signature_invalid', 'not_found', 'body_too_large', 'too_many_messages', 'internal'] as const satisfies readonly ErrorCode[];
const PARTNER_EVENTS = ['order.create', 'shipment.update', 'tracking.update', 'stock.count', 'receipt.create'];

const CONNECTION: Parameter = { name: 'connectionId', in: 'path', required: true, description: 'The connection the push belongs to', schema: { type: 'string', maxLength: 64 } };
const CHANNEL: Parameter = { name: 'channel', in: 'path', required: true, schema: { type: 'string', enum: [...PLATFORM_CHANNELS] } };
/** Standard Webhooks: what a relay or a partner signs with the connection's secret. */
const SIGNATURE: Parameter[] = [
  { name: 'webhook-id', in: 'header', required: true, description: 'The same for every repeat of a message', schema: { type: 'string' } },
  { name: 'webhook-timestamp', in: 'header', required: true, description: 'Unix seconds, at most 5 minutes off', schema: { type: 'string' } },
  { name: 'webhook-signature', in: 'header', required: true, description: '`v1,` and the base64 HMAC-SHA256 of `id.timestamp.body` by the relay secret', schema: { type: 'string' } },
];
const PLATFORM_TEXT =
  "The platform's own protocol: its signature is checked on the raw bytes before anything is read, and the answer is the one it expects. Save this address at the platform (`webhookUrl` of the connection). For Taobao (TMC) and Pinduoduo (PMC) a relay forwards socket messages here, signed by the Standard Webhooks headers with the connection's `relaySecret`.";

type Problems = (codes: readonly ErrorCode[]) => Record<string, Answer>;

export function webhookPaths(problems: Problems): OpenApiDocument['paths'] {
  const refusals = problems(REFUSALS);
  const anything: JsonSchema = { description: "As the platform's protocol has it" };
  const platform = (method: Method, summary: string, name: string): Operation => ({
    operationId: name,
    tags: ['webhooks'],
    summary,
    description: PLATFORM_TEXT,
    security: [],
    parameters: [CHANNEL, CONNECTION],
    ...(method === 'post' && { requestBody: { required: true, content: { 'application/json': { schema: anything }, 'application/x-www-form-urlencoded': { schema: anything }, 'text/xml': { schema: anything } } } }),
    responses: { '200': { description: 'What the platform expects to hear' }, ...refusals },
  });
  return {
    '/webhooks/{channel}/{connectionId}': { get: platform('get', "A platform's check of the address", 'checkWebhook'), post: platform('post', "A platform's push", 'receiveWebhook') },
    '/webhooks/partner/{connectionId}': { post: partner(refusals) },
  };
}

function partner(refusals: Record<string, Answer>): Operation {
  const schema: JsonSchema = {
    type: 'object',
    required: ['type', 'data'],
    properties: { type: { type: 'string', enum: PARTNER_EVENTS }, data: { type: 'object', description: 'What the event is about' } },
  };
  return {
    operationId: 'receivePartnerEvent',
    tags: ['webhooks'],
    summary: "A partner's event",
    description: "Signed by the Standard Webhooks headers with the connection's `relaySecret`. It is accepted at once and worked off after.",
    security: [],
    parameters: [CONNECTION, ...SIGNATURE],
    requestBody: { required: true, content: { 'application/json': { schema } } },
    responses: { '202': { description: 'Accepted' }, ...refusals },
  };
}
