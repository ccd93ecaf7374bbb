import { readFileSync } from 'node:fs';

/** The text of a file that is shipped beside a function's code. */
export function ownFile(url: URL): string {
  return readFileSync(url, 'utf8');
}
