import { ownFile } from '../../shared/platform/own-files.ts';

const TYPES = {
  css: 'text/css; charset=utf-8',
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
} as const;

/** Every file a browser may have, and no other: a name from outside is looked up here and never becomes a path. */
export const WEB_FILES = [
  'api.js',
  'app.css',
  'app.js',
  'controls.css',
  'data.css',
  'docs-calls.css',
  'docs.css',
  'dom.js',
  'format.js',
  'icon.svg',
  'index.html',
  'names.js',
  'narrow.css',
  'order.css',
  'order.js',
  'orders.js',
  'parts.js',
  'route.js',
  'routing.js',
  'sentences.js',
  'setup.js',
  'shell.js',
  'sign-in.js',
  'states.css',
  'stock.js',
  'tokens.css',
  'translate.js',
  'words.js',
] as const;
export type WebFile = (typeof WEB_FILES)[number];

/**
 * `web/` lies beside this file in the source, and beside the bundle where the build copies it; the local runtime
 * bundles elsewhere and keeps the address of the source.
 */
const WEB = new URL('./web/', import.meta.url);

/** The text of one of the console's files, and what it is. */
export function webFile(name: WebFile): { readonly body: string; readonly contentType: string } {
  return { body: ownFile(new URL(name, WEB)), contentType: TYPES[kindOf(name)] };
}

export function isWebFile(name: string): name is WebFile {
  return WEB_FILES.some((file) => file === name);
}

function kindOf(name: WebFile): keyof typeof TYPES {
  if (name.endsWith('.css')) return 'css';
  if (name.endsWith('.js')) return 'js';
  return name.endsWith('.svg') ? 'svg' : 'html';
}
