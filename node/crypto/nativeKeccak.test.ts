import { keccak_256 } from '@noble/hashes/sha3.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadCore } from '../../prover/native/core.ts';
import { KECCAK_BYTES, keccakManyInJavaScript } from '../core/crypto/keccakMany.ts';
import { createNativeHasher } from './nativeHasher.ts';

const SEED = Number(process.env.SEED ?? 1);
const core = loadCore();

describe.skipIf(core === undefined)(`native keccak256 (seed ${SEED})`, () => {
  if (core === undefined) return;
  const { keccakMany } = createNativeHasher(core);

  test('of nothing is what Ethereum says', () => {
    const hash = Buffer.from(keccakMany(new Uint8Array(), Uint32Array.of(0))).toString('hex');
    expect(hash).toBe('c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470');
  });

  test('equals that in JavaScript at every length about the block', () => {
    for (let length = 0; length <= 3 * 136 + 1; length++) {
      const data = Uint8Array.from({ length }, (_, at) => at * 7 + length);
      expect(keccakMany(data, Uint32Array.of(length))).toEqual(keccak_256(data));
    }
  });

  test('many pieces are hashed one by one, at any address', () => {
    const piece = fc.uint8Array({ maxLength: 300 });
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), fc.integer({ min: 0, max: 7 }), (pieces, offset) => {
        const data = new Uint8Array(Buffer.concat([new Uint8Array(offset), ...pieces])).subarray(offset);
        const lengths = Uint32Array.from(pieces, ({ length }) => length);
        expect(keccakMany(data, lengths)).toEqual(keccakManyInJavaScript(data, lengths));
      }),
      { seed: SEED },
    );
  });

  test('refuses lengths that are not those of the data, and what is none', () => {
    const invalid = expect.objectContaining({ code: 'CORE_ARGUMENT_INVALID' });
    const out = new Uint8Array(KECCAK_BYTES);
    expect(() => core.keccak256Many(new Uint8Array(5), Uint32Array.of(4), out)).toThrow(invalid);
    expect(() => core.keccak256Many(new Uint8Array(5), Uint32Array.of(6), out)).toThrow(invalid);
    expect(() => core.keccak256Many(new Uint8Array(5), Uint32Array.of(0xffffffff), out)).toThrow(invalid);
    expect(() => core.keccak256Many(new Uint8Array(5), Uint32Array.of(5), out.subarray(1))).toThrow(invalid);
    expect(() => core.keccak256Many(new Uint8Array(5), [5] as unknown as Uint32Array, out)).toThrow(invalid);
    expect(() => core.keccak256Many('12345' as unknown as Uint8Array, Uint32Array.of(5), out)).toThrow(invalid);
  });
});
