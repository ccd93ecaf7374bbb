/** Crockford's alphabet in lower case: no letter that reads as another. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** Gives that many random bytes. Comes in from outside, so that everything above it stays repeatable. */
export type RandomBytes = (count: number) => Uint8Array;

/** A random id of `characters` letters and digits, 5 bits each. */
export function newId(random: RandomBytes, characters: number): string {
  return [...random(characters)].map((byte) => ALPHABET[byte % ALPHABET.length]).join('');
}
