import { expect, test } from 'vitest';
import { SCALAR_FIELD } from './r1csHeader.ts';
import { Span } from './Span.ts';

test('sums of multiples are in a span, other vectors are not', () => {
  const span = new Span();
  expect([span.has([0n, 0n, 0n]), span.has([1n, 0n, 0n])]).toEqual([true, false]);
  span.add([0n, 2n, 4n]);
  span.add([3n, 1n, SCALAR_FIELD - 1n]);
  span.add([3n, 3n, 3n]);
  expect(span.dimension).toBe(2);
  expect([span.has([3n, 2n, 1n]), span.has([-6n, -2n, 2n]), span.has([0n, 1n, 2n])]).toEqual([true, true, true]);
  expect([span.has([3n, 2n, 2n]), span.has([0n, 0n, 1n])]).toEqual([false, false]);
  span.add([0n, 0n, 5n]);
  expect([span.dimension, span.has([7n, 8n, 9n])]).toEqual([3, true]);
});
