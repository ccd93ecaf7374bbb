import { createHash } from 'node:crypto';

/** The sign of a Pinduoduo call: upper hex MD5 over secret + sorted names and values + secret; empty values are skipped. */
export function popSign(clientSecret: string, params: Readonly<Record<string, string>>): string {
  const text = Object.entries(params)
    .filter(([, value]) => value !== '')
    .toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([name, value]) => name + value)
    .join('');
  return createHash('md5').update(clientSecret + text + clientSecret).digest('hex').toUpperCase();
}
