import { createHash, timingSafeEqual } from 'node:crypto';
import { newId, type RandomBytes } from '../kernel/ids.ts';

const TENANT_ID_CHARACTERS = 10;
const KEY_ID_CHARACTERS = 8;
/** 160 bits: a key that cannot be guessed needs no slow hash. */
const KEY_SECRET_CHARACTERS = 32;
const CONNECTION_ID_CHARACTERS = 10;

const KEY = /^sk_([0-9a-z]{10})([0-9a-z]{8})_([0-9a-z]{32})$/;
const CONNECTION = /^([0-9a-z]{10})-[0-9a-z]{10}$/;

export function newTenantId(random: RandomBytes): string {
  return newId(random, TENANT_ID_CHARACTERS);
}

/** A connection's id begins with its tenant's, so that a push finds its tenant without a global look-up. */
export function newConnectionId(random: RandomBytes, tenantId: string): string {
  return `${tenantId}-${newId(random, CONNECTION_ID_CHARACTERS)}`;
}

/** The tenant of a connection id; undefined for a text that is not one. */
export function tenantOfConnection(connectionId: string): string | undefined {
  return CONNECTION.exec(connectionId)?.[1];
}

/** A new API key: what the caller gets, once, and what is kept of it. */
export function newApiKey(random: RandomBytes, tenantId: string): { apiKey: string; keyId: string; hash: string } {
  const keyId = newId(random, KEY_ID_CHARACTERS);
  const secret = newId(random, KEY_SECRET_CHARACTERS);
  return { apiKey: `sk_${tenantId}${keyId}_${secret}`, keyId, hash: hashOf(secret) };
}

/** The parts of an API key; undefined for a text that is not one. */
export function partsOfApiKey(apiKey: string): { tenantId: string; keyId: string; secret: string } | undefined {
  const [, tenantId, keyId, secret] = KEY.exec(apiKey) ?? [];
  return tenantId === undefined || keyId === undefined || secret === undefined ? undefined : { tenantId, keyId, secret };
}

/** Whether the secret is the one whose hash is kept; in constant time. */
export function matchesHash(secret: string, hash: string): boolean {
  const [a, b] = [Buffer.from(hashOf(secret)), Buffer.from(hash)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
