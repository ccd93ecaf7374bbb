import { parentPort, threadId } from 'node:worker_threads';
import { startHub } from '../local/runtime.ts';

/**
 * The hub in a process of its own, so that its CPU time is not the load generator's. Started with the data directory
 * and, optionally, the functions to feed; says where it is, and how much CPU its main thread has used when asked.
 */
const [dataDir = '', functions] = process.argv.slice(2);
const hub = await startHub({ port: 0, dataDir, log: (line) => console.error(line), ...(functions !== undefined && { functions: functions.split(',') }) });

process.on('message', (message) => {
  if (message === 'cpu') process.send?.({ kind: 'cpu', mainThreadMs: mainThreadMs() });
  if (message === 'stop') void hub.stop().then(() => process.exit(0));
});
process.send?.({ kind: 'ready', url: hub.url, endpoints: hub.endpoints });

/** The queue engine runs in a thread of this process: what the main thread did not use is its share. */
function mainThreadMs(): number {
  if (parentPort !== null || threadId !== 0) throw new Error('this is the main thread');
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}
