import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { orderSchema, type Order } from './schema.ts';

/** The most bytes an inflated order may have; anything larger was not written by us. */
const ORDER_BYTES_MAX = 4 * 1024 * 1024;
/** A window of 4 kB holds most orders whole, and costs a tenth of the memory of the default. */
const DEFLATE = { level: 6, memLevel: 5, windowBits: 12 } as const;

/**
 * An order as the bytes that are stored: JSON, deflated. DynamoDB charges a write by the kilobyte, twice in a
 * transaction, and an order with its timeline and routing is about 3 kB as text and 1 kB deflated.
 */
export function encodeOrder(order: Order): Uint8Array {
  return deflateRawSync(JSON.stringify(order), DEFLATE);
}

/** The stored bytes as an order, checked against the schema again on the way out. Throws on anything else. */
export function decodeOrder(bytes: Uint8Array): Order {
  return orderSchema.parse(JSON.parse(inflateRawSync(bytes, { maxOutputLength: ORDER_BYTES_MAX }).toString('utf8')));
}
