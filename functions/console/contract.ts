import * as z from 'zod';
import type { Contract } from '../../shared/kernel/contract.ts';

const page = { method: 'GET', tag: 'service', auth: 'none', status: 200, contentType: 'text/html; charset=utf-8', answer: z.string() } as const;

/** What needs no key: the page, its files, the API's description, and whether the service is up. */
export const contract = {
  health: { method: 'GET', path: '/health', summary: 'Is the service up', tag: 'service', auth: 'none', status: 200, answer: z.object({ status: z.literal('ok'), version: z.string() }) },
  openapi: { method: 'GET', path: '/openapi.json', summary: 'This API as OpenAPI 3.1', tag: 'service', auth: 'none', status: 200, answer: z.record(z.string(), z.unknown()) },
  docs: { ...page, path: '/docs', summary: 'This API as a page' },
  index: { ...page, path: '/', summary: 'The console' },
  file: { ...page, path: '/console/{proxy+}', summary: "The console's files", params: z.strictObject({ proxy: z.string().max(200) }) },
} as const satisfies Contract;
