import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { worldSnapshotSchema } from './snapshot.ts';
import type { World, WorldSnapshot } from './world.ts';

/** Older orders are forgotten: nobody looks them up any more. */
const ORDERS_KEPT_MAX = 2_000;

const memorySchema = z.object({
  hubUrl: z.string(),
  tenantId: z.string(),
  apiKey: z.string(),
  /** The port of the platforms' APIs; the hub's connections point at it. */
  port: z.int(),
});
export type DemoMemory = z.infer<typeof memorySchema>;

/** What the demo keeps in the hub's data directory, so that a restart goes on with the same tenant and orders. */
export class DemoStore {
  readonly #memoryFile: string;
  readonly #worldFile: string;

  constructor(dataDir: string) {
    this.#memoryFile = join(dataDir, 'demo.json');
    this.#worldFile = join(dataDir, 'simulator.json');
  }

  /** The last run's memory, when both files are whole; a broken one counts as none. */
  async load(): Promise<{ readonly memory: DemoMemory; readonly world: WorldSnapshot } | undefined> {
    const memory = memorySchema.safeParse(await jsonIn(this.#memoryFile));
    const world = worldSnapshotSchema.safeParse(await jsonIn(this.#worldFile));
    return memory.success && world.success ? { memory: memory.data, world: world.data } : undefined;
  }

  async saveMemory(memory: DemoMemory): Promise<void> {
    await writeWhole(this.#memoryFile, JSON.stringify(memory, null, 2));
  }

  async saveWorld(world: World): Promise<void> {
    world.forgetBut(ORDERS_KEPT_MAX);
    await writeWhole(this.#worldFile, JSON.stringify(world.snapshot(ORDERS_KEPT_MAX)));
  }
}

async function jsonIn(file: string): Promise<unknown> {
  try {
    const json: unknown = JSON.parse(await readFile(file, 'utf8'));
    return json;
  } catch {
    return undefined;
  }
}

/** Writes beside and renames, so that a kill in between never leaves half a file. Only the owner may read it: it holds a key. */
async function writeWhole(file: string, text: string): Promise<void> {
  await mkdir(join(file, '..'), { recursive: true });
  await writeFile(`${file}.new`, text, { mode: 0o600 });
  await rename(`${file}.new`, file);
}
