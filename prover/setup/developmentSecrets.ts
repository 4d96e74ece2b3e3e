import { createHash } from 'node:crypto';
import { SCALAR_FIELD } from './r1csHeader.ts';

/** The seed of every development key. It is public: whoever knows it can forge proofs for these keys. */
export const DEVELOPMENT_SEED = 'straddle insecure development keys, version 1';

/**
 * Groth16's toxic waste. tau, alpha and beta are shared by all circuits of a deployment; delta is each circuit's
 * own. gamma is 1, as in snarkjs.
 */
export type ToxicWaste = {
  readonly tau: bigint;
  readonly alpha: bigint;
  readonly beta: bigint;
  readonly delta: bigint;
};

function fieldElement(...parts: readonly string[]): bigint {
  const digest = createHash('sha512').update(JSON.stringify(parts)).digest('hex');
  // 512 bits reduced modulo 254 bits: uniform up to 2^-258.
  return (BigInt(`0x${digest}`) % (SCALAR_FIELD - 1n)) + 1n;
}

/** Derives the secrets from a public seed and, for delta, the circuit's r1cs hash. None is zero. */
export function developmentSecrets(r1csSha256: string, seed: string = DEVELOPMENT_SEED): ToxicWaste {
  return {
    tau: fieldElement(seed, 'tau'),
    alpha: fieldElement(seed, 'alpha'),
    beta: fieldElement(seed, 'beta'),
    delta: fieldElement(seed, 'delta', r1csSha256),
  };
}
