import { createCipheriv, createHash } from 'node:crypto';

/** WeChat pads to 32 bytes, not to the cipher's own 16. */
const PAD_BLOCK_BYTES = 32;
const RANDOM_BYTES = 16;

/** SHA-1 over the sorted parts: `signature` of (token, timestamp, nonce), `msg_signature` with the ciphertext as a fourth. */
export function sha1Sorted(parts: readonly string[]): string {
  return createHash('sha1').update(parts.toSorted().join('')).digest('hex');
}

/** A message as WeChat encrypts it: 16 random bytes, length, text, app id, padded to 32; AES-256-CBC, base64. */
export function encryptMessage(key: { readonly encodingAesKey: string; readonly appId: string }, random: Uint8Array, text: string): string {
  const aesKey = Buffer.from(`${key.encodingAesKey}=`, 'base64');
  const message = Buffer.from(text);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(message.length);
  const plain = Buffer.concat([random.subarray(0, RANDOM_BYTES), length, message, Buffer.from(key.appId)]);
  const pad = PAD_BLOCK_BYTES - (plain.length % PAD_BLOCK_BYTES);
  const cipher = createCipheriv('aes-256-cbc', aesKey, aesKey.subarray(0, 16)).setAutoPadding(false);
  return Buffer.concat([cipher.update(plain), cipher.update(Buffer.alloc(pad, pad)), cipher.final()]).toString('base64');
}
