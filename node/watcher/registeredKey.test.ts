import { concat, numberToHex } from 'viem';
import { describe, expect, it } from 'vitest';
import { encodeVerificationKey } from '../../prover/prove/proofEncoding.ts';
import { BN254_Q } from '../../prover/prove/zkeyHeader.ts';
import { decodeKeyData } from './registeredKey.ts';

const ADDRESS = '0x5FbDB2315678afecb367f032d93F642f64180aa3';
/** Words 101, 102, ..., 130 behind some code. */
const words = Array.from({ length: 30 }, (_, index) => BigInt(101 + index));
const code = concat(['0x600a', ...words.map((word) => numberToHex(word, { size: 32 }))]);

describe('decodeKeyData', () => {
  it('takes the signs off that the contract keeps alpha, gamma and delta with', () => {
    const key = encodeVerificationKey({ ...decodeKeyData(code, ADDRESS), vk_alphabeta_12: [] });
    expect(key.alpha1).toEqual([101n, BN254_Q - 102n]);
    expect(key.beta2).toEqual([103n, 104n, 105n, 106n]);
    expect(key.gamma2).toEqual([107n, 108n, BN254_Q - 109n, BN254_Q - 110n]);
    expect(key.delta2).toEqual([111n, 112n, BN254_Q - 113n, BN254_Q - 114n]);
    expect(key.ic).toHaveLength(8);
    expect(key.ic[7]).toEqual([129n, 130n]);
  });

  it.each(['0x', code.slice(0, 2 + 2 * 960)])('refuses code that is too short for a key', (wrong) => {
    const decode = () => decodeKeyData(wrong as `0x${string}`, ADDRESS);
    expect(decode).toThrow(expect.objectContaining({ code: 'WATCH_KEY_REFUSED' }));
  });
});
