import { type Address, concat, type Hex, hexToBigInt, isHex, keccak256, numberToHex, size, slice } from 'viem';
import type { VerifyingKey } from '../../prover/prove/ProverBackend.ts';
import {
  decodeVerificationKey,
  encodeVerificationKey,
  type G1Words,
  type G2Words,
} from '../../prover/prove/proofEncoding.ts';
import { BN254_Q } from '../../prover/prove/zkeyHeader.ts';
import { findKeyFault } from '../../prover/setup/keySoundness.ts';
import { PUBLIC_SIGNALS } from '../core/protocol/publicSignals.ts';
import { WatcherAlarm } from './WatcherAlarm.ts';

/** -alpha 2, beta 4, -gamma 4, -delta 4, ic 16, at the end of the code (contracts/src/libraries/KeyData.sol). */
const WORDS = 30;
const KEY_BYTES = 32 * WORDS;

/**
 * One number for a verifying key: keccak256 of its coordinates in EVM order, alpha, beta, gamma, delta, ic.
 *
 * @throws ProverError PROOF_MALFORMED
 */
export function keyFingerprint(key: VerifyingKey): Hex {
  const { alpha1, beta2, gamma2, delta2, ic } = encodeVerificationKey({ ...key, vk_alphabeta_12: null });
  const words = [...alpha1, ...beta2, ...gamma2, ...delta2, ...ic.flat()];
  return keccak256(concat(words.map((word) => numberToHex(word, { size: 32 }))));
}

/**
 * The verifying key behind the code that the contract keeps for a shape.
 *
 * @throws WatcherAlarm WATCH_KEY_REFUSED for code that is no key, and for a key whose proofs anyone can make
 * (prover/setup/keySoundness.ts), which the contract should have refused
 */
export function decodeKeyData(code: Hex, keyData: Address): VerifyingKey {
  const refuse = (why: string): WatcherAlarm =>
    new WatcherAlarm('WATCH_KEY_REFUSED', `The code of ${keyData} is no verifying key: ${why}.`, { keyData });
  if (!isHex(code)) throw refuse('it is no code');
  const start = size(code) - KEY_BYTES;
  if (start <= 0) throw refuse(`${size(code)} bytes, where the key alone has ${KEY_BYTES}`);
  const words = Array.from({ length: WORDS }, (_, index) =>
    hexToBigInt(slice(code, start + 32 * index, start + 32 * index + 32)),
  );
  const large = words.findIndex((word) => word >= BN254_Q);
  if (large !== -1) throw refuse(`word ${large} is no coordinate`);
  const key = keyOf((index) => words[index] ?? 0n);
  const fault = findKeyFault(key, PUBLIC_SIGNALS.length);
  if (fault !== undefined) throw refuse(`${fault.point}: ${fault.what}`);
  return key;
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
