import { beforeAll, expect, test } from 'vitest';
import { createCircomHasher } from '../../crypto/circomHasher.ts';
import type { Hasher } from './hasher.ts';
import { sponge } from './sponge.ts';

let hasher: Hasher;
beforeAll(async () => {
  hasher = await createCircomHasher();
});
const numbers = (count: number): bigint[] => Array.from({ length: count }, (_, i) => BigInt(i + 1));
const zeros = (count: number): bigint[] => Array<bigint>(count).fill(0n);

test('length first, then 15 elements a call, the last block padded', () => {
  expect(sponge(hasher, [])).toBe(0n);
  expect(sponge(hasher, numbers(2))).toBe(hasher.poseidon([2n, 1n, 2n, ...zeros(13)]));
  expect(sponge(hasher, numbers(15))).toBe(hasher.poseidon([15n, ...numbers(15)]));
  const first = hasher.poseidon([16n, ...numbers(15)]);
  expect(sponge(hasher, numbers(16))).toBe(hasher.poseidon([first, 16n, ...zeros(14)]));
});

test('trailing zeros are not padding', () => {
  expect(sponge(hasher, [1n, 0n])).not.toBe(sponge(hasher, [1n]));
});
