import type { HttpCall } from '../constructs/http-routes.ts';
import type { FunctionName } from '../stages.ts';

const WEBHOOK = '/webhooks/{channel}/{connectionId}';

/** The calls of each function that answers HTTP. */
export const ROUTES: Partial<Readonly<Record<FunctionName, readonly HttpCall[]>>> = {
  // The platforms' protocols, not ours: there is no contract to derive them from.
  'receive-webhook': [
    { method: 'GET', path: WEBHOOK },
    { method: 'POST', path: WEBHOOK },
  ],
  'orders-api': [
    { method: 'POST', path: '/v1/orders' },
    { method: 'GET', path: '/v1/orders' },
    { method: 'GET', path: '/v1/orders/{orderId}' },
    { method: 'POST', path: '/v1/orders/{orderId}/hold' },
    { method: 'POST', path: '/v1/orders/{orderId}/release' },
    { method: 'POST', path: '/v1/orders/{orderId}/cancel' },
    { method: 'POST', path: '/v1/orders/{orderId}/reroute' },
    { method: 'POST', path: '/v1/orders/{orderId}/shipments' },
  ],
  'stock-api': [
    { method: 'PUT', path: '/v1/products/{sku}' },
    { method: 'GET', path: '/v1/products' },
    { method: 'POST', path: '/v1/stock/adjustments' },
    { method: 'GET', path: '/v1/stock' },
    { method: 'GET', path: '/v1/stock/movements' },
  ],
  'setup-api': [
    { method: 'POST', path: '/v1/trials' },
    { method: 'PUT', path: '/v1/warehouses/{code}' },
    { method: 'GET', path: '/v1/warehouses' },
    { method: 'POST', path: '/v1/connections' },
    { method: 'PUT', path: '/v1/connections/{connectionId}' },
    { method: 'GET', path: '/v1/connections' },
    { method: 'GET', path: '/v1/export' },
  ],
  'console': [
    { method: 'GET', path: '/health' },
    { method: 'GET', path: '/openapi.json' },
    { method: 'GET', path: '/docs' },
    { method: 'GET', path: '/' },
    { method: 'GET', path: '/console/{proxy+}' },
  ],
};
