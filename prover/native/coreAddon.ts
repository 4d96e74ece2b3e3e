import type { NativeJob, OnProgress } from './runJob.ts';

/** An implementation of the field arithmetic, slowest first. */
export type Implementation = 'portable' | 'adx' | 'ifma';

/** Functions of src/binding/coreBinding.cc. */
export type CoreAddon = {
  /** Number of the interface between the addon and its TypeScript. */
  readonly abi: number;
  /** The arithmetic in use: the best that the processor has, or what STRADDLE_NATIVE_ISA names. */
  readonly implementation: Implementation;
  /** All that this processor and this build have. */
  readonly implementations: readonly Implementation[];
  /** Adds index % 3 over all indices below `steps` (at most 2^40) 20 times on `threads` threads (0: all processors). */
  selfTest(steps: number, threads: number, onProgress?: OnProgress): NativeJob<number>;
};
