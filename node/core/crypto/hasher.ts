import type { KeccakMany } from './keccakMany.ts';

/**
 * The hash that core commits with. Core is synchronous and imports no implementation: who builds the
 * state machine passes one in (the native core's or circomlibjs'), ready to use.
 */
export interface Hasher {
  /** circomlib's Poseidon of 1 to 16 field elements, each in [0, p). */
  readonly poseidon: (inputs: readonly bigint[]) => bigint;
  /** The hashes of `inputsEach` values each, given one after the other: for implementations that do many in less time. */
  readonly poseidonMany?: (inputsEach: number, values: readonly bigint[]) => readonly bigint[];
  /** For implementations that are faster than JavaScript: see keccakMany.ts. */
  readonly keccakMany?: KeccakMany;
}

/** BN254's scalar field. */
export const FIELD_PRIME = 21888242871839275222246405745257275088548364400416034343698204186575808495617n;

/** The hashes of `inputsEach` values each, given one after the other, in order. */
export function hashMany(hasher: Hasher, inputsEach: number, values: readonly bigint[]): readonly bigint[] {
  if (hasher.poseidonMany !== undefined) return hasher.poseidonMany(inputsEach, values);
  const hashes: bigint[] = [];
  for (let at = 0; at < values.length; at += inputsEach)
    hashes.push(hasher.poseidon(values.slice(at, at + inputsEach)));
  return hashes;
}
