import { describe, expect, test } from 'vitest';
import { contract as orders } from '../orders-api/contract.ts';
import { contract as pages } from './contract.ts';
import { unroutedIn } from './unrouted.ts';

const unrouted = unroutedIn([orders, pages]);

describe('a call that no route takes', () => {
  test.each([
    ['PATCH', '/v1/orders', 'It takes POST and GET.'],
    ['DELETE', '/v1/orders/offline.default.A-1', 'It takes GET.'],
    ['GET', '/v1/orders/offline.default.A-1/hold', 'It takes POST.'],
    ['POST', '/openapi.json', 'It takes GET.'],
    ['PUT', '/webhooks/douyin/x-1', 'It takes GET and POST.'],
  ])('is told that the method is wrong: %s %s', (method, path, detail) => {
    expect(unrouted(method, path)).toEqual({ code: 'method_not_allowed', detail });
  });

  test.each([
    ['GET', '/v1/nothing'],
    ['GET', '/v1/orders/a/b/c'],
    ['GET', '/openapiXjson'],
    ['POST', '/webhooks/douyin'],
  ])('is told that the address is wrong: %s %s', (method, path) => {
    expect(unrouted(method, path).code).toBe('not_found');
  });
});
