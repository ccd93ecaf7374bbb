import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { HubError } from './hub-error.ts';

/** Where a hub keeps everything it must not forget. */
export interface DataDirectory {
  readonly path: string;
  file(name: string): string;
  release(): void;
}

const LOCK_FILE = 'hub.lock';
const OWNER_FILE = 'hub.pid';
/** What a hub and its demo write. `--fresh` removes nothing else, whatever directory it is pointed at. */
const OWN_FILES = /^(dynamodb\.db.*|queues|files|streams|secrets\.json.*|endpoints\.json|hub\.(pid|log.*)|demo.*)$/;

/**
 * Takes the directory for this process: two hubs on the same files would damage them. The lock is SQLite's own on an
 * otherwise unused file, so that the system lets go of it when the process ends, however it ends; there is nothing
 * stale to clean up, and no process id to guess about. `fresh` empties the directory once it is ours.
 */
export function takeDataDirectory(dataDir: string, fresh: boolean): DataDirectory {
  const root = path.resolve(dataDir);
  mkdirSync(root, { recursive: true });
  const lock = new DatabaseSync(path.join(root, LOCK_FILE));
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch {
    lock.close();
    throw new HubError(`another hub (process ${ownerOf(root)}) runs on ${root}; stop it, or choose another directory: SHUNIU_DATA=… npm start`);
  }
  if (fresh) empty(root);
  writeFileSync(path.join(root, OWNER_FILE), String(process.pid));
  return {
    path: root,
    file: (name) => path.join(root, name),
    release: () => lock.close(),
  };
}

function ownerOf(root: string): string {
  try {
    return readFileSync(path.join(root, OWNER_FILE), 'utf8');
  } catch {
    return 'unknown';
  }
}

function empty(root: string): void {
  for (const name of readdirSync(root)) {
    if (OWN_FILES.test(name)) rmSync(path.join(root, name), { recursive: true, force: true });
  }
}
