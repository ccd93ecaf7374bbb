import { createHash, createHmac } from 'node:crypto';
import { gbkBytes } from './gbk.ts';

export type TaobaoSignMethod = 'md5' | 'hmac' | 'hmac-sha256';
export type SpiCharset = 'UTF-8' | 'GBK';

/** The sign of a TOP call: upper hex over sorted names and values; only the plain MD5 is wrapped in the secret. */
export function topSign(secret: string, params: Readonly<Record<string, string>>, method: TaobaoSignMethod): string {
  const text = joinSorted(Object.entries(params));
  if (method === 'md5') return createHash('md5').update(secret + text + secret).digest('hex').toUpperCase();
  return createHmac(method === 'hmac' ? 'md5' : 'sha256', secret).update(text).digest('hex').toUpperCase();
}

/** What an SPI sign covers. `fields` are the listed headers, the query and, of a form, its fields; a form appends no body. */
export interface SpiSigned {
  readonly fields: Readonly<Record<string, string>>;
  readonly body: string;
  readonly charset: SpiCharset;
}

/** The sign of a call TOP makes to us: MD5 in the request's charset. Empty values stay, as the name alone. */
export function spiSign(secret: string, signed: SpiSigned): string {
  const text = secret + joinSorted(Object.entries(signed.fields)) + signed.body + secret;
  return createHash('md5').update(encoded(text, signed.charset)).digest('hex').toUpperCase();
}

export function encoded(text: string, charset: SpiCharset): Buffer {
  return charset === 'GBK' ? gbkBytes(text) : Buffer.from(text);
}

/** `x=1` pairs URL-encoded in the charset, a space as +, the way Java's URLEncoder does. */
export function formEncoded(fields: Readonly<Record<string, string>>, charset: SpiCharset): string {
  return Object.entries(fields)
    .map(([name, value]) => `${urlEncoded(name, charset)}=${urlEncoded(value, charset)}`)
    .join('&');
}

function urlEncoded(text: string, charset: SpiCharset): string {
  let out = '';
  for (const byte of encoded(text, charset)) {
    const character = String.fromCharCode(byte);
    if (/[A-Za-z0-9.*_-]/.test(character)) out += character;
    else out += byte === 0x20 ? '+' : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return out;
}

function joinSorted(entries: readonly (readonly [string, string])[]): string {
  return entries
    .toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([name, value]) => name + value)
    .join('');
}
