import type { Groth16Proof, VerificationKey } from './groth16.ts';

/** A proof with the public signals that it is about, as decimal strings in the circuit's order. */
export type ProofResult = { readonly proof: Groth16Proof; readonly publicSignals: readonly string[] };

export type ProveOptions = {
  /** Aborting rejects with PROVER_ABORTED at once. The backend can be used again afterwards. */
  readonly signal?: AbortSignal;
  /** Named stages of the work, with the fraction done, from 0 to 1. */
  readonly onProgress?: (progress: { readonly step: string; readonly fraction: number }) => void;
};

/** What a verification needs of a key; `vk_alphabeta_12` may be left out. */
export type VerifyingKey = Omit<VerificationKey, 'vk_alphabeta_12'>;

/** Whatever makes Groth16 proofs: the native core or snarkjs. */
export type ProverBackend = {
  /**
   * @param witness a .wtns file's path, or its bytes
   * @throws ProverError KEY_FILE_*, PROVER_WITNESS_INVALID (another circuit's, torn or missing), PROVER_FAILED,
   * PROVER_PROOF_INVALID (what was made does not verify: the witness does not satisfy the circuit, or the key is damaged),
   * PROVER_ABORTED, PROVER_TERMINATED
   */
  readonly prove: (zkeyPath: string, witness: string | Uint8Array, options?: ProveOptions) => Promise<ProofResult>;
  /** False for a wrong proof, also for a malformed one. @throws ProverError PROVER_TERMINATED */
  readonly verify: (key: VerifyingKey, publicSignals: readonly string[], proof: Groth16Proof) => Promise<boolean>;
  /** Ends every worker thread. Idempotent; afterwards nothing can be proved or verified. */
  readonly terminate: () => Promise<void>;
};
