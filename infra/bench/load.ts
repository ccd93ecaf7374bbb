import { Agent, request } from 'node:http';

/** One HTTP request of a load, built before the clock starts. */
export interface Shot {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface LoadResult {
  readonly count: number;
  readonly failed: number;
  readonly seconds: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Sends every shot once over `inFlight` kept-alive connections, each as soon as its last one was answered. */
export async function fire(shots: readonly Shot[], inFlight: number): Promise<LoadResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: inFlight });
  const timesMs: number[] = [];
  let failed = 0;
  let next = 0;
  const shooter = async (): Promise<void> => {
    for (let shot = shots[next++]; shot !== undefined; shot = shots[next++]) {
      const startedAtMs = performance.now();
      const status = await sendShot(shot, agent);
      timesMs.push(performance.now() - startedAtMs);
      if (status < 200 || status > 299) failed += 1;
    }
  };
  const startedAtMs = performance.now();
  await Promise.all(Array.from({ length: inFlight }, shooter));
  const seconds = (performance.now() - startedAtMs) / 1_000;
  agent.destroy();
  timesMs.sort((a, b) => a - b);
  return { count: shots.length, failed, seconds, perSecond: shots.length / seconds, p50Ms: at(timesMs, 0.5), p99Ms: at(timesMs, 0.99) };
}

function sendShot({ url, headers, body }: Shot, agent: Agent): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', agent, headers: { ...headers, 'content-length': String(body.byteLength) } }, (answer) => {
      answer.resume();
      answer.on('end', () => resolve(answer.statusCode ?? 0));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** The value below which that share (0 to 1) of the sorted values lies. */
export function at(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
