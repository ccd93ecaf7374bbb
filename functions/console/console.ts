import { createHash } from 'node:crypto';
import { isWebFile, webFile, type WebFile } from './files.ts';

/** What a browser gets for one address. */
export interface Page {
  readonly status: 200 | 304;
  readonly contentType: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Everything comes from the hub itself, and no script or style stands in the page: injected ones do not run. */
const POLICY = [
  "default-src 'self'",
  "connect-src 'self'",
  "object-src 'none'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** For every answer that a browser shows: the console, its files, and the API page. */
export const PAGE_HEADERS = {
  'content-security-policy': POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
} as const;

const FOLDER = '/console/';
const pages = new Map<WebFile, Page>();

/** The page or file at `path`; undefined where there is none. A browser that has it already (`etag`) gets a 304. */
export function page(path: string, etag?: string): Page | undefined {
  const name = path === '/' ? 'index.html' : path.startsWith(FOLDER) ? path.slice(FOLDER.length) : '';
  if (!isWebFile(name)) return undefined;
  const found = pages.get(name) ?? loaded(name);
  pages.set(name, found);
  return etag !== undefined && etag === found.headers['etag'] ? { ...found, status: 304, body: '' } : found;
}

function loaded(name: WebFile): Page {
  const { body, contentType } = webFile(name);
  const hash = createHash('sha256').update(body).digest('base64url').slice(0, 22);
  // Asked for anew each time, so that the files of two deployments never mix; unchanged ones cost no bytes.
  return { status: 200, contentType, body, headers: { ...PAGE_HEADERS, 'cache-control': 'no-cache', etag: `"${hash}"` } };
}
