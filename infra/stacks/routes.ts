import { contract as consoleContract } from '../../functions/console/contract.ts';
import { contract as ordersContract } from '../../functions/orders-api/contract.ts';
import { contract as setupContract } from '../../functions/setup-api/contract.ts';
import { contract as stockContract } from '../../functions/stock-api/contract.ts';
import type { HttpCall } from '../constructs/http-routes.ts';
import type { FunctionName } from '../stages.ts';

const WEBHOOK = '/webhooks/{channel}/{connectionId}';

/** The calls of each function that answers HTTP, from its contract: the same that checks calls and writes openapi.json. */
export const ROUTES: Partial<Readonly<Record<FunctionName, readonly HttpCall[]>>> = {
  // The platforms' protocols, not ours: there is no contract to derive them from.
  'receive-webhook': [
    { method: 'GET', path: WEBHOOK },
    { method: 'POST', path: WEBHOOK },
  ],
  'orders-api': Object.values(ordersContract),
  'stock-api': Object.values(stockContract),
  'setup-api': Object.values(setupContract),
  // Every other address too, so that it gets a problem document like any refusal.
  console: [...Object.values(consoleContract), 'unrouted'],
};
