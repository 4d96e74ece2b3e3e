import { expect, test } from 'vitest';
import { decimal, hex, unsigned } from './wire.ts';

test('a number has one spelling', () => {
  const schema = decimal(-5n, 100n);
  expect(['-5', '0', '100'].map((text) => schema.parse(text as never))).toEqual([-5n, 0n, 100n]);
  const wrong = ['', '-', '+1', '01', '-0', '1.0', '1e1', ' 1', '0x1', '101', '-6', '9'.repeat(81), 5, 5n, null];
  expect(wrong.filter((value) => schema.safeParse(value).success)).toEqual([]);
});

test('bytes are whole, widths are kept', () => {
  expect(['0x', '0x00', '0xaBcd'].every((text) => hex.safeParse(text).success)).toBe(true);
  expect(['0x0', '00', '0xg0', '0X00'].some((text) => hex.safeParse(text).success)).toBe(false);
  expect([0, 255].every((value) => unsigned(8).safeParse(value).success)).toBe(true);
  expect([-1, 256, 1.5, '1', Number.NaN].some((value) => unsigned(8).safeParse(value).success)).toBe(false);
});
