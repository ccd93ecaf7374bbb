import { ok, refuse } from '../../shared/kernel/result.ts';
import { envValue } from '../../shared/platform/env.ts';
import { log } from '../../shared/platform/outside.ts';
import { closedGate } from '../flows/authenticate.ts';
import { RawAnswer, serve, type Handlers } from '../flows/serve.ts';
import { contract as orders } from '../orders-api/contract.ts';
import { contract as setup } from '../setup-api/contract.ts';
import { contract as stock } from '../stock-api/contract.ts';
import { PAGE_HEADERS, page, type Page } from './console.ts';
import { contract } from './contract.ts';
import { docsPage } from './docs.ts';
import { openApiDocument } from './openapi.ts';
import { unroutedIn } from './unrouted.ts';

const version = envValue('VERSION');
/** Both are the same for everybody until the next deployment, and are made with the first call. */
let document: ReturnType<typeof openApiDocument> | undefined;
let docs: string | undefined;

/** What needs no key: the page and its files, the API's description, and whether the hub is up. */
export const handlers: Handlers<typeof contract> = {
  health: async () => ok({ status: 'ok' as const, version }),
  openapi: async () => ok((document ??= openApiDocument({ version }))),
  async docs() {
    docs ??= docsPage((document ??= openApiDocument({ version })));
    return ok(new RawAnswer({ statusCode: 200, headers: { ...PAGE_HEADERS, 'content-type': 'text/html; charset=utf-8' }, body: docs }));
  },
  index: async ({ request }) => shown(page('/', request.ifNoneMatch)),
  file: async ({ params, request }) => shown(page(`/console/${params.proxy}`, request.ifNoneMatch)),
};

function shown(found: Page | undefined): ReturnType<Handlers<typeof contract>['index']> {
  if (found === undefined) return Promise.resolve(refuse('not_found'));
  const { status, contentType, headers, body } = found;
  return Promise.resolve(ok(new RawAnswer({ statusCode: status, headers: { ...headers, 'content-type': contentType }, body })));
}

const unrouted = unroutedIn([contract, orders, stock, setup]);

export const handler = serve({ log, letIn: closedGate, unrouted }, contract, handlers);
