import type { NativeCore } from './core.ts';
import { type JobOptions, runJob } from './runJob.ts';
import { packInputs, type SignalInputs } from './witness/packInputs.ts';
import type { WitnessProgramHandle } from './witnessAddon.ts';

/** Files of a circuit's witness program. They must not change: names are remembered, not contents. */
export interface WitnessProgram {
  /** A .witprog file (witness/writeWitnessProgram.ts). */
  readonly program: string;
  /** For a circuit reduced by the core, its map from wires to the generator's (reduceCircuit.ts); otherwise null. */
  readonly wireMap: string | null;
}

export type WitnessGenerator = {
  /**
   * Runs a circuit's program; it stays loaded for the next time. Off the event loop; any number may run at once, each on one
   * processor.
   *
   * @returns the .wtns file's bytes, those that circom's own generators give
   * @throws NativeError WITNESS_INPUT_INVALID, WITNESS_REFUSED (the inputs do not satisfy the circuit: with template, line and
   * component), WITNESS_PROGRAM_MISSING, WITNESS_PROGRAM_DAMAGED, PROVER_ABORTED; SyntaxError if an input is no integer
   */
  readonly calculate: (circuit: WitnessProgram, inputs: SignalInputs, options?: JobOptions) => Promise<Uint8Array>;
  /** Forgets the programs that are loaded. */
  readonly clear: () => void;
};

/** Programs of this many circuits stay loaded, each about as large as its file. */
const KEPT = 8;

export const createWitnessGenerator = (core: NativeCore): WitnessGenerator => {
  const loaded = new Map<string, Promise<WitnessProgramHandle>>();

  const load = (key: string, { program, wireMap }: WitnessProgram): Promise<WitnessProgramHandle> => {
    const handle = runJob(() => core.loadWitnessProgram(program, wireMap ?? ''));
    // One that failed may be whole the next time.
    handle.catch(() => loaded.get(key) === handle && loaded.delete(key));
    return handle;
  };

  const handleOf = (circuit: WitnessProgram): Promise<WitnessProgramHandle> => {
    const key = JSON.stringify([circuit.program, circuit.wireMap]);
    const handle = loaded.get(key) ?? load(key, circuit);
    // The last used come last.
    loaded.delete(key);
    loaded.set(key, handle);
    for (const oldest of loaded.keys()) {
      if (loaded.size <= KEPT) break;
      loaded.delete(oldest);
    }
    return handle;
  };

  return {
    calculate: async (circuit, inputs, options = {}) => {
      const packed = packInputs(inputs);
      const handle = await handleOf(circuit);
      return runJob((onProgress) => core.calculateWitness(handle, packed, onProgress), options);
    },
    clear: () => loaded.clear(),
  };
};
