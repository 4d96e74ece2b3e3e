import { concat, type Hex, numberToHex } from 'viem';
import type { VerificationKey } from '../../prover/prove/groth16.ts';
import { encodeVerificationKey } from '../../prover/prove/proofEncoding.ts';
import { BN254_Q } from '../../prover/prove/zkeyHeader.ts';
import { SimulatedProver } from '../../test/differential/simulatedProver.ts';

/** A sound verifying key, always the same for a name. */
export const testKey = (name: string): VerificationKey => new SimulatedProver(name).verificationKey;

/** A key as the contract keeps it (contracts/src/libraries/KeyData.sol). */
export function keyDataCode(key: VerificationKey): Hex {
  const { alpha1, beta2, delta2, gamma2, ic } = encodeVerificationKey(key);
  const negated = (values: readonly bigint[]): bigint[] => {
    const half = values.length / 2;
    return values.map((value, at) => (at < half ? value : (BN254_Q - value) % BN254_Q));
  };
  const words = [...negated(alpha1), ...beta2, ...negated(gamma2), ...negated(delta2), ...ic.flat()];
  return concat(['0x00', ...words.map((word) => numberToHex(word, { size: 32 }))]);
}
