import { assert } from './assert.ts';

const YUAN = /^(-?)(\d{1,12})(?:\.(\d{1,2})0*)?$/;

/**
 * Yuan as decimal text ("49.70", Taobao) or JSON number (19.9, Pinduoduo) to integer fen, exactly.
 * A double prints as the shortest text that reads back equal, so going through text never sees 19.9 * 100 = 1989.9999….
 * Returns undefined for anything that is not an amount of at most two decimals.
 */
export function fenFromYuan(yuan: string | number): number | undefined {
  const parts = YUAN.exec(String(yuan).trim());
  if (parts === null) return undefined;
  const [, sign, whole, fraction] = parts;
  const fen = Number(whole) * 100 + Number((fraction ?? '').padEnd(2, '0'));
  return sign === '-' && fen !== 0 ? -fen : fen;
}

/** Integer fen as yuan text with two decimals, for people. */
export function yuanText(fen: number): string {
  assert(Number.isSafeInteger(fen), 'fen must be an integer');
  const digits = String(Math.abs(fen)).padStart(3, '0');
  return `${fen < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/**
 * Splits an amount in proportion to the weights, each part rounded down; the last part takes the remainder,
 * so the parts always sum to the total. All-zero weights count as equal. Amounts in fen.
 */
export function splitFen(totalFen: number, weights: readonly number[]): number[] {
  assert(Number.isSafeInteger(totalFen) && weights.length > 0, 'split needs an integer total and a part');
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const shares = sum === 0 ? weights.map(() => 1) : weights;
  const whole = sum === 0 ? weights.length : sum;
  const parts = shares.slice(0, -1).map((share) => Number((BigInt(totalFen) * BigInt(share)) / BigInt(whole)));
  return [...parts, totalFen - parts.reduce((total, part) => total + part, 0)];
}
