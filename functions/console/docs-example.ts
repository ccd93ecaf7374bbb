import { itemsOf, resolved, schemaOf } from './docs-schema.ts';
import type { Content, JsonSchema, Method, OpenApiDocument, Operation, Parameter } from './openapi-model.ts';

/** What a field of this name may look like: examples read better with goods and places than with "string". */
const VALUES: Readonly<Record<string, string | number>> = {
  apiBaseUrl: 'http://127.0.0.1:9787',
  carrier: 'SF',
  channelOrderId: 'A-20261124-001',
  city: '杭州市',
  code: 'HZ',
  company: '山野生活',
  connectionId: 'con_7Qk2',
  contact: '张三 zhang@example.cn',
  costFen: 842,
  delta: 120,
  district: '余杭区',
  freightFen: 0,
  goodsFen: 17_800,
  lineId: '1',
  name: '杭州仓',
  orderId: 'offline.default.A-20261124-001',
  paidFen: 17_800,
  platformDiscountFen: 0,
  priority: 10,
  province: '浙江省',
  quantity: 2,
  reason: '到货入库',
  sellerDiscountFen: 0,
  shopId: '4463798',
  shopName: '山野旗舰店',
  sku: 'BT-STL-500',
  title: '保温杯·500ml',
  trackingNumber: 'SF1488213904771',
  unitPriceFen: 8_900,
  warehouse: 'HZ',
};
const TIME = '2026-11-24T02:30:00Z';

/** Fields a first call does not need are left out of examples. */
const SHOWN_OPTIONAL = new Set(['title', 'unitPriceFen', 'priority', 'safetyStock', 'weightGrams']);

/** A value the schema accepts, with what must be there and a few things that help. */
export function exampleOf(document: OpenApiDocument, schema: JsonSchema, name = ''): unknown {
  const found = resolved(document, schema);
  if (found.enum !== undefined) return found.enum[0];
  if (found.const !== undefined) return found.const;
  if (found.type === 'array') return [exampleOf(document, itemsOf(found))];
  if (found.type === 'object') return exampleObject(document, found, name);
  if (found.type === 'integer' || found.type === 'number') return VALUES[name] ?? Math.max(1, found.minimum ?? 1);
  if (found.type === 'boolean') return true;
  return found.format === 'date-time' ? TIME : (VALUES[name] ?? '…');
}

function exampleObject(document: OpenApiDocument, { properties = {}, required = [] }: JsonSchema, name: string): unknown {
  if (name === 'credentials') return { appKey: '…', appSecret: '…' };
  const shown = Object.entries(properties).filter(([field]) => required.includes(field) || SHOWN_OPTIONAL.has(field));
  return Object.fromEntries(shown.map(([field, property]) => [field, exampleOf(document, schemaOf(property), field)]));
}

/** The call as a curl command; `$HUB` and `$KEY` are explained at the top of the page. */
export function curlOf(document: OpenApiDocument, call: { readonly path: string; readonly method: Method; readonly operation: Operation }): string {
  const { path, method, operation } = call;
  const parameters = parametersOf(document, operation);
  const address = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => pathExample(parameters, name));
  const body = bodySchema(operation.requestBody?.content);
  const idempotent = parameters.some(({ name }) => name === 'Idempotency-Key');
  return [
    `curl ${method === 'get' ? '' : `-X ${method.toUpperCase()} `}"$HUB${address}"`,
    operation.security.length > 0 && `-H "Authorization: Bearer $KEY"`,
    idempotent && `-H "Idempotency-Key: 7f3c9a52"`,
    body !== undefined && `-H "Content-Type: application/json"`,
    body !== undefined && `-d '${JSON.stringify(exampleOf(document, body), null, 2)}'`,
  ]
    .filter((part) => part !== false)
    .join(' \\\n  ');
}

/** An operation's parameters with shared ones put in. */
export function parametersOf(document: OpenApiDocument, operation: Operation): Parameter[] {
  return (operation.parameters ?? []).flatMap((parameter) => {
    if (!('$ref' in parameter)) return [parameter];
    const shared = Object.values(document.components.parameters).find((_, index) => parameter.$ref.endsWith(`/${Object.keys(document.components.parameters)[index]}`));
    return shared === undefined ? [] : [shared];
  });
}

export function bodySchema(content: Content | undefined): JsonSchema | undefined {
  return content?.['application/json']?.schema;
}

function pathExample(parameters: readonly Parameter[], name: string): string {
  const schema = parameters.find((parameter) => parameter.name === name)?.schema;
  const word = schema?.enum?.[0];
  return String(word ?? VALUES[name] ?? (name === 'proxy' ? 'app.js' : '…'));
}
