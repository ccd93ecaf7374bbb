import { expect, test } from 'vitest';
import { eventOf } from '../flows/testing/api.ts';
import { CONNECTION_ID, douyinHub, messageOf, pushOf } from '../flows/testing/douyin-shop.ts';
import { handlerOf } from './receive-webhook.ts';

const { body, headers } = pushOf([messageOf('m1')]);

function pushed(change: { channel?: string; raw?: string; isBase64?: boolean } = {}) {
  const channel = change.channel ?? 'douyin';
  const target = { method: 'POST', path: `/webhooks/${channel}/${CONNECTION_ID}`, query: '', routeKey: 'POST /webhooks/{channel}/{connectionId}', params: { channel, connectionId: CONNECTION_ID } };
  return eventOf(target, { raw: Buffer.from(body).toString('utf8'), headers, ...change });
}

test.each([[false], [true]])('a push reaches the queue by its raw bytes, and the platform gets its answer; in base64: %s', async (isBase64) => {
  const { hub } = await douyinHub();
  expect(await handlerOf(hub)(pushed({ isBase64 }))).toEqual({ statusCode: 200, headers: { 'content-type': 'application/json' }, body: '{"code":0,"msg":"success"}' });
  expect(hub.sent.map(({ queue }) => queue)).toEqual(['intake']);
});

test('a push to nobody gets a problem document', async () => {
  const { hub } = await douyinHub();
  expect(await handlerOf(hub)(pushed({ channel: 'wechat' }))).toMatchObject({ statusCode: 404, headers: { 'content-type': 'application/problem+json; charset=utf-8' } });
  expect(await handlerOf(hub)(pushed({ raw: '' }))).toMatchObject({ statusCode: 401 });
  expect(hub.sent).toEqual([]);
});
