import { randomUUID } from 'node:crypto';
import * as z from 'zod';

const TIMEOUT_MS = 30_000;
/** The most the hub gives at once. */
const PAGE_ITEMS = '200';

const trialSchema = z.object({ tenantId: z.string(), apiKey: z.string() });
const connectionSchema = z.object({ connectionId: z.string(), webhookUrl: z.string(), relaySecret: z.string().optional() });
const allocationSchema = z.object({
  warehouse: z.string(),
  lines: z.array(z.object({ lineId: z.string(), sku: z.string(), quantity: z.int() })),
});
const lineSchema = z.looseObject({
  lineId: z.string(), sku: z.string(), title: z.string(), quantity: z.int(), unitPriceFen: z.int(), paidFen: z.int(), status: z.string(),
});
const choiceSchema = z.looseObject({ warehouses: z.array(z.string()), costFen: z.number(), distanceKm: z.number(), why: z.unknown() });
const receiverSchema = z.looseObject({
  province: z.string(), city: z.string(), district: z.string(), town: z.string().optional(), regionCode: z.string().nullish(), regionStatus: z.string(),
});

/** An order as the hub shows it, as far as the simulator and its readers look at it; other fields pass through. */
export const hubOrderSchema = z.looseObject({
  orderId: z.string(),
  channel: z.string(),
  shopId: z.string().nullish(),
  channelOrderId: z.string(),
  status: z.string(),
  holds: z.array(z.string()),
  lines: z.array(lineSchema),
  amounts: z.looseObject({ goodsFen: z.int(), freightFen: z.int(), sellerDiscountFen: z.int(), platformDiscountFen: z.int(), paidFen: z.int() }),
  receiver: receiverSchema,
  allocations: z.array(allocationSchema),
  routing: z.looseObject({ chosen: choiceSchema.nullish(), alternatives: z.array(choiceSchema).optional() }).nullish(),
  shipments: z.array(z.unknown()),
  timeline: z.array(z.looseObject({ at: z.string(), event: z.string(), by: z.string() })),
  createdAt: z.string(),
  paidAt: z.string().nullish(),
  version: z.int(),
});
export type HubOrder = z.infer<typeof hubOrderSchema>;

const orderPage = z.object({ items: z.array(hubOrderSchema), nextCursor: z.string().nullish() });
const stockRowSchema = z.object({ sku: z.string(), warehouse: z.string(), onHand: z.int(), reserved: z.int(), available: z.int() });
const stockPage = z.object({ items: z.array(stockRowSchema), nextCursor: z.string().nullish() });
export type StockRow = z.infer<typeof stockRowSchema>;

export interface WarehouseBody {
  readonly name: string;
  readonly province: string;
  readonly city: string;
  readonly district: string;
  readonly priority?: number;
  readonly dailyParcelsMax?: number;
}

export interface ConnectionBody {
  readonly channel: string;
  readonly shopName: string;
  readonly shopId: string;
  readonly credentials: Readonly<Record<string, string | undefined>>;
  readonly apiBaseUrl?: string;
}

/** The hub refused, or broke: its status and what it said. */
export class HubError extends Error {
  override readonly name = 'HubError';
  readonly status: number;

  constructor(call: string, status: number, body: string) {
    super(`${call} answered ${status}: ${body.slice(0, 500)}`);
    this.status = status;
  }
}

/** The hub's HTTP contract, typed, as far as a seller with a key uses it here. */
export class HubClient {
  readonly url: string;
  readonly apiKey: string;

  constructor(url: string, apiKey = '') {
    this.url = url.replace(/\/$/, '');
    this.apiKey = apiKey;
  }

  /** True when a hub answers here and says it is well. */
  async isHealthy(): Promise<boolean> {
    try {
      const answer = await this.call('GET', '/health');
      return z.object({ status: z.literal('ok') }).safeParse(answer).success;
    } catch {
      return false;
    }
  }

  /** Opens a trial and gives the client that speaks for it. */
  async startTrial(body: { readonly company: string; readonly contact: string }): Promise<{ tenantId: string; client: HubClient }> {
    const { tenantId, apiKey } = trialSchema.parse(await this.call('POST', '/v1/trials', { body }));
    return { tenantId, client: new HubClient(this.url, apiKey) };
  }

