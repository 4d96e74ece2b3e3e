import { describe, expect, test } from 'vitest';
import { FIELD_PRIME } from '../../node/core/crypto/hasher.ts';
import { type Digits, decodeDigits, isInfeasible } from './digits.ts';

/** 0 = known + sum of coefficient * digit, digits given as [coefficient, limit] and named by their position. */
const digits = (known: bigint, ...given: readonly (readonly [bigint, bigint])[]): Digits => ({
  known,
  terms: new Map(given.map(([coefficient], wire) => [wire, coefficient])),
  limits: new Map(given.map(([, limit], wire) => [wire, limit])),
});

const values = (decoded: ReturnType<typeof decodeDigits>): unknown =>
  typeof decoded === 'string' ? decoded : Object.fromEntries(decoded);

describe('a sum of digits has one reading', () => {
  test('when each coefficient is above what the smaller ones reach, and not at it', () => {
    expect(values(decodeDigits(digits(-27n, [1n, 9n], [10n, 5n]), true))).toEqual({ 0: 7n, 1: 2n });
    expect(decodeDigits(digits(-27n, [1n, 10n], [10n, 5n]), true)).toBe('unreadable');
    expect(decodeDigits(digits(0n, [1n, 1n], [1n, 1n]), false)).toBe('unreadable');
  });

  test('when all together stay below p, and not at it', () => {
    expect(decodeDigits(digits(0n, [1n, FIELD_PRIME - 1n]), false)).toBeInstanceOf(Map);
    expect(decodeDigits(digits(0n, [1n, FIELD_PRIME]), false)).toBe('unreadable');
  });

  test('with coefficients of either sign', () => {
    expect(values(decodeDigits(digits(-3n, [-1n, 1n], [2n, 1n], [-4n, 1n], [8n, 1n]), true))).toEqual({
      0: 1n,
      1: 0n,
      2: 1n,
      3: 1n,
    });
  });

  test('or none', () => {
    expect(decodeDigits(digits(-60n, [1n, 9n], [10n, 4n]), true)).toBe('contradiction');
    expect(decodeDigits(digits(1n, [1n, 9n], [10n, 4n]), true)).toBe('contradiction');
  });
});

describe('a constraint that no digits meet', () => {
  test('is seen at the edge of what they reach', () => {
    expect(isInfeasible(digits(-49n, [1n, 9n], [10n, 4n]))).toBe(false);
    expect(isInfeasible(digits(-50n, [1n, 9n], [10n, 4n]))).toBe(true);
    expect(isInfeasible(digits(1n, [1n, 9n], [-1n, 1n]))).toBe(false);
    expect(isInfeasible(digits(2n, [1n, 9n], [-1n, 1n]))).toBe(true);
  });

  test('is not seen where they go round p', () => {
    expect(isInfeasible(digits(5n, [1n, FIELD_PRIME]))).toBe(false);
  });
});
