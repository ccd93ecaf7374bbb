import { ok, refuse } from '../../shared/kernel/result.ts';
import { envValue } from '../../shared/platform/env.ts';
import { log } from '../../shared/platform/outside.ts';
import { closedGate } from '../flows/authenticate.ts';
import { serve, type Handlers } from '../flows/serve.ts';
import { contract } from './contract.ts';

const version = envValue('VERSION');

/** What needs no key. */
export const handlers: Handlers<typeof contract> = {
  health: async () => ok({ status: 'ok' as const, version }),
  openapi: async () => refuse('not_found'),
  docs: async () => refuse('not_found'),
  index: async () => refuse('not_found'),
  file: async () => refuse('not_found'),
};

export const handler = serve({ log, letIn: closedGate }, contract, handlers);
