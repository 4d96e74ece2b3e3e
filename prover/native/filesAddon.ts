import type { NativeJob } from './runJob.ts';

/** Sizes of a proving key whose coefficients are all in range. */
export type ZkeySizes = {
  readonly wires: number;
  readonly publicSignals: number;
  /** Rows of the QAP, a power of two. */
  readonly domainSize: number;
  readonly coefficients: number;
};

/** Sizes of a constraint system whose terms are all in range. */
export type R1csSizes = {
  readonly wires: number;
  readonly publicOutputs: number;
  readonly publicInputs: number;
  readonly privateInputs: number;
  readonly constraints: number;
  /** Terms of all sums. */
  readonly terms: number;
};

/** Functions of src/binding/filesBinding.cc: whole files, read and checked as the core's other parts do it. */
export type FilesAddon = {
  /** Rejects with KEY_FILE_MISSING, KEY_FILE_DAMAGED or KEY_FILE_WRONG_CIRCUIT. Does not look at the points. */
  inspectZkey(path: string, threads: number): NativeJob<ZkeySizes>;
  /** Resolves with the number of values. Rejects with PROVER_WITNESS_INVALID. Bytes must not change meanwhile. */
  inspectWtns(witness: string | Uint8Array): NativeJob<number>;
  /** Rejects with SETUP_R1CS_INVALID or SETUP_R1CS_UNSUPPORTED. */
  inspectR1cs(path: string): NativeJob<R1csSizes>;
  /** A .wtns file of numbers of 32 bytes each, little-endian, standard form. */
  encodeWtns(values: Uint8Array): Uint8Array;
};
