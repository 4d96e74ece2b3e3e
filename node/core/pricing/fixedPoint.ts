/**
 * Binary fixed point on bigint: a name ending in `X64` holds the real number times 2^64. Only bigint addition,
 * multiplication, division and shifts are used, whose results ECMAScript fixes exactly, so the bits are the same on
 * every machine.
 *
 * An ulp below is 2^-64 unless said otherwise. `>>` on bigint floors, `/` truncates towards zero.
 */

/** 1.0 as X64. */
export const ONE_X64 = 1n << 64n;

/** floor(a * b) of two X64 numbers. */
export function mulX64(aX64: bigint, bX64: bigint): bigint {
  return (aX64 * bX64) >> 64n;
}

/** floor(numerator / denominator) for a positive denominator. */
export function floorDiv(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator;
  return numerator < 0n && quotient * denominator !== numerator ? quotient - 1n : quotient;
}

/** ceil(numerator / denominator) for a positive denominator. */
export function ceilDiv(numerator: bigint, denominator: bigint): bigint {
  return -floorDiv(-numerator, denominator);
}

/** numerator / denominator to the nearest integer, halves upwards, for a positive denominator. */
export function roundDiv(numerator: bigint, denominator: bigint): bigint {
  return floorDiv(2n * numerator + denominator, 2n * denominator);
}

/** value / 2^shift to the nearest integer, halves upwards; a shift of zero or less multiplies. */
export function roundShift(value: bigint, shift: bigint): bigint {
  if (shift <= 0n) return value << -shift;
  return (value + (1n << (shift - 1n))) >> shift;
}

/** Number of bits of a non-negative integer; 0 for 0. */
export function bitLength(value: bigint): number {
  if (value < 0n) throw new RangeError(`bitLength of a negative number ${value}`);
  if (value === 0n) return 0;
  const hex = value.toString(16);
  const lead = Number.parseInt(hex.charAt(0), 16);
  return (hex.length - 1) * 4 + (lead >= 8 ? 4 : lead >= 4 ? 3 : lead >= 2 ? 2 : 1);
}

/**
 * floor(sqrt(n)), exactly.
 *
 * Newton's iteration from a start not below the root falls strictly until it reaches the floor and then stops falling
 * (Cohen, A Course in Computational Algebraic Number Theory, algorithm 1.7.1).
 */
export function sqrtFloor(n: bigint): bigint {
  if (n < 0n) throw new RangeError(`square root of a negative number ${n}`);
  if (n === 0n) return 0n;
  let root = 1n << BigInt((bitLength(n) + 1) >> 1);
  for (;;) {
    const next = (root + n / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}

/** sqrt of an X64 number, floored: at most one ulp low, never high. */
export function sqrtX64(valueX64: bigint): bigint {
  return sqrtFloor(valueX64 << 64n);
}
