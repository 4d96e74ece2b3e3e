import { expFixed, expX64, PI_X256 } from './expLn.ts';
import { ONE_X64, roundShift, sqrtFloor } from './fixedPoint.ts';

/**
 * Standard normal density and distribution function on X64.
 *
 * Distribution: the upper tail Q(x) = 1 - N(x), x >= 0, by Taylor's polynomial of degree 10 about the nearest of 149 nodes
 * 1/16 apart. Nodes and coefficients are computed when the module loads, at 192 bits, from
 *   N(x) = 1/2 + phi(x) (x + x^3/3 + x^5/(3*5) + x^7/(3*5*7) + ...)   (Abramowitz & Stegun 26.2.11)
 *   Q^(k+1)(x) = -(-1)^k He_k(x) phi(x)                                (26.2.32; He_k the probabilists' Hermite polynomials)
 *
 * Error. |He_k(x) phi(x)| <= 0.4335 sqrt(k!) (Cramer's bound, A&S 22.14.17), so with |h| <= 1/32 what the polynomial leaves out is below
 * 0.4335 sqrt(10!) 2^-55 / 11! < 2^-70. Coefficients are rounded to half an ulp and each Horner step floors: at most
 * 1.5 (1 + 1/32 + ...) < 1.56 ulps. From 9.25 on Q is taken as 0, and Q(9.25) < 2^-66. In all |error| < 2^-63.
 */
const NODE_BITS = 192n;
const NODE_SPACING_SHIFT = 60n;
const HALF_SPACING_X64 = 1n << (NODE_SPACING_SHIFT - 1n);
const NODE_COUNT = 149;
const DEGREE = 10;
const TAIL_END_X64 = 37n << 62n;

/** 1 / sqrt(2 pi) at 2^192: the denominator is sqrt(2 pi) at 2^192, from 2 pi at 2^384. */
const INVERSE_SQRT_2PI_X192 = (1n << (2n * NODE_BITS)) / sqrtFloor(PI_X256 << (2n * NODE_BITS + 1n - 256n));
const INVERSE_SQRT_2PI_X64 = roundShift(INVERSE_SQRT_2PI_X192, NODE_BITS - 64n);

/** phi(x) at 2^192. */
function densityX192(x: bigint): bigint {
  return (expFixed(-((x * x) >> (NODE_BITS + 1n)), NODE_BITS) * INVERSE_SQRT_2PI_X192) >> NODE_BITS;
}

/** Q(x) at 2^192 by series 26.2.11: all terms positive, their sum times phi at most 1/2, so cancellation costs nothing absolute. */
function upperTailX192(x: bigint, density: bigint): bigint {
  const square = (x * x) >> NODE_BITS;
  let term = x;
  let sum = 0n;
  for (let odd = 3n; term > 0n; odd += 2n) {
    sum += term;
    term = ((term * square) >> NODE_BITS) / odd;
  }
  return (1n << (NODE_BITS - 1n)) - ((density * sum) >> NODE_BITS);
}

/** Coefficients of h^0 .. h^10 of Q(node + h), X64. */
function taylorCoefficients(index: number): readonly bigint[] {
  const x = BigInt(index) << (NODE_BITS - 4n);
  const density = densityX192(x);
  const coefficients = [upperTailX192(x, density)];
  let hermite = 1n << NODE_BITS;
  let previous = 0n;
  let factorial = 1n;
  for (let k = 0; k < DEGREE; k += 1) {
    factorial *= BigInt(k + 1);
    const magnitude = ((density * hermite) >> NODE_BITS) / factorial;
    coefficients.push(k % 2 === 0 ? -magnitude : magnitude);
    const next = ((x * hermite) >> NODE_BITS) - BigInt(k) * previous;
    previous = hermite;
    hermite = next;
  }
  return coefficients.map((coefficient) => roundShift(coefficient, NODE_BITS - 64n));
}

const NODES: readonly (readonly bigint[])[] = Array.from({ length: NODE_COUNT }, (_, index) =>
  taylorCoefficients(index),
);

function upperTailX64(xX64: bigint): bigint {
  if (xX64 >= TAIL_END_X64) return 0n;
  const index = (xX64 + HALF_SPACING_X64) >> NODE_SPACING_SHIFT;
  const coefficients = NODES[Number(index)] as readonly bigint[];
  const h = xX64 - (index << NODE_SPACING_SHIFT);
  let tail = coefficients[DEGREE] as bigint;
  for (let k = DEGREE - 1; k >= 0; k -= 1) tail = (coefficients[k] as bigint) + ((tail * h) >> 64n);
  return tail > 0n ? tail : 0n;
}

/** N(x), X64 in and out, any x; |error| < 2^-63, 0 <= N <= 1 and N(x) + N(-x) = 1 exactly. */
export function normalCdfX64(xX64: bigint): bigint {
  return xX64 < 0n ? upperTailX64(-xX64) : ONE_X64 - upperTailX64(xX64);
}

/** phi(x) = exp(-x^2/2) / sqrt(2 pi), X64 in and out, any x; |error| < 2^-63: flooring x^2/2 and the exponential's and final rounding. */
export function normalPdfX64(xX64: bigint): bigint {
  return (expX64(-((xX64 * xX64) >> 65n)) * INVERSE_SQRT_2PI_X64) >> 64n;
}
