import type { NativeJob, OnProgress } from './runJob.ts';

declare const program: unique symbol;

/** A witness program in the core's memory: freed when nothing refers to it any more. Of one thread. */
export type WitnessProgramHandle = { readonly [program]: true };

/** Functions of src/binding/witnessBinding.cc. */
export type WitnessAddon = {
  /** Reads and checks a program. `wireMapPath`: of a reduced circuit's wires, or empty. */
  loadWitnessProgram(programPath: string, wireMapPath: string): NativeJob<WitnessProgramHandle>;
  /** How many values its witnesses have. */
  witnessWires(program: WitnessProgramHandle): number;
  /** The .wtns file's bytes. `inputs` are packed by packInputs.ts and not to be changed until the job is done. */
  calculateWitness(
    program: WitnessProgramHandle,
    inputs: Uint8Array,
    onProgress?: OnProgress,
  ): NativeJob<Uint8Array<ArrayBuffer>>;
};
