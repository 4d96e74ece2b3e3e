import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { batchMainSource } from '../../../circuits/instantiate.ts';
import { DEVELOPMENT_PRESET } from '../../../node/core/protocol/presets.ts';
import type { Shape } from '../../../node/core/protocol/shape.ts';
import { type ArtifactStore, openArtifactStore } from '../../../prover/artifacts/artifactStore.ts';
import { compileCircuit } from '../../../prover/setup/compile.ts';
import { calculateWitness, type WitnessSource } from '../../../prover/witness/calculateWitness.ts';
import type { CircuitInput } from '../../../prover/witness/circuitInput.ts';
import type { SignalLie } from './LyingCircuit.ts';
import { SignalNames } from './SignalNames.ts';
import { Witness } from './Witness.ts';
import { writeLyingSources } from './writeLyingSources.ts';

/** For machines without the native core: the same sources without any constraint. It can be lied to in its inputs alone. */
export class SourceLiar {
  readonly names: SignalNames;
  readonly #source: WitnessSource;

  private constructor(names: SignalNames, source: WitnessSource) {
    this.names = names;
    this.#source = source;
  }

  static async build(shape: Shape, store: ArtifactStore = openArtifactStore()): Promise<SourceLiar> {
    const directory = await mkdtemp(join(tmpdir(), 'straddle-liar-'));
    try {
      await writeLyingSources(directory);
      const { sym, wasm, witnessProgram } = await compileCircuit({
        store,
        name: `liar-${shape.name}`,
        mainSource: { text: batchMainSource(DEVELOPMENT_PRESET.columns, shape) },
        includeDirs: [directory],
        optimisation: 'O0',
      });
      return new SourceLiar(await SignalNames.read(sym ?? ''), { wasm: await readFile(wasm), witnessProgram });
    } finally {
      await rm(directory, { recursive: true });
    }
  }

  async witness(input: CircuitInput, lies: readonly SignalLie[] = []): Promise<Witness> {
    if (lies.length > 0) throw new Error('lies about signals need the native core: run npm run build:native');
    return new Witness(await calculateWitness(this.#source, input));
  }
}
