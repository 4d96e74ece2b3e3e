import { bn254 } from '@noble/curves/bn254.js';
import { concat, type Hex, hexToBytes, numberToHex, toHex } from 'viem';
import { describe, expect, it } from 'vitest';
import { encodeVerificationKey } from '../../prover/prove/proofEncoding.ts';
import { BN254_Q } from '../../prover/prove/zkeyHeader.ts';
import { Prng } from '../../test/property/prng.ts';
import { decodeKeyData, keyFingerprint } from './registeredKey.ts';
import { keyDataCode, testKey } from './testKey.fixture.ts';

const SEED = Number(process.env.SEED ?? 7_301);
const ADDRESS = '0x5FbDB2315678afecb367f032d93F642f64180aa3';
const key = testKey('registered');
const code = keyDataCode(key);
const refused = expect.objectContaining({ code: 'WATCH_KEY_REFUSED' });

/** The code with words from `at` on replaced. */
function withWords(at: number, words: readonly bigint[]): Hex {
  const bytes = hexToBytes(code);
  bytes.set(hexToBytes(concat(words.map((word) => numberToHex(word, { size: 32 })))), 1 + 32 * at);
  return toHex(bytes);
}

describe('decodeKeyData', () => {
  it('takes the signs off that the contract keeps alpha, gamma and delta with', () => {
    const decoded = decodeKeyData(code, ADDRESS);
    expect(encodeVerificationKey({ ...decoded, vk_alphabeta_12: null })).toEqual(encodeVerificationKey(key));
    expect(keyFingerprint(decoded)).toBe(keyFingerprint(key));
  });

  const { gamma2 } = encodeVerificationKey(key);
  const [x, y] = [bn254.G1.Point.BASE.x, bn254.G1.Point.BASE.y];
  it.each([
    ['no code', '0x', /0 bytes, where the key alone has 960/],
    ['a key without code', code.slice(0, -2), /960 bytes, where the key alone has 960/],
    ['a byte cut off', `0x60${code.slice(2, -2)}`, /is no/],
    ['text', 'no code', /it is no code/],
    ['a coordinate beyond the field', withWords(0, [BN254_Q]), /word 0 is no coordinate/],
    ['alpha at infinity', withWords(0, [0n, 0n]), /alpha: .*infinity/],
    ['an input at infinity', withWords(28, [0n, 0n]), /ic\[7\]: .*infinity/],
    ['a point off the curve', withWords(14, [x, y + 1n]), /ic\[0\]: .*not on the curve/],
    ['delta at infinity', withWords(10, [0n, 0n, 0n, 0n]), /delta: .*infinity/],
    // On the twist, but not of order r: x = (1, 0) found by trying.
    ['a point off the subgroup', withWords(2, twistPoint()), /beta: .*outside the group/],
    [
      'a delta that is its gamma',
      withWords(10, [gamma2[0], gamma2[1], BN254_Q - gamma2[2], BN254_Q - gamma2[3]]),
      /gamma, delta: .*second phase/,
    ],
  ])('refuses %s', (_, wrong, message) => {
    const decode = () => decodeKeyData(wrong as Hex, ADDRESS);
    expect(decode).toThrow(refused);
    expect(decode).toThrow(message);
  });

  it('refuses every code with one bit flipped', () => {
    const random = new Prng(SEED);
    for (let k = 0; k < 40; k++) {
      const bytes = hexToBytes(code);
      const bit = 8 + random.below(8 * (bytes.length - 1));
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(() => decodeKeyData(toHex(bytes), ADDRESS), `seed ${SEED}, bit ${bit}`).toThrow(refused);
    }
  });
});

describe('keyFingerprint', () => {
  it('tells keys apart by each of their points', () => {
    const other = testKey('another');
    const seen = new Set([
      keyFingerprint(key),
      keyFingerprint({ ...key, IC: [...key.IC.slice(0, 7), other.vk_alpha_1] }),
    ]);
    for (const name of ['vk_alpha_1', 'vk_beta_2', 'vk_gamma_2', 'vk_delta_2'] as const) {
      seen.add(keyFingerprint({ ...key, [name]: other[name] }));
    }
    expect(seen.size).toBe(6);
  });
});

/** Some point of the twist that is not in the subgroup of order r, in EVM order. */
function twistPoint(): readonly bigint[] {
  const { Fp2 } = bn254.fields;
  const b = Fp2.sub(Fp2.sqr(bn254.G2.Point.BASE.y), Fp2.mul(Fp2.sqr(bn254.G2.Point.BASE.x), bn254.G2.Point.BASE.x));
  for (let c0 = 1n; ; c0++) {
    const x = Fp2.create({ c0, c1: 0n });
    try {
      const y = Fp2.sqrt(Fp2.add(Fp2.mul(Fp2.sqr(x), x), b));
      return [x.c1, x.c0, y.c1, y.c0];
    } catch {
      // No square root: the next x.
    }
  }
}
