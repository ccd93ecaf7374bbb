import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';

const fileSchema = z.object({ sequence: z.string() });

/** How far a mapping has read its stream, kept in a file so that a restart goes on there. */
export class Checkpoint {
  readonly #path: string;
  #sequence: string | undefined;

  private constructor(filePath: string, sequence: string | undefined) {
    this.#path = filePath;
    this.#sequence = sequence;
  }

  static async open(folder: string, id: string): Promise<Checkpoint> {
    await mkdir(folder, { recursive: true });
    const filePath = path.join(folder, `${id}.json`);
    const text = await readFile(filePath, 'utf8').catch(() => undefined);
    const parsed = text === undefined ? undefined : fileSchema.safeParse(parseOrNothing(text));
    return new Checkpoint(filePath, parsed?.data?.sequence);
  }

  /** The last record that is done with; undefined before the first. */
  get sequence(): string | undefined {
    return this.#sequence;
  }

  /** Renamed into place, so that a kill leaves the old or the new one. Losing it only makes records come twice. */
  async advance(sequence: string): Promise<void> {
    await writeFile(`${this.#path}.new`, JSON.stringify({ sequence }));
    await rename(`${this.#path}.new`, this.#path);
    this.#sequence = sequence;
  }
}

function parseOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
