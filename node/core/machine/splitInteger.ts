/**
 * Integers beyond 2^53 as two Numbers, value = high * 2^20 + low with 0 <= low < 2^20, high a safe integer:
 * exact arithmetic in float registers, without allocating.
 */
export const SPLIT_BASE = 2 ** 20;
const BASE = BigInt(SPLIT_BASE);

export function highPart(value: bigint): number {
  return Number(value >> 20n);
}

export function lowPart(value: bigint): number {
  return Number(BigInt.asUintN(20, value));
}

/** One bigint instead of four where a Number holds the value: rounding never brings a larger one below 2^53. */
export function joinParts(high: number, low: number): bigint {
  const value = high * SPLIT_BASE + low;
  return Number.isSafeInteger(value) ? BigInt(value) : BigInt(high) * BASE + BigInt(low);
}
