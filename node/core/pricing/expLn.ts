import { bitLength, roundShift } from './fixedPoint.ts';

/** Extra bits carried inside a function, so that accumulated truncation stays far below the result's last bit. */
const GUARD_BITS = 32n;
const CONSTANT_BITS = 256n;
/** The widest scale that the constants' 256 bits serve. */
const MAX_BITS = CONSTANT_BITS - GUARD_BITS;

/**
 * ln 2 = 2 atanh(1/3) and pi = 16 atan(1/5) - 4 atan(1/239) (Machin), summed with 64 further bits: about 100 and 140
 * terms, each truncated by at most one in the last place, so all 256 fractional bits but the last are right.
 */
export const LN2_X256 = (2n * inverseSeries(3n, 1n)) >> 64n;
export const PI_X256 = (16n * inverseSeries(5n, -1n) - 4n * inverseSeries(239n, -1n)) >> 64n;

/** sum of sign^i / ((2i+1) n^(2i+1)) at 2^320: atanh(1/n) for sign 1, atan(1/n) for sign -1. */
function inverseSeries(n: bigint, sign: bigint): bigint {
  let power = (1n << (CONSTANT_BITS + 64n)) / n;
  let sum = 0n;
  let direction = 1n;
  for (let odd = 1n; power > 0n; odd += 2n) {
    sum += (direction * power) / odd;
    power /= n * n;
    direction *= sign;
  }
  return sum;
}

function checkBits(bits: bigint): void {
  if (bits < 1n || bits > MAX_BITS) throw new RangeError(`scale of ${bits} bits: only 1 to ${MAX_BITS} are served`);
}

/**
 * e^x on the scale 2^bits.
 *
 * x = n ln2 + r with 0 <= r < ln2; Taylor series of e^r carried with 32 guard bits until a term vanishes, then shifted
 * by n. With W = bits + 32: reduction errs by at most (|n| + 1) 2^-W, the k-th of fewer than 64 terms by at most k 2^-W / k!
 * carried forward, so for |x| <= 64 the relative error is below 2^-(bits + 24), plus half an ulp of final rounding.
 *
 * @throws RangeError for x above 64, where no caller here has business.
 */
export function expFixed(x: bigint, bits: bigint): bigint {
  checkBits(bits);
  if (x > 64n << bits) throw new RangeError(`exponential of ${x} / 2^${bits} is too large`);
  const work = bits + GUARD_BITS;
  const ln2 = LN2_X256 >> (CONSTANT_BITS - work);
  const scaled = x << GUARD_BITS;
  const n = scaled >= 0n ? scaled / ln2 : (scaled - ln2 + 1n) / ln2;
  // Below 2^-(bits + 2) everything rounds to zero; this also bounds the shift below.
  if (n < -bits - 2n) return 0n;
  const reduced = scaled - n * ln2;
  let term = 1n << work;
  let sum = 0n;
  for (let k = 1n; term > 0n; k += 1n) {
    sum += term;
    term = ((term * reduced) >> work) / k;
  }
  return roundShift(sum, GUARD_BITS - n);
}

/**
 * Natural logarithm on the scale 2^bits.
 *
 * value = 2^e m with m in [1, 2), and m halved above 3/2 so that z = (m - 1) / (m + 1) lies in (-1/7, 1/5];
 * ln m = 2 (z + z^3/3 + z^5/5 + ...), on |z| because `>>` floors and would never let a negative term vanish. With 32 guard
 * bits fewer than 60 terms each err by at most 2 in the last guard bit: error at most 0.51 ulp (2^-bits) with the rounding.
 *
 * @throws RangeError unless value is positive.
 */
export function lnFixed(value: bigint, bits: bigint): bigint {
  checkBits(bits);
  if (value <= 0n) throw new RangeError(`logarithm of ${value}, which is not positive`);
  const work = bits + GUARD_BITS;
  const top = BigInt(bitLength(value)) - 1n;
  const mantissa = top > work ? value >> (top - work) : value << (work - top);
  const one = 1n << work;
  const upper = mantissa > one + (one >> 1n);
  const base = upper ? one << 1n : one;
  const exponent = top - bits + (upper ? 1n : 0n);
  const above = mantissa >= base;
  const z = ((above ? mantissa - base : base - mantissa) << work) / (mantissa + base);
  const half = atanhSum(z, work);
  const logarithm = ((exponent * LN2_X256) >> (CONSTANT_BITS - work)) + (above ? 2n * half : -2n * half);
  return roundShift(logarithm, GUARD_BITS);
}

function atanhSum(z: bigint, work: bigint): bigint {
  const square = (z * z) >> work;
  let power = z;
  let sum = 0n;
  for (let odd = 1n; power > 0n; odd += 2n) {
    sum += power / odd;
    power = (power * square) >> work;
  }
  return sum;
}

/** e^x, X64 in and out, x at most 64; error at most half an ulp and 2^-88 of the result. */
export function expX64(xX64: bigint): bigint {
  return expFixed(xX64, 64n);
}

/** ln x, X64 in and out, x positive; error at most 0.51 ulp. */
export function lnX64(valueX64: bigint): bigint {
  return lnFixed(valueX64, 64n);
}
