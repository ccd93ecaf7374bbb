import { Agent, request as httpRequest } from 'node:http';
import * as z from 'zod';
import { REGION } from '../template/names.ts';

/** An engine that speaks AWS's JSON protocol: its address, and the prefix of its action names. */
export interface AwsService {
  readonly endpoint: string;
  readonly target: string;
}

/** The addresses of the engines behind a hub. */
export const endpointsSchema = z.object({ dynamodb: z.url(), sqs: z.url(), s3: z.url(), secrets: z.url() });
export type Endpoints = z.infer<typeof endpointsSchema>;

export const services = {
  dynamodb: (endpoints: Endpoints): AwsService => ({ endpoint: endpoints.dynamodb, target: 'DynamoDB_20120810' }),
  streams: (endpoints: Endpoints): AwsService => ({ endpoint: endpoints.dynamodb, target: 'DynamoDBStreams_20120810' }),
  sqs: (endpoints: Endpoints): AwsService => ({ endpoint: endpoints.sqs, target: 'AmazonSQS' }),
} as const;

/** The engine refused; `code` is the name AWS gives to the error. */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  readonly code: string;

  constructor(code: string, message: string) {
    super(`${code}: ${message}`);
    this.code = code;
  }
}

const errorSchema = z.object({ __type: z.string(), message: z.string().optional(), Message: z.string().optional() });
const agent = new Agent({ keepAlive: true });
/** The engines want a signature but do not check it; the region in it becomes part of the ARNs they make. */
const AUTHORIZATION = `AWS4-HMAC-SHA256 Credential=local/20200101/${REGION}/local/aws4_request, SignedHeaders=host, Signature=0`;
const CALL_TIMEOUT_MS = 30_000;

/**
 * One call to an engine. The runtime does not use the AWS SDK for its own calls: it polls the engines all day, and the
 * SDK costs several times the CPU of the call itself.
 */
export async function callAws(service: AwsService, action: string, input: unknown): Promise<unknown> {
  const answer = await httpCall({
    url: `${service.endpoint}/`,
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `${service.target}.${action}`,
      'x-amz-date': '20200101T000000Z',
      authorization: AUTHORIZATION,
    },
    body: JSON.stringify(input),
  });
  if (answer.status === 200) return answer.body === '' ? {} : JSON.parse(answer.body);
  throw awsError(answer);
}

function awsError({ status, body }: HttpAnswer): AwsError {
  try {
    const error = errorSchema.parse(JSON.parse(body));
    return new AwsError(error.__type.split('#').at(-1) ?? error.__type, error.message ?? error.Message ?? '');
  } catch {
    return new AwsError(`Http${status}`, body.slice(0, 200));
  }
}

export interface HttpCall {
  readonly url: string;
  readonly method: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

/** A plain HTTP call over connections that stay open. Rejects when the other side is not there. */
export function httpCall(call: HttpCall): Promise<HttpAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<HttpAnswer>();
  const body = call.body ?? '';
  const headers = { ...call.headers, 'content-length': Buffer.byteLength(body) };
  const request = httpRequest(call.url, { method: call.method, agent, headers, timeout: CALL_TIMEOUT_MS }, (response) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks).toString() }));
    response.on('error', reject);
  });
  request.on('timeout', () => request.destroy(new Error(`no answer from ${call.url}`)));
  request.on('error', reject);
  request.end(body);
  return promise;
}
