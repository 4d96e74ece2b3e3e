import { buildEddsa, type Eddsa } from 'circomlibjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { createCircomHasher } from '../../crypto/circomHasher.ts';
import { BASE8, isOnCurve, multiplyBase, SUBGROUP_ORDER, toAffine } from './babyJubjub.ts';
import { publicKey, sign, verifySignature } from './eddsa.ts';
import { FIELD_PRIME, type Hasher } from './hasher.ts';

let hasher: Hasher;
let reference: Eddsa;
beforeAll(async () => {
  hasher = await createCircomHasher();
  reference = await buildEddsa();
});

const hexBytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));
const PUBLISHED_KEY = hexBytes('0001020304050607080900010203040506070809000102030405060708090001');

describe("circomlibjs' published EdDSA-Poseidon vector", () => {
  test('public key and signature of message 1234', () => {
    const key = publicKey(PUBLISHED_KEY);
    expect(key).toEqual({
      x: 13277427435165878497778222415993513565335242147425444199013288855685581939618n,
      y: 13622229784656158136036771217484571176836296686641868549125388198837476602820n,
    });
    // The message is the little-endian number of bytes 00 01 .. 09, as in circomlibjs' test.
    const message = 42649378395939397566720n;
    const signature = sign(hasher, PUBLISHED_KEY, message);
    expect(signature).toEqual({
      rX: 11384336176656855268977457483345535180380036354188103142384839473266348197733n,
      rY: 15383486972088797283337779941324724402501462225528836549661220478783371668959n,
      s: 1672775540645840396591609181675628451599263765380031905495115170613215233181n,
    });
    expect(verifySignature(hasher, key, message, signature)).toBe(true);
  });
});

test('keys, signatures and verdicts equal circomlibjs over derived keys', () => {
  const { F } = reference;
  for (let i = 0; i < 6; i++) {
    const seed = Uint8Array.from({ length: 32 }, (_, at) => (at * 37 + i * 101) & 255);
    const message = hasher.poseidon([BigInt(i), 7n]);
    const key = publicKey(seed);
    const expectedKey = reference.prv2pub(seed);
    expect([key.x, key.y]).toEqual(expectedKey.map((coordinate) => F.toObject(coordinate)));
    const signature = sign(hasher, seed, message);
    const expected = reference.signPoseidon(seed, F.e(message));
    expect(signature).toEqual({ rX: F.toObject(expected.R8[0]), rY: F.toObject(expected.R8[1]), s: expected.S });
    for (const changed of [
      signature,
      { ...signature, s: (signature.s + 1n) % SUBGROUP_ORDER },
      { ...signature, rX: FIELD_PRIME - signature.rX },
    ]) {
      const verdict = reference.verifyPoseidon(
        F.e(message),
        { R8: [F.e(changed.rX), F.e(changed.rY)], S: changed.s },
        expectedKey,
      );
      expect(verifySignature(hasher, key, message, changed)).toBe(verdict);
    }
  }
});

describe('what the circuit refuses is refused', () => {
  const seed = new Uint8Array(32).fill(9);
  const message = 5n;

  test('S not reduced', () => {
    const signature = sign(hasher, seed, message);
    expect(verifySignature(hasher, publicKey(seed), message, { ...signature, s: signature.s + SUBGROUP_ORDER })).toBe(
      false,
    );
  });

  test('coordinates not below p, points off the curve', () => {
    const key = publicKey(seed);
    const signature = sign(hasher, seed, message);
    expect(verifySignature(hasher, { x: key.x + FIELD_PRIME, y: key.y }, message, signature)).toBe(false);
    expect(verifySignature(hasher, key, message, { ...signature, rX: signature.rX + FIELD_PRIME })).toBe(false);
    expect(verifySignature(hasher, { x: 1n, y: 1n }, message, signature)).toBe(false);
    expect(verifySignature(hasher, key, message, { ...signature, rX: 1n, rY: 1n })).toBe(false);
  });

  test('a key of small order, for which R = S * B8 would sign anything', () => {
    const r = toAffine(multiplyBase(77n));
    for (const y of [1n, FIELD_PRIME - 1n]) {
      expect(isOnCurve({ x: 0n, y })).toBe(true);
      expect(verifySignature(hasher, { x: 0n, y }, message, { rX: r.x, rY: r.y, s: 77n })).toBe(false);
    }
  });
});

test('the base table multiplies by 0, 1 and the subgroup order', () => {
  expect(toAffine(multiplyBase(0n))).toEqual({ x: 0n, y: 1n });
  expect(toAffine(multiplyBase(1n))).toEqual(BASE8);
  expect(toAffine(multiplyBase(SUBGROUP_ORDER))).toEqual({ x: 0n, y: 1n });
});
