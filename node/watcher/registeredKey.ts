import { type Address, concat, type Hex, keccak256, numberToHex } from 'viem';
import type { VerifyingKey } from '../../prover/prove/ProverBackend.ts';
import { encodeVerificationKey } from '../../prover/prove/proofEncoding.ts';
import { findKeyFault } from '../../prover/setup/keySoundness.ts';
import { PUBLIC_SIGNALS } from '../core/protocol/publicSignals.ts';
import { decodeKeyCode } from '../l1/keyCode.ts';
import { WatcherAlarm } from './WatcherAlarm.ts';

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
  const decoded = decodeKeyCode(code);
  if ('fault' in decoded) throw refuse(decoded.fault);
  const fault = findKeyFault(decoded.key, PUBLIC_SIGNALS.length);
  if (fault !== undefined) throw refuse(`${fault.point}: ${fault.what}`);
  return decoded.key;
}
