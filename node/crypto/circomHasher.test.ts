import { buildPoseidonReference } from 'circomlibjs';
import { beforeAll, expect, test } from 'vitest';
import { FIELD_PRIME, type Hasher } from '../core/crypto/hasher.ts';
import { createCircomHasher } from './circomHasher.ts';

let hasher: Hasher;
beforeAll(async () => {
  hasher = await createCircomHasher();
});

test("circomlibjs' published values", () => {
  expect(hasher.poseidon([1n, 2n])).toBe(7853200120776062878684798364095072458815029376092732009249414926327459813530n);
  expect(hasher.poseidon([1n, 2n, 3n, 4n])).toBe(
    18821383157269793795438455681495246036402687001665670618754263018637548127333n,
  );
  const sixteen = Array.from({ length: 16 }, (_, i) => BigInt(i + 1));
  expect(hasher.poseidon(sixteen)).toBe(9989051620750914585850546081941653841776809718687451684622678807385399211877n);
});

test('equals the plain reference for 1 to 16 inputs, among them the largest element', async () => {
  const reference = await buildPoseidonReference();
  for (let count = 1; count <= 16; count++) {
    const inputs = Array.from({ length: count }, (_, i) => FIELD_PRIME - 1n - BigInt(i) ** 9n * 2n ** 150n);
    expect(hasher.poseidon(inputs)).toBe(reference.F.toObject(reference(inputs)));
  }
});

test('refuses what is no field element', () => {
  expect(() => hasher.poseidon([FIELD_PRIME])).toThrow('field elements');
  expect(() => hasher.poseidon([-1n])).toThrow('field elements');
  expect(() => hasher.poseidon([])).toThrow('1 to 16');
});
