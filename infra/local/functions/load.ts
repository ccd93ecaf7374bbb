import * as z from 'zod';
import { assert } from '../../../shared/kernel/assert.ts';
import type { Endpoints } from '../engines/aws-call.ts';
import { HubError } from '../hub-error.ts';
import { REGION } from '../template/names.ts';
import type { FunctionPlan } from '../template/plan.ts';
import { bundleEntries, type Bundle } from './bundle.ts';
import type { InvocationLog } from './console-capture.ts';
import { localFunction, type Handler, type LocalFunction } from './function.ts';

const moduleSchema = z.object({ handler: z.custom<Handler>((value) => typeof value === 'function') });

/** Values for process.env; undefined removes one. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** Where the SDK finds the engines. The same for all functions, and read late by the SDK, so it stays for the process. */
export function engineVariables(endpoints: Endpoints): Variables {
  return {
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    // A developer's own account must stay out of it.
    AWS_PROFILE: undefined,
    AWS_SESSION_TOKEN: undefined,
    AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'false',
    AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb,
    AWS_ENDPOINT_URL_DYNAMODB_STREAMS: endpoints.dynamodb,
    AWS_ENDPOINT_URL_SQS: endpoints.sqs,
    AWS_ENDPOINT_URL_S3: endpoints.s3,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoints.secrets,
  };
}

export interface LoadInput {
  readonly functions: readonly FunctionPlan[];
  /** Bundles that were made ahead, by entry. */
  readonly bundles: ReadonlyMap<string, Bundle>;
  readonly log: InvocationLog;
  readonly onError: (line: string) => void;
}

/** Numbers the hubs of a process: each has its own instances of the functions' modules. */
let loads = 0;

/**
 * Imports every handler, one after the other, each while process.env holds that function's environment. So a handler
 * must read its environment when its modules are loaded, not later: later, process.env is nobody's.
 */
export async function loadFunctions({ functions, bundles, log, onError }: LoadInput): Promise<Map<string, LocalFunction>> {
  loads += 1;
  const missing = functions.filter((each) => !bundles.has(each.entry)).map((each) => each.entry);
  const all = new Map([...bundles, ...(missing.length > 0 ? await bundleEntries(missing) : [])]);
  const loaded = new Map<string, LocalFunction>();
  for (const plan of functions) {
    const bundle = all.get(plan.entry);
    assert(bundle !== undefined, `${plan.entry} was bundled`);
    const url = new URL(bundle.url);
    url.searchParams.set('function', `${plan.name}.${loads}`);
    const imported = await withVariables(plan.environment, () => importModule(url));
    const parsed = moduleSchema.safeParse({ ...imported });
    if (!parsed.success) throw new HubError(`${plan.entry} exports no function named handler`);
    loaded.set(plan.name, localFunction({ plan, handler: parsed.data.handler, log, onError }));
  }
  return loaded;
}

async function importModule(url: URL): Promise<object> {
  const imported: unknown = await import(/* @vite-ignore */ url.href);
  return typeof imported === 'object' && imported !== null ? imported : {};
}

async function withVariables<T>(variables: Variables, work: () => Promise<T>): Promise<T> {
  const restore = setVariables(variables);
  try {
    return await work();
  } finally {
    restore();
  }
}

/** Sets variables of the process and gives the way back. */
export function setVariables(variables: Variables): () => void {
  const before = Object.fromEntries(Object.keys(variables).map((name) => [name, process.env[name]]));
  apply(variables);
  return () => apply(before);
}

function apply(variables: Variables): void {
  for (const [name, value] of Object.entries(variables)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}
