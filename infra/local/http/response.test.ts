import { describe, expect, test } from 'vitest';
import { gatewayResponse, RESPONSE_BYTES_MAX, wireResponse } from './response.ts';

describe('the HTTP answer of a result', () => {
  test('is the object itself when it has a status code', () => {
    const result = { statusCode: 201, headers: { 'Content-Type': 'text/html', 'X-N': 5 }, cookies: ['a=1', 'b=2'], body: '中' };
    expect(wireResponse(result)).toEqual({
      status: 201,
      headers: ['content-type', 'text/html', 'x-n', '5', 'set-cookie', 'a=1', 'set-cookie', 'b=2'],
      body: '中',
    });
  });

  test('is plain text unless the function says otherwise', () => {
    expect(wireResponse({ statusCode: 200, body: 'x' })?.headers).toEqual(['content-type', 'text/plain;charset=UTF-8']);
    expect(wireResponse({ statusCode: 204 })).toEqual({ status: 204, headers: [], body: '' });
  });

  test('decodes base64', () => {
    expect(wireResponse({ statusCode: 200, isBase64Encoded: true, body: '//4=' })?.body).toEqual(Buffer.from([0xff, 0xfe]));
  });

  test('is JSON with status 200 when there is no status code', () => {
    expect(wireResponse({ a: 1 })).toEqual({ status: 200, headers: ['content-type', 'application/json'], body: '{"a":1}' });
    expect(wireResponse('text')?.body).toBe('text');
  });

  test.each([{ statusCode: 'x' }, { statusCode: 99 }, { statusCode: 200, body: {} }, { statusCode: 200, body: 'x'.repeat(RESPONSE_BYTES_MAX + 1) }])(
    'is none for an answer the gateway does not accept',
    (result) => {
      expect(wireResponse(result)).toBeUndefined();
    },
  );

  test("has the gateway's words for its own answers", () => {
    expect(gatewayResponse(404)).toMatchObject({ status: 404, body: '{"message":"Not Found"}' });
  });
});
