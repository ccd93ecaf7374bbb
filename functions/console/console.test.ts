import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { page } from './console.ts';
import { WEB_FILES, webFile } from './files.ts';

const sources = WEB_FILES.map((name) => ({ name, ...webFile(name) }));

describe('the console', () => {
  test('is served at the root with headers that let nothing foreign in', () => {
    const found = page('/');
    expect(found).toMatchObject({ status: 200, contentType: 'text/html; charset=utf-8' });
    expect(found?.headers['content-security-policy']).toContain("default-src 'self'");
    expect(found?.headers['content-security-policy']).not.toContain('unsafe');
    expect(found?.headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
  });

  test('serves its files under /console/ by name', () => {
    expect(page('/console/app.js')).toMatchObject({ contentType: 'text/javascript; charset=utf-8' });
    expect(page('/console/app.css')).toMatchObject({ contentType: 'text/css; charset=utf-8' });
    expect(page('/console/icon.svg')).toMatchObject({ contentType: 'image/svg+xml' });
  });

  test.each(['/console/', '/console/none.js', '/console/../files.ts', '/console/..%2Ffiles.ts', '/console', '/app.js', '', '/console/constructor'])('has nothing at %j', (path) => {
    expect(page(path)).toBeUndefined();
  });

  test('answers 304 without a body to who has the file already', () => {
    const etag = page('/console/app.js')?.headers['etag'];
    expect(page('/console/app.js', etag)).toMatchObject({ status: 304, body: '' });
    expect(page('/console/app.js', '"other"')).toMatchObject({ status: 200 });
  });

  test('lists every file that lies in web, and no other', () => {
    expect([...WEB_FILES]).toEqual(readdirSync(new URL('./web/', import.meta.url)).toSorted());
  });

  test('refers only to files it serves', () => {
    for (const { name, body } of sources) {
      for (const [, target] of body.matchAll(/(?:href|src)="(\/console\/[^"]+)"/g)) expect(page(target ?? ''), `${name}: ${target}`).toBeDefined();
      for (const [, target] of body.matchAll(/from '\.\/([^']+)'/g)) expect(page(`/console/${target}`), `${name}: ${target}`).toBeDefined();
    }
  });

  test('puts data in as text only, and has no inline scripts or styles', () => {
    for (const { name, body } of sources) {
      expect(body, name).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function/);
      if (name.endsWith('.html')) expect(body, name).not.toMatch(/<script(?![^>]* src=)|<style| style=| on\w+=/);
      if (name.endsWith('.js')) expect(body, name).not.toMatch(/setAttribute\('style'|\bstyle: /);
    }
  });
});
