/**
 * The hash that core commits with. Core is synchronous and imports no implementation: who builds the
 * state machine passes one in (circomlibjs today, a native one later), ready to use.
 */
export interface Hasher {
  /** circomlib's Poseidon of 1 to 16 field elements, each in [0, p). */
  readonly poseidon: (inputs: readonly bigint[]) => bigint;
}

/** BN254's scalar field. */
export const FIELD_PRIME = 21888242871839275222246405745257275088548364400416034343698204186575808495617n;
