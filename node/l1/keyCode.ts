import { type Hex, hexToBigInt, isHex, size, slice } from 'viem';
import type { VerifyingKey } from '../../prover/prove/ProverBackend.ts';
import { decodeVerificationKey, type G1Words, type G2Words } from '../../prover/prove/proofEncoding.ts';
import { BN254_Q } from '../../prover/prove/zkeyHeader.ts';
import { PUBLIC_SIGNALS } from '../core/protocol/publicSignals.ts';

/** -alpha 2, beta 4, -gamma 4, -delta 4, ic 16, at the end of the code (contracts/src/libraries/KeyData.sol). */
const WORDS = 30;
const KEY_BYTES = 32 * WORDS;

export type KeyCode = { readonly key: VerifyingKey } | { readonly fault: string };

/** The verifying key behind the code that the contract keeps for a shape; whether it is a sound one is another question. */
export function decodeKeyCode(code: Hex): KeyCode {
  if (!isHex(code)) return { fault: 'it is no code' };
  const start = size(code) - KEY_BYTES;
  if (start <= 0) return { fault: `${size(code)} bytes, where the key alone has ${KEY_BYTES}` };
  const words = Array.from({ length: WORDS }, (_, index) =>
    hexToBigInt(slice(code, start + 32 * index, start + 32 * index + 32)),
  );
  const large = words.findIndex((word) => word >= BN254_Q);
  if (large !== -1) return { fault: `word ${large} is no coordinate` };
  return { key: keyOf((index) => words[index] ?? 0n) };
}

function keyOf(word: (index: number) => bigint): VerifyingKey {
  const negate = (value: bigint): bigint => (BN254_Q - value) % BN254_Q;
  const g1 = (at: number): G1Words => [word(at), word(at + 1)];
  const g2 = (at: number): G2Words => [word(at), word(at + 1), word(at + 2), word(at + 3)];
  const negatedG2 = (at: number): G2Words => [word(at), word(at + 1), negate(word(at + 2)), negate(word(at + 3))];
  return decodeVerificationKey({
    alpha1: [word(0), negate(word(1))],
    beta2: g2(2),
    gamma2: negatedG2(6),
    delta2: negatedG2(10),
    ic: Array.from({ length: PUBLIC_SIGNALS.length + 1 }, (_, input) => g1(14 + 2 * input)),
  });
}
