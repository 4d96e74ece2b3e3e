/** Projective coordinates with last one 1, as decimal strings: G1 has three, G2 three pairs (c0, c1). */
export type G1Json = readonly [string, string, string];
export type G2Json = readonly [readonly [string, string], readonly [string, string], readonly [string, string]];

/** A Groth16 proof as snarkjs writes it. */
export type Groth16Proof = {
  readonly pi_a: G1Json;
  readonly pi_b: G2Json;
  readonly pi_c: G1Json;
  readonly protocol: 'groth16';
  readonly curve: 'bn128';
};

/** A verification key as snarkjs writes it. `IC` has one point more than there are public signals. */
export type VerificationKey = {
  readonly protocol: 'groth16';
  readonly curve: 'bn128';
  readonly nPublic: number;
  readonly vk_alpha_1: G1Json;
  readonly vk_beta_2: G2Json;
  readonly vk_gamma_2: G2Json;
  readonly vk_delta_2: G2Json;
  /** e(alpha, beta), precomputed; snarkjs writes it and ignores it. */
  readonly vk_alphabeta_12: unknown;
  readonly IC: readonly G1Json[];
};
