import { describe, expect, test } from 'vitest';
import { Router } from './router.ts';

/** The routes and requests of AWS's own page on route selection, and the corners it leaves out. */
const keys = [
  'ANY /{proxy+}', 'GET /pets/{proxy+}', 'GET /pets/dog/{id}', 'GET /pets/dog/1', '$default',
  'POST /orders', 'ANY /orders', 'GET /a/{x}/c', 'GET /a/b/{y}',
];
const router = new Router(keys.map((key) => ({ key, target: key })));
const keyOf = (method: string, path: string) => router.match(method, path)?.key;

describe('the router', () => {
  test.each([
    ['GET', '/pets/dog/1', 'GET /pets/dog/1'],
    ['GET', '/pets/dog/2', 'GET /pets/dog/{id}'],
    ['GET', '/pets/cat/1', 'GET /pets/{proxy+}'],
    ['POST', '/test/5', 'ANY /{proxy+}'],
    ['POST', '/orders', 'POST /orders'],
    ['PUT', '/orders', 'ANY /orders'],
    ['GET', '/a/b/c', 'GET /a/b/{y}'],
    ['GET', '/', '$default'],
  ])('sends %s %s to %s', (method, path, key) => {
    expect(keyOf(method, path)).toBe(key);
  });

  test('decodes variables, and keeps the slashes of a greedy one', () => {
    expect(router.match('GET', '/pets/dog/%E4%B8%AD%2F')?.parameters).toEqual({ id: '中/' });
    expect(router.match('GET', '/pets/x%20y/z')?.parameters).toEqual({ proxy: 'x y/z' });
    expect(router.match('GET', '/pets/dog/%zz')?.parameters).toEqual({ id: '%zz' });
  });

  test('finds nothing when nothing fits and there is no default', () => {
    const small = new Router([{ key: 'GET /x/{id}', target: 1 }]);
    expect(small.match('GET', '/x')).toBeUndefined();
    expect(small.match('GET', '/x/')).toBeUndefined();
    expect(small.match('GET', '/x/1/2')).toBeUndefined();
    expect(small.match('POST', '/x/1')).toBeUndefined();
  });

  test('does not take a trailing slash for the same path', () => {
    expect(new Router([{ key: 'GET /x', target: 1 }]).match('GET', '/x/')).toBeUndefined();
  });
});
