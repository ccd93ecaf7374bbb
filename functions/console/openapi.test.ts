import * as z from 'zod';
import { describe, expect, test } from 'vitest';
import { ERRORS } from '../../shared/kernel/errors.ts';
import { contract as orders } from '../orders-api/contract.ts';
import { contract as setup } from '../setup-api/contract.ts';
import { contract as stock } from '../stock-api/contract.ts';
import { contract as service } from './contract.ts';
import { openApiDocument } from './openapi.ts';
import type { Operation } from './openapi-model.ts';

const document = openApiDocument({ version: '1.2.3' });
const calls = Object.entries(document.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, described]) => ({ path, method, operation: described })));

function operation(id: string): Operation {
  const found = calls.find((call) => call.operation.operationId === id)?.operation;
  if (found === undefined) throw new Error(`no operation ${id}`);
  return found;
}

/** Every value under the name `$ref`, wherever it stands. */
function references(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap((each) => references(each));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => (name === '$ref' && typeof inner === 'string' ? [inner] : references(inner)));
}

function at(pointer: string): unknown {
  return pointer
    .replace('#/', '')
    .split('/')
    .reduce<unknown>((value, name) => z.record(z.string(), z.unknown()).parse(value)[name], document);
}

describe('the OpenAPI document', () => {
  test('describes every call of every contract once', () => {
    const wanted = Object.values({ ...setup, ...stock, ...orders, ...service }).map(({ method, path }) => `${method.toLowerCase()} ${path.replace('+}', '}')}`);
    const described = calls.filter(({ operation: { tags } }) => !tags.includes('webhooks')).map(({ method, path }) => `${method} ${path}`);
    expect(described.toSorted()).toEqual(wanted.toSorted());
  });

  test('describes the pushes that are taken, with the media types of what a platform hears', () => {
    const pushes = calls.filter(({ operation: { tags } }) => tags.includes('webhooks'));
    expect(pushes.map(({ method, path }) => `${method} ${path}`)).toEqual(['get /webhooks/{channel}/{connectionId}', 'post /webhooks/{channel}/{connectionId}']);
    for (const { operation: { responses } } of pushes) {
      expect(Object.keys(responses['200']?.content ?? {})).toEqual(['application/json', 'text/plain']);
      expect(Object.keys(responses['401']?.content ?? {})).toEqual(['application/json', 'text/plain', 'application/problem+json']);
    }
  });

  test('names every operation differently', () => {
    const ids = calls.map((call) => call.operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[a-z][A-Za-z]+$/);
  });

  test('refers only to what it holds, and is plain JSON', () => {
    const found = references(document);
    expect(found.length).toBeGreaterThan(20);
    for (const pointer of found) {
      expect(pointer).toMatch(/^#\/components\/(?:schemas|parameters)\/\w+$/);
      expect(at(pointer), pointer).toBeDefined();
    }
    expect(JSON.parse(JSON.stringify(document))).toEqual(document);
    expect(JSON.stringify(document)).not.toContain('$defs');
  });

  test('declares exactly the parameters its paths have', () => {
    for (const { path, method, operation: { parameters = [] } } of calls) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
      const declared = parameters.flatMap((parameter) => ('in' in parameter && parameter.in === 'path' ? [parameter] : []));
      expect(declared.map(({ name }) => name).toSorted(), `${method} ${path}`).toEqual(inPath.toSorted());
      for (const { required } of declared) expect(required).toBe(true);
    }
  });

  test('gives every operation a known tag, and security that is declared', () => {
    const tags = new Set(document.tags.map(({ name }) => name));
    for (const { operation: { tags: own, security } } of calls) {
      for (const tag of own) expect(tags).toContain(tag);
      for (const name of security.flatMap((each) => Object.keys(each))) expect(document.components.securitySchemes).toHaveProperty(name);
    }
    expect(operation('openTrial').security).toEqual([]);
    expect(operation('listOrders').security).toEqual([{ apiKey: [] }]);
  });

  test('shows the defaults and limits of a query', () => {
    const limit = operation('listOrders').parameters?.find((parameter) => 'name' in parameter && parameter.name === 'limit');
    expect(limit).toEqual({ name: 'limit', in: 'query', required: false, schema: { type: 'integer', minimum: 1, maximum: 200, default: 50 } });
  });

  test('takes an Idempotency-Key where the contract does', () => {
    for (const [name, route] of Object.entries({ ...setup, ...stock, ...orders })) {
      expect(references(operation(name).parameters).length > 0, name).toBe('idempotent' in route);
    }
  });

  test('answers each refusal as a problem document with the codes of its status', () => {
    const { responses } = operation('placeOrder');
    expect(Object.keys(responses)).toEqual(['201', '400', '401', '403', '409', '413', '415', '422', '429', '500', '503']);
    for (const { operation: { responses: answers } } of calls) {
      for (const [status, { content }] of Object.entries(answers).filter(([code]) => Number(code) >= 400)) {
        const { schema } = content?.['application/problem+json'] ?? {};
        const codes = z.object({ allOf: z.tuple([z.unknown(), z.object({ properties: z.object({ code: z.object({ enum: z.array(z.string()) }) }) })]) }).parse(schema).allOf[1].properties.code.enum;
        for (const code of codes) expect(Object.entries(ERRORS).find(([name]) => name === code)?.[1].http).toBe(Number(status));
      }
    }
  });

  test('leaves out codes that a call cannot have', () => {
    expect(operation('listOrders').responses).not.toHaveProperty('403');
    expect(operation('listOrders').responses).not.toHaveProperty('415');
    expect(operation('health').responses).not.toHaveProperty('401');
  });

  test('does not bound integers by what a double can hold', () => {
    expect(JSON.stringify(document)).not.toContain(String(Number.MAX_SAFE_INTEGER));
  });

  test('names the server it is asked to', () => {
    expect(document.servers).toEqual([{ url: '/' }]);
    expect(openApiDocument({ version: '1', serverUrl: 'https://hub.example.cn' }).servers).toEqual([{ url: 'https://hub.example.cn' }]);
  });
});
