import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expFixed, expX64, LN2_X256, lnFixed, lnX64, PI_X256 } from './expLn.ts';
import { ONE_X64 } from './fixedPoint.ts';
import { normalCdfX64, normalPdfX64 } from './normal.ts';

const SEED = 20261121;

/** floor of a positive decimal text on the scale 2^bits. */
function decimal(text: string, bits: bigint): bigint {
  const [whole = '0', fraction = ''] = text.split('.');
  return (BigInt(whole + fraction) << bits) / 10n ** BigInt(fraction.length);
}

const distance = (a: bigint, b: bigint): bigint => (a > b ? a - b : b - a);

/** A second way to N(x), at 2^160: for x < 0 Laplace's continued fraction (Abramowitz & Stegun 26.2.14), from the bottom up. */
function cdfByFractionX160(x: bigint): bigint {
  let denominator = x;
  for (let k = 600n; k >= 1n; k -= 1n) denominator = x + (k << 320n) / denominator;
  const twoPi = (2n * PI_X256) >> 96n;
  const density = (expFixed(-((x * x) >> 161n), 160n) << 160n) / sqrt160(twoPi);
  return (density << 160n) / denominator;
}

function sqrt160(value: bigint): bigint {
  let root = value;
  for (let i = 0; i < 200; i += 1) root = (root + (value << 160n) / root) >> 1n;
  return root;
}

describe(`exponential, logarithm and normal distribution (seed ${SEED})`, () => {
  test('constants to 75 digits', () => {
    const ln2 = '0.693147180559945309417232121458176568075500134360255254120680009493393621969';
    const pi = '3.14159265358979323846264338327950288419716939937510582097494459230781640628';
    const tolerance = 1n << 10n;
    expect(distance(LN2_X256, decimal(ln2, 256n))).toBeLessThan(tolerance);
    expect(distance(PI_X256, decimal(pi, 256n))).toBeLessThan(tolerance << 4n);
  });

  test.each([
    ['e', expX64(ONE_X64), '2.718281828459045235360287471352662'],
    ['1/e', expX64(-ONE_X64), '0.367879441171442321595523770161461'],
    ['e^10', expX64(10n * ONE_X64), '22026.465794806716516957900645284244'],
    ['ln 10', lnX64(10n * ONE_X64), '2.302585092994045684017991454684364'],
    ['ln 3', lnX64(3n * ONE_X64), '1.098612288668109691395245236922525'],
    ['N(1)', normalCdfX64(ONE_X64), '0.841344746068542948585232545632038'],
    ['N(2)', normalCdfX64(2n * ONE_X64), '0.977249868051820792799717362833467'],
    ['N(3)', normalCdfX64(3n * ONE_X64), '0.998650101968369905473348185232405'],
    ['phi(0)', normalPdfX64(0n), '0.398942280401432677939946059934382'],
    ['phi(1)', normalPdfX64(ONE_X64), '0.241970724519143349797830192935557'],
  ])('%s to two units of 2^-64', (_name, computed, published) => {
    expect(distance(computed, decimal(published, 64n))).toBeLessThanOrEqual(2n);
  });

  test('64-bit results are the rounded 160-bit ones', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -40n * ONE_X64, max: 20n * ONE_X64 }), (x) => {
        const wide = expFixed(x << 96n, 160n);
        return distance(expX64(x) << 96n, wide) <= (1n << 95n) + (wide >> 85n);
      }),
      { seed: SEED, numRuns: 500 },
    );
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 1n << 105n }), (x) => {
        return distance(lnX64(x) << 96n, lnFixed(x << 96n, 160n)) <= (1n << 95n) + (1n << 90n);
      }),
      { seed: SEED, numRuns: 500 },
    );
  });

  test('exp undoes ln', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n << 40n, max: 1n << 80n }), (x) => {
        return distance(expX64(lnX64(x)), x) <= 1n + (x >> 63n);
      }),
      { seed: SEED, numRuns: 500 },
    );
  });

  test('N agrees with the continued fraction within 2^-63, between the nodes too', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -12n * ONE_X64, max: -(5n * ONE_X64) / 2n }), (x) => {
        const tail = cdfByFractionX160(-x << 96n);
        const low = distance(normalCdfX64(x) << 96n, tail);
        return low < 1n << 97n && normalCdfX64(-x) === ONE_X64 - normalCdfX64(x);
      }),
      { seed: SEED, numRuns: 200 },
    );
  });

  test("N's slope is the density: Simpson's rule over half a node spacing, across the middle", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -3n * ONE_X64, max: 3n * ONE_X64 }), (x) => {
        const half = 1n << 57n;
        const rise = normalCdfX64(x + 2n * half) - normalCdfX64(x);
        const sum = normalPdfX64(x) + 4n * normalPdfX64(x + half) + normalPdfX64(x + 2n * half);
        // Simpson errs by at most h^5 max|phi''''| / 90 = 2^-35 * 1.2 / 90 < 2^-41.
        return distance(rise, (sum * half) / (3n << 64n)) < 1n << 23n;
      }),
      { seed: SEED, numRuns: 300 },
    );
  });

  test('N never falls (beyond 8.5, where it is flat to 2^-56, by no more than one ulp) and ends at 0 and 1', () => {
    let before = 0n;
    for (let x = -10n * ONE_X64; x <= 10n * ONE_X64; x += ONE_X64 / 509n) {
      const here = normalCdfX64(x);
      const far = distance(x, 0n) > (17n * ONE_X64) / 2n;
      expect(here - before).toBeGreaterThanOrEqual(far ? -1n : 0n);
      before = here;
    }
    expect([normalCdfX64(-10n * ONE_X64), normalCdfX64(10n * ONE_X64), normalCdfX64(0n)]).toEqual([
      0n,
      ONE_X64,
      ONE_X64 / 2n,
    ]);
  });

  test('arguments without a result are refused', () => {
    expect(() => lnX64(0n)).toThrow(RangeError);
    expect(() => expX64(65n * ONE_X64)).toThrow(RangeError);
    expect(() => lnFixed(1n, 300n)).toThrow(RangeError);
  });
});
