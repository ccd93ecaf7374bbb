import { Validations } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpMethod, HttpRoute, HttpRouteKey } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { Route } from '../../shared/kernel/contract.ts';
import type { HubFunction } from './hub-function.ts';

/** What API Gateway needs to know of a call in a function's contract; `unrouted` stands for every other address. */
export type HttpCall = Pick<Route, 'method' | 'path'> | 'unrouted';

const AUTHORISED_INSIDE =
  'Functions check each call themselves: the API key of a tenant, or the signature of a platform over the raw bytes.';

/**
 * Leads calls of the API to a function. The routes live in the function's stack, not in the API's: a stack with
 * functions may then refer to the stack with the API, and never the other way round.
 */
export function serve(api: HttpApi, hubFunction: HubFunction, calls: readonly HttpCall[]): void {
  // One permission for all routes: one each would outgrow the 20 kB a function's policy may have.
  const integration = new HttpLambdaIntegration('Integration', hubFunction.fn, { scopePermissionToRoute: false });
  for (const call of calls) {
    const routeKey = call === 'unrouted' ? HttpRouteKey.DEFAULT : HttpRouteKey.with(call.path, HttpMethod[call.method]);
    const name = call === 'unrouted' ? call : `${call.method} ${call.path}`;
    const route = new HttpRoute(hubFunction, name, { httpApi: api, routeKey, integration });
    Validations.of(route).acknowledge({ id: 'AwsSolutions-APIG4', reason: AUTHORISED_INSIDE });
  }
}
