import type { NativeJob } from './runJob.ts';

/**
 * Functions of src/binding/hashBinding.cc: circomlib's Poseidon of 1 to 16 field elements of BN254, in this thread but for a chain.
 * All throw CORE_ARGUMENT_INVALID for what is no field element.
 */
export type HashAddon = {
  poseidon(inputs: readonly bigint[]): bigint;
  /** Many hashes of `inputsEach` values each, given one after the other; in the same order. */
  poseidonMany(inputsEach: number, values: readonly bigint[]): bigint[];
  /** The same on plain values of 32 bytes, lowest first; `hashes` is written. */
  poseidonBytes(inputsEach: number, values: Uint8Array, hashes: Uint8Array): void;
  /** Link i is the hash of the link before it, at first `before`, and `values[i]`. Off this thread: its links wait for each other. */
  poseidonChain(before: bigint, values: readonly bigint[]): NativeJob<bigint[]>;
};