  async putWarehouse(code: string, body: WarehouseBody): Promise<void> {
    await this.call('PUT', `/v1/warehouses/${encodeURIComponent(code)}`, { body });
  }

  async putProduct(sku: string, body: { readonly name: string; readonly weightGrams?: number; readonly unitCostFen?: number }): Promise<void> {
    await this.call('PUT', `/v1/products/${encodeURIComponent(sku)}`, { body });
  }

  async adjustStock(body: { readonly warehouse: string; readonly sku: string; readonly delta: number; readonly reason: string }, key: string = randomUUID()): Promise<void> {
    await this.call('POST', '/v1/stock/adjustments', { body, key });
  }

  async connect(body: ConnectionBody): Promise<z.infer<typeof connectionSchema>> {
    return connectionSchema.parse(await this.call('POST', '/v1/connections', { body, key: randomUUID() }));
  }

  /** The order with a platform's number, if the hub knows it. */
  async findOrder(channel: string, channelOrderId: string): Promise<HubOrder | undefined> {
    const query = new URLSearchParams({ channel, channelOrderId });
    return orderPage.parse(await this.call('GET', `/v1/orders?${query.toString()}`)).items[0];
  }

  async getOrder(orderId: string): Promise<HubOrder> {
    return hubOrderSchema.parse(await this.call('GET', `/v1/orders/${encodeURIComponent(orderId)}`));
  }

  async listOrders(filter: Readonly<Record<string, string>> = {}): Promise<z.infer<typeof orderPage>> {
    return orderPage.parse(await this.call('GET', `/v1/orders?${new URLSearchParams(filter).toString()}`));
  }

  /** Every order of a filter, page by page. */
  async *allOrders(filter: Readonly<Record<string, string>> = {}): AsyncGenerator<HubOrder> {
    let cursor: string | null | undefined;
    do {
      const page = await this.listOrders({ limit: PAGE_ITEMS, ...filter, ...(typeof cursor === 'string' ? { cursor } : {}) });
      yield* page.items;
      cursor = page.nextCursor;
    } while (typeof cursor === 'string' && cursor !== '');
  }

  async stock(filter: Readonly<Record<string, string>> = {}): Promise<StockRow[]> {
    const rows: StockRow[] = [];
    let cursor: string | null | undefined;
    do {
      const query = new URLSearchParams({ limit: PAGE_ITEMS, ...filter, ...(typeof cursor === 'string' ? { cursor } : {}) });
      const page = stockPage.parse(await this.call('GET', `/v1/stock?${query.toString()}`));
      rows.push(...page.items);
      cursor = page.nextCursor;
    } while (typeof cursor === 'string' && cursor !== '');
    return rows;
  }

  /** `hold`, `release`, `cancel` or `reroute` an order. */
  async act(orderId: string, action: 'hold' | 'release' | 'cancel' | 'reroute', reason: string): Promise<HubOrder> {
    return hubOrderSchema.parse(await this.call('POST', `/v1/orders/${encodeURIComponent(orderId)}/${action}`, { body: { reason }, key: randomUUID() }));
  }

  async ship(orderId: string, body: { readonly warehouse: string; readonly carrier: string; readonly trackingNumber: string; readonly lines: readonly { lineId: string; quantity: number }[] }): Promise<void> {
    await this.call('POST', `/v1/orders/${encodeURIComponent(orderId)}/shipments`, { body, key: randomUUID() });
  }

  /** Any call of the contract; throws a HubError unless the answer is 2xx. */
  async call(method: string, path: string, options: { readonly body?: unknown; readonly key?: string } = {}): Promise<unknown> {
    const headers: Record<string, string> = {};
    if (this.apiKey !== '') headers['authorization'] = `Bearer ${this.apiKey}`;
    if (options.body !== undefined) headers['content-type'] = 'application/json';
    if (options.key !== undefined) headers['idempotency-key'] = options.key;
    const response = await fetch(this.url + path, {
      method, headers, signal: AbortSignal.timeout(TIMEOUT_MS), ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new HubError(`${method} ${path}`, response.status, text);
    const answer: unknown = text === '' ? undefined : JSON.parse(text);
    return answer;
  }
}
