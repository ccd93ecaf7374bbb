import { describe, expect, test } from 'vitest';
import { ERRORS } from '../../shared/kernel/errors.ts';
import { html } from './docs-html.ts';
import { docsPage } from './docs.ts';
import { openApiDocument } from './openapi.ts';

const document = openApiDocument({ version: '1.2.3' });
const page = docsPage(document);
const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);

describe('the API page', () => {
  test('shows every call with its path and a curl example', () => {
    for (const [path, methods] of Object.entries(document.paths)) {
      expect(page).toContain(`<code>${path}</code>`);
      for (const { operationId } of Object.values(methods)) expect(ids).toContain(`op-${operationId}`);
    }
    expect(page).toContain('curl -X POST &quot;$HUB/v1/orders&quot;');
  });

  test('has an anchor for every error code, where problem documents lead', () => {
    for (const code of Object.keys(ERRORS)) expect(ids).toContain(code);
  });

  test('leads only to what it has, and uses every id once', () => {
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, target] of page.matchAll(/href="#([^"]+)"/g)) expect(ids).toContain(target);
  });

  test('asks nothing of other hosts and needs no script', () => {
    for (const [, address] of page.matchAll(/(?:src|href)="([^"]+)"/g)) expect(address).toMatch(/^[#/](?!\/)/);
    expect(page).not.toMatch(/<script|<style| style=| on\w+="/);
  });

  test('escapes what it inserts', () => {
    const spoilt = docsPage({ ...document, info: { ...document.info, title: '<script>alert("1")</script>' } });
    expect(spoilt).not.toContain('<script>');
    expect(spoilt).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;');
    expect(html`<b title="${`"'<>&`}">${[html`<i>`, '<i>']}</b>`.markup).toBe('<b title="&quot;&#39;&lt;&gt;&amp;"><i>&lt;i&gt;</b>');
  });

  test('nests the fields of a body with their limits', () => {
    const call = page.slice(page.indexOf('id="op-adjustStock"'), page.indexOf('id="op-listStock"'));
    for (const text of ['warehouse', 'delta', '1 to 200 characters', 'Idempotency-Key', 'stock_short']) expect(call).toContain(text);
  });
});
