import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { RawRequest } from '../../shared/channels/channel.ts';
import { bodyBytes, problemResponse } from '../../shared/platform/http-event.ts';
import type { Hub } from '../flows/hub.ts';
import { receivePush } from '../flows/receive.ts';

/** Pushes of the platforms, by connection. */
export function handlerOf(hub: Hub): (event: APIGatewayProxyEventV2) => Promise<APIGatewayProxyStructuredResultV2> {
  return async (event) => {
    const { channel = '', connectionId = '' } = event.pathParameters ?? {};
    const reply = await receivePush(hub, { channel, connectionId }, requestOf(event));
    if (!reply.ok) return problemResponse(reply.error, event.requestContext.requestId);
    return { statusCode: reply.value.status, headers: { 'content-type': reply.value.contentType }, body: reply.value.body };
  };
}

function requestOf(event: APIGatewayProxyEventV2): RawRequest {
  const headers = Object.entries(event.headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  return {
    method: event.requestContext.http.method === 'GET' ? 'GET' : 'POST',
    rawQuery: event.rawQueryString,
    headers: Object.fromEntries(headers),
    body: bodyBytes(event),
  };
}
