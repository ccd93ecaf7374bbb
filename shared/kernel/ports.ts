import type { RandomBytes } from './ids.ts';

/** What the hub needs from outside, as it needs it. `platform/` gives the real ones, tests give their own. */

/** Our queues, by their names. A message is JSON text. */
export type QueueName = 'intake' | 'releases' | 'intakeDead';

export interface Queues {
  send(queue: QueueName, message: string): Promise<void>;
  /** Hides a received message for so long before the queue hands it out again. */
  postpone(queue: QueueName, receipt: string, seconds: number): Promise<void>;
}

/** Named secrets, as JSON text. `get` may be up to a minute old, `getFresh` is not. */
export interface Secrets {
  get(name: string): Promise<string | undefined>;
  getFresh(name: string): Promise<string | undefined>;
  put(name: string, value: string): Promise<void>;
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

/** One HTTP exchange, bounded in time and size. Throws an HttpFault when no answer came. */
export type HttpSend = (request: HttpRequest) => Promise<HttpAnswer>;

export class HttpFault extends Error {
  override readonly name = 'HttpFault';
}

/** Files of the hub: large exports. */
export interface Files {
  put(name: string, content: string, contentType: string): Promise<void>;
  /** An address that reads the file without a key, for a while. */
  linkTo(name: string, seconds: number): Promise<string>;
}

export interface Clock {
  nowMs(): number;
}

/** A line of the log, as data. Never personal data, secrets or bodies. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

export interface Log {
  info(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** A count or duration that alarms and dashboards read. */
  metric(name: MetricName, value: number, dimensions?: Readonly<Record<string, string>>): void;
}

export type MetricName = 'WebhookRefused' | 'PushForOtherShop' | 'MessageDeadLettered' | 'OrderToAllocationMs' | 'StockMismatch';

export interface Ports {
  readonly queues: Queues;
  readonly secrets: Secrets;
  readonly http: HttpSend;
  readonly files: Files;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly log: Log;
  readonly sleep: (ms: number) => Promise<void>;
}
