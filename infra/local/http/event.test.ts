import { describe, expect, test } from 'vitest';
import { httpEvent, type WireRequest } from './event.ts';

function eventOf(request: Partial<WireRequest>) {
  const whole = { method: 'POST', target: '/', rawHeaders: [], body: Buffer.alloc(0), sourceIp: '127.0.0.1', ...request };
  return httpEvent({ request: whole, routeKey: 'POST /', parameters: {}, requestId: 'r1', nowMs: 1_584_126_238_000 });
}
const withBody = (body: string | Buffer, ...rawHeaders: string[]) => {
  const { body: text, isBase64Encoded } = eventOf({ body: Buffer.from(body), rawHeaders });
  return { text, isBase64Encoded };
};

describe('the event of an HTTP request', () => {
  test('keeps path and query as they were sent, and decodes the parameters', () => {
    const event = eventOf({ target: '/a%20b?x=1&x=%E4%B8%AD&y=a+b' });
    expect(event).toMatchObject({ rawPath: '/a%20b', rawQueryString: 'x=1&x=%E4%B8%AD&y=a+b', queryStringParameters: { x: '1,中', y: 'a b' } });
  });

  test('joins repeated headers in lower case, and takes cookies apart', () => {
    const event = eventOf({ rawHeaders: ['X-A', '1', 'x-a', '2', 'Cookie', 'a=1; b=2', 'Host', 'h'] });
    expect(event.headers).toEqual({ 'x-a': '1,2', host: 'h', 'x-forwarded-for': '127.0.0.1', 'x-forwarded-proto': 'http' });
    expect(event.cookies).toEqual(['a=1', 'b=2']);
  });

  test('leaves out what is empty', () => {
    const event = eventOf({});
    expect(Object.keys(event)).not.toEqual(expect.arrayContaining(['body', 'cookies', 'queryStringParameters', 'pathParameters']));
    expect(event.isBase64Encoded).toBe(false);
  });

  test.each(['text/plain', 'application/json', 'application/json; charset=utf-8', 'application/xml', 'application/javascript'])('passes %s on as text', (type) => {
    expect(withBody('{"a":"中"}', 'Content-Type', type)).toEqual({ text: '{"a":"中"}', isBase64Encoded: false });
  });

  test.each(['application/x-www-form-urlencoded', 'application/octet-stream', 'multipart/form-data; boundary=x', 'application/jsonlines'])('passes %s on in base64', (type) => {
    expect(withBody('a=1', 'Content-Type', type)).toEqual({ text: 'YT0x', isBase64Encoded: true });
  });

  test('passes a body without type, an encoded one, and text that is no UTF-8 on in base64', () => {
    expect(withBody('a=1').isBase64Encoded).toBe(true);
    expect(withBody('a=1', 'content-type', 'text/plain', 'content-encoding', 'gzip').isBase64Encoded).toBe(true);
    expect(withBody(Buffer.from([0xff, 0xfe]), 'content-type', 'text/plain')).toEqual({ text: '//4=', isBase64Encoded: true });
  });

  test('keeps a byte order mark, because a signature may be over it', () => {
    expect(withBody('\uFEFFa', 'content-type', 'text/plain').text).toBe('\uFEFFa');
  });

  test('writes the time as access logs do', () => {
    expect(eventOf({}).requestContext).toMatchObject({ time: '13/Mar/2020:19:03:58 +0000', timeEpoch: 1_584_126_238_000, http: { method: 'POST' } });
  });
});
