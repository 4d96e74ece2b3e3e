import { type Address, type Hex, hexToBigInt, type PublicClient, size, slice } from 'viem';
import type { VerifyingKey } from '../../prover/prove/ProverBackend.ts';
import { decodeVerificationKey, type G1Words, type G2Words } from '../../prover/prove/proofEncoding.ts';
import { BN254_Q } from '../../prover/prove/zkeyHeader.ts';
import { WatcherAlarm } from './WatcherAlarm.ts';

/** -alpha 2, beta 4, -gamma 4, -delta 4, ic 16, at the end of a verifier's code (contracts/src/libraries/KeyData.sol). */
const WORDS = 30;
const KEY_BYTES = 32 * WORDS;

/** The verifying key behind the code of a shape's verifier. @throws WatcherAlarm WATCH_KEY_REFUSED */
export async function readRegisteredKey(client: PublicClient, keyData: Address): Promise<VerifyingKey> {
  const code = await client.getCode({ address: keyData });
  return decodeKeyData(code ?? '0x', keyData);
}

/** @throws WatcherAlarm WATCH_KEY_REFUSED */
export function decodeKeyData(code: Hex, keyData: Address): VerifyingKey {
  const start = size(code) - KEY_BYTES;
  if (start <= 0) {
    const message = `The code of ${keyData} has no verifying key: ${size(code)} bytes, a key alone has ${KEY_BYTES}.`;
    throw new WatcherAlarm('WATCH_KEY_REFUSED', message, { keyData });
  }
  const word = (index: number): bigint => hexToBigInt(slice(code, start + 32 * index, start + 32 * index + 32));
  const negate = (value: bigint): bigint => (BN254_Q - value) % BN254_Q;
  const g1 = (at: number): G1Words => [word(at), word(at + 1)];
  const g2 = (at: number): G2Words => [word(at), word(at + 1), word(at + 2), word(at + 3)];
  const negatedG2 = (at: number): G2Words => [word(at), word(at + 1), negate(word(at + 2)), negate(word(at + 3))];
  return decodeVerificationKey({
    alpha1: [word(0), negate(word(1))],
    beta2: g2(2),
    gamma2: negatedG2(6),
    delta2: negatedG2(10),
    ic: Array.from({ length: 8 }, (_, input) => g1(14 + 2 * input)),
  });
}
