import { expect, test } from 'vitest';
import { DECIMALS, divideCeiling, divideFloor, formatDecimal, parseDecimal } from './decimal.ts';

test.each([
  ['12.5', 4, 'exact', 125_000n],
  ['-0.0001', 4, 'exact', -1n],
  ['7', 0, 'exact', 7n],
  ['1.00001', 4, 'exact', undefined],
  ['1.00001', 4, 'floor', 10_000n],
  ['1.00001', 4, 'ceiling', 10_001n],
  ['-1.00001', 4, 'floor', -10_001n],
  ['-1.00001', 4, 'ceiling', -10_000n],
  ['1e3', 4, 'exact', undefined],
  ['.5', 4, 'exact', undefined],
  ['', 4, 'exact', undefined],
] as const)('%s with %i decimals, %s', (text, decimals, rounding, units) => {
  expect(parseDecimal(text, decimals, rounding)).toBe(units);
});

test('formats with all decimals', () => {
  expect(formatDecimal(125_000n, DECIMALS.price)).toBe('12.5000');
  expect(formatDecimal(-1n, DECIMALS.cash)).toBe('-0.000001');
  expect(formatDecimal(5n, 0)).toBe('5');
});

test('division rounds as named, on both sides of zero', () => {
  expect([7n, -7n, 6n, -6n].map((value) => divideFloor(value, 3n))).toEqual([2n, -3n, 2n, -2n]);
  expect([7n, -7n, 6n, -6n].map((value) => divideCeiling(value, 3n))).toEqual([3n, -2n, 2n, -2n]);
});
