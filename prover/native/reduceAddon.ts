import type { NativeJob, OnProgress } from './runJob.ts';

/** Sizes of a circuit before and after its linear constraints were eliminated. */
export type Reduction = {
  readonly wiresBefore: number;
  readonly wires: number;
  readonly constraintsBefore: number;
  readonly constraints: number;
  /** Of the constraints that are left: linear ones, whose elimination was impossible or too dear. */
  readonly linearConstraints: number;
  /** Non-zero coefficients. */
  readonly termsBefore: number;
  readonly terms: number;
};

/** Functions of src/binding/reduceBinding.cc. */
export type ReduceAddon = {
  /** The core's own choice of `maxFill`. */
  readonly reduceDefaultMaxFill: number;
  /** `maxFill`: most terms that the elimination of one constraint may add, up to a million. */
  reduceCircuit(
    circuitPath: string,
    reducedPath: string,
    wireMapPath: string,
    maxFill: number,
    onProgress?: OnProgress,
  ): NativeJob<Reduction>;
};
