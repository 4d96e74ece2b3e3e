import type { Implementation } from './coreAddon.ts';
import type { NativeJob, OnProgress } from './runJob.ts';

declare const handle: unique symbol;
/** A proving key in the core's memory. Collected as any object is; unloadProvingKey() does it at once. */
export type ProvingKeyHandle = { readonly [handle]: never };

/** Numbers are 32 bytes, little-endian, standard form. Points are affine, x before y, c0 before c1; infinity is zeros. */
export type LoadedProvingKey = {
  readonly handle: ProvingKeyHandle;
  readonly wires: number;
  readonly publicSignals: number;
  /** Rows of the QAP, a power of two. */
  readonly domainSize: number;
  /** alpha1, beta2, gamma2, delta2, and one point of G1 more than there are public signals. */
  readonly verifyingKey: Uint8Array;
};

export type ProofBytes = {
  /** A, B, C: eight numbers. */
  readonly proof: Uint8Array;
  readonly publicSignals: Uint8Array;
};

/** Functions of src/binding/groth16Binding.cc. '' as an implementation is the best that the machine has. */
export type Groth16Addon = {
  /**
   * Maps a .zkey into memory and checks it: sizes, every coefficient, and, if `checkPoints`, that every point is on its
   * curve. Without that a bad point shows only when a proof fails its verification.
   * Rejects with KEY_FILE_MISSING, KEY_FILE_DAMAGED, KEY_FILE_WRONG_CIRCUIT, PROVER_ABORTED.
   */
  loadProvingKey(
    path: string,
    checkPoints: boolean,
    threads: number,
    implementation: Implementation | '',
    onProgress?: OnProgress,
  ): NativeJob<LoadedProvingKey>;
  /** Proofs under way go on; no others can be begun. */
  unloadProvingKey(key: ProvingKeyHandle): void;
  /**
   * A proof that has passed verification. Any number run at once, each on `threads` threads (0 for all processors).
   *
   * @param witness a .wtns file's path, or its bytes, which must not be transferred to another thread meanwhile
   * @param blinding r and s for comparing proofs in tests: known or repeated ones give the witness away. undefined: from
   * the operating system's generator
   * Rejects with PROVER_WITNESS_INVALID; PROVER_PROOF_INVALID (the witness does not satisfy the circuit, or the key is
   * wrong); KEY_FILE_DAMAGED if the file changed; PROVER_ABORTED.
   */
  proveGroth16(
    key: ProvingKeyHandle,
    witness: string | Uint8Array,
    threads: number,
    blinding: Uint8Array | undefined,
    onProgress?: OnProgress,
  ): NativeJob<ProofBytes>;
  /**
   * As the contract's verifier does it: signals must be below r, every point in its group of order r (snarkjs only asks
   * that it is on its curve).
   */
  verifyGroth16(
    verifyingKey: Uint8Array,
    publicSignals: Uint8Array,
    proof: Uint8Array,
    implementation: Implementation | '',
  ): NativeJob<boolean>;
  /**
   * Transforms over Fr of a power of two of numbers in Montgomery form (times 2^256), at most 2^20. evaluate: coefficients
   * to values at the powers of w, the root of unity that snarkjs takes. interpolate: back. quotient: from the values of a,
   * then of b, to those of a b - c at w's powers times its square root, in standard form, c being a b as interpolated:
   * what the prover does.
   */
  transformFr(
    values: Uint8Array,
    what: 'evaluate' | 'interpolate' | 'quotient',
    threads: number,
    implementation: Implementation | '',
  ): NativeJob<Uint8Array>;
};
