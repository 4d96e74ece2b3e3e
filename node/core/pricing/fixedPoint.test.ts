import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bitLength, ceilDiv, floorDiv, roundDiv, roundShift, sqrtFloor } from './fixedPoint.ts';

const SEED = 20261120;

describe(`fixed point (seed ${SEED})`, () => {
  test('sqrtFloor is the floor of the root, around squares and on random numbers', () => {
    for (const root of [1n, 2n, 3n, 2n ** 32n, 2n ** 64n - 1n, 10n ** 30n]) {
      expect([sqrtFloor(root * root - 1n), sqrtFloor(root * root), sqrtFloor(root * root + 1n)]).toEqual([
        root - 1n,
        root,
        root,
      ]);
    }
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 260n }), (n) => {
        const root = sqrtFloor(n);
        return root * root <= n && n < (root + 1n) * (root + 1n);
      }),
      { seed: SEED, numRuns: 2000 },
    );
    expect(() => sqrtFloor(-1n)).toThrow(RangeError);
  });

  test('bitLength agrees with the binary text', () => {
    expect([0n, 1n, 2n, 255n, 256n].map(bitLength)).toEqual([0, 1, 2, 8, 9]);
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 2n ** 300n }), (n) => bitLength(n) === n.toString(2).length),
      { seed: SEED },
    );
  });

  test.each([
    // numerator, denominator, floor, ceil, round
    [7n, 2n, 3n, 4n, 4n],
    [-7n, 2n, -4n, -3n, -3n],
    [6n, 3n, 2n, 2n, 2n],
    [-6n, 3n, -2n, -2n, -2n],
    [-1n, 3n, -1n, 0n, 0n],
    [2n, 3n, 0n, 1n, 1n],
  ])('%d / %d', (numerator, denominator, floor, ceil, round) => {
    expect(floorDiv(numerator, denominator)).toBe(floor);
    expect(ceilDiv(numerator, denominator)).toBe(ceil);
    expect(roundDiv(numerator, denominator)).toBe(round);
  });

  test('roundShift rounds to the nearest and multiplies for a negative shift', () => {
    expect([5n, 6n, 7n, -5n, -6n].map((value) => roundShift(value, 2n))).toEqual([1n, 2n, 2n, -1n, -1n]);
    expect(roundShift(5n, -2n)).toBe(20n);
  });
});
