import { readFileSync } from 'node:fs';

/** npm starts a shell, which starts us: so far up the launcher is found. */
const GENERATIONS = 2;
const CHECK_MS = 500;

/**
 * Calls back once when `npm start` is gone. npm passes a signal only to its shell, which ends without passing it on, and
 * a hub nobody knows of would keep the port. Started without npm, nothing is watched: a hub may outlive its terminal.
 */
export function onLauncherGone(callback: () => void): void {
  if (process.env['npm_lifecycle_event'] === undefined) return;
  const launcher = ancestors();
  const timer = setInterval(() => {
    if (ancestors() === launcher) return;
    clearInterval(timer);
    callback();
  }, CHECK_MS);
  timer.unref();
}

/** The ids of the processes above, as far as the system tells them; elsewhere than on Linux only the parent's. */
function ancestors(): string {
  const pids = [process.ppid];
  while (pids.length < GENERATIONS) {
    const parent = parentOf(pids.at(-1) ?? 0);
    if (parent === undefined) break;
    pids.push(parent);
  }
  return pids.join();
}

function parentOf(pid: number): number | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/^PPid:\s+(\d+)$/m.exec(status)?.[1]);
  } catch {
    return undefined;
  }
}
