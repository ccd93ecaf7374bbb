import { Agent, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { PlatformChannel } from '../../shared/kernel/channel-order.ts';
import type { PushTask } from './events.ts';
import type { Push, PushReply } from './push.ts';
import { randomFrom } from './random.ts';

/** WeChat's own schedule is 0 s, 0 s, 10 s, 1 min …; the others' are not published. Shortened, so that a run ends. */
export const RETRY_DELAYS_MS: readonly number[] = [0, 250, 1_000, 3_000, 5_000];
const REPLY_TIMEOUT_MS = 15_000;
const CONCURRENCY = 16;

export interface DeliveryPlan {
  /** Share of pushes that are sent a second time, 0 to 1. */
  readonly duplicates?: number;
  /** How far a push may slip behind its neighbours, in pushes; 0 keeps the order. */
  readonly reorderWindow?: number;
  readonly seed?: number;
}

export interface Delivery {
  readonly task: PushTask;
  /** 0 for the first sending; a duplicate is a later attempt of the same push. */
  readonly attempt: number;
}

/** The order in which pushes leave, with repeats. Pure: equal seeds give equal plans. */
export function planDeliveries(tasks: readonly PushTask[], plan: DeliveryPlan = {}): Delivery[] {
  const random = randomFrom(plan.seed ?? 1);
  const window = plan.reorderWindow ?? 0;
  const placed: { readonly place: number; readonly delivery: Delivery }[] = [];
  tasks.forEach((task, index) => {
    placed.push({ place: index + random.next() * window, delivery: { task, attempt: 0 } });
    if (random.chance(plan.duplicates ?? 0)) placed.push({ place: index + 0.5 + random.next() * window, delivery: { task, attempt: 1 } });
  });
  return placed.toSorted((a, b) => a.place - b.place).map(({ delivery }) => delivery);
}

export interface SendOptions extends DeliveryPlan {
  readonly concurrency?: number;
  /** Pushes that leave together before the sender pauses; absent sends as fast as the hub takes them. */
  readonly burst?: { readonly size: number; readonly pauseMs: number };
  /** Waits between the sendings of a push that was not received; its length bounds the retries. */
  readonly retryDelaysMs?: readonly number[];
  readonly nowMs?: () => number;
  readonly pause?: (ms: number) => Promise<void>;
  readonly onSent?: (sent: Sent) => void;
}

export interface Sent {
  readonly channel: PlatformChannel;
  readonly orderId: string;
  readonly event: string;
  /** How many times it was sent. */
  readonly sendings: number;
  readonly accepted: boolean;
  readonly duplicate: boolean;
  readonly status: number;
  readonly reply: string;
  /** Of the last sending. */
  readonly tookMs: number;
}

/** Sends pushes as the platforms would: in the plan's order, several at once, again until each has its exact reply. */
export async function sendPushes(tasks: readonly PushTask[], options: SendOptions = {}): Promise<Sent[]> {
  const deliveries = planDeliveries(tasks, options);
  const burst = options.burst ?? { size: Math.max(deliveries.length, 1), pauseMs: 0 };
  const pause = options.pause ?? sleep;
  const results: Sent[] = [];
  const agent = new Agent({ keepAlive: true, maxSockets: options.concurrency ?? CONCURRENCY });
  try {
    for (let start = 0; start < deliveries.length; start += burst.size) {
      if (start > 0) await pause(burst.pauseMs);
      results.push(...(await sendTogether(deliveries.slice(start, start + burst.size), agent, options)));
    }
  } finally {
    agent.destroy();
  }
  return results;
}

async function sendTogether(deliveries: readonly Delivery[], agent: Agent, options: SendOptions): Promise<Sent[]> {
  const results: Sent[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let delivery = deliveries[next++]; delivery !== undefined; delivery = deliveries[next++]) {
      const sent = await deliver(delivery, agent, options);
      results.push(sent);
      options.onSent?.(sent);
    }
  };
  await Promise.all(Array.from({ length: Math.min(options.concurrency ?? CONCURRENCY, deliveries.length) }, worker));
  return results;
}

async function deliver({ task, attempt }: Delivery, agent: Agent, options: SendOptions): Promise<Sent> {
  const delays = options.retryDelaysMs ?? RETRY_DELAYS_MS;
  const nowMs = options.nowMs ?? Date.now;
  const pause = options.pause ?? sleep;
  for (let sendings = 1; ; sendings += 1) {
    const push = task.build({ attempt: attempt + sendings - 1, nowMs: nowMs() });
    const startedAt = performance.now();
    const reply = await post(push, agent);
    const accepted = push.accepts(reply);
    const delayMs = delays[sendings - 1];
    if (accepted || delayMs === undefined) {
      const tookMs = performance.now() - startedAt;
      return { channel: task.channel, orderId: task.orderId, event: push.event, sendings, accepted, duplicate: attempt > 0, status: reply.status, reply: reply.body, tookMs };
    }
    if (delayMs > 0) await pause(delayMs);
  }
}

/** Sends one push once; a connection that fails counts as status 0. */
export function post(push: Pick<Push, 'url' | 'headers' | 'body'>, agent?: Agent): Promise<PushReply> {
  const send = push.url.startsWith('https:') ? httpsRequest : httpRequest;
  const headers = { ...push.headers, 'content-length': push.body.length };
  const settings = { method: 'POST', headers, timeout: REPLY_TIMEOUT_MS, ...(agent === undefined || push.url.startsWith('https:') ? {} : { agent }) };
  return new Promise((resolve) => {
    const request = send(push.url, settings, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }));
      response.on('error', (error) => resolve({ status: 0, body: String(error) }));
    });
    request.on('timeout', () => request.destroy(new Error('no reply in time')));
    request.on('error', (error) => resolve({ status: 0, body: String(error) }));
    request.end(push.body);
  });
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
