import type { NativeCore } from './core.ts';
import type { Reduction } from './reduceAddon.ts';
import { type JobOptions, runJob } from './runJob.ts';

/** Raise it when the bytes of reduced circuits change: they and their keys are then made anew. */
export const REDUCTION_FORMAT = '1';

export type ReduceOptions = JobOptions & {
  /** The circuit: an .r1cs file of circom, over BN254. */
  readonly r1cs: string;
  /** Where to write the smaller circuit. */
  readonly reduced: string;
  /** Where to write the wire map: new wire i has the value of old wire map[i], 32 bits each, little-endian. */
  readonly wireMap: string;
  /** Most terms that the elimination of one constraint may add; default: the core's choice. */
  readonly maxFill?: number;
};

/**
 * Eliminates the linear constraints of a circuit, and with each a private wire, as circom's --O2 does, in seconds and
 * in about 0.4 kB of memory a constraint. Wire 0 and public signals stay in their places. A witness of the old circuit,
 * restricted to the wires of the map, is one of the new circuit; whatever satisfies the new one extends to exactly one
 * witness of the old (src/reduce/Eliminator.h says why). The same circuit gives the same bytes on every machine.
 *
 * @throws NativeError SETUP_R1CS_INVALID, SETUP_R1CS_UNSUPPORTED, CORE_WRITE_FAILED, PROVER_ABORTED
 */
export async function reduceCircuit(core: NativeCore, options: ReduceOptions): Promise<Reduction> {
  const { r1cs, reduced, wireMap, maxFill = core.reduceDefaultMaxFill } = options;
  return runJob((onProgress) => core.reduceCircuit(r1cs, reduced, wireMap, maxFill, onProgress), options);
}
