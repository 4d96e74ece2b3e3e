import { join } from 'node:path';
import { batchMainSource } from '../../circuits/instantiate.ts';
import type { Preset, Shape } from '../../node/core/presets.ts';
import type { ArtifactStore } from '../artifacts/artifactStore.ts';
import { type CompiledCircuit, compileCircuit } from './compile.ts';
import { type DevelopmentKey, developmentKey } from './developmentKeys.ts';

const CIRCUITS = join(import.meta.dirname, '..', '..', 'circuits');

/** What proving a shape takes: its circuit and its development key (insecure, and named so). */
export interface ShapeArtifacts {
  readonly shape: Shape;
  readonly circuit: CompiledCircuit;
  readonly key: DevelopmentKey;
}

/** The circuit of one shape, compiled or from the store. @throws SetupError, ArtifactError, NativeError */
export const shapeCircuit = (
  store: ArtifactStore,
  preset: Preset,
  shape: Shape,
  signal?: AbortSignal,
): Promise<CompiledCircuit> =>
  compileCircuit({
    store,
    name: `batch-${preset.columns}-${shape.name}`,
    mainSource: { text: batchMainSource(preset.columns, shape) },
    includeDirs: [CIRCUITS],
    optimisation: shape.reduction === 'core' ? 'core' : 'O2',
    ...(signal ? { signal } : {}),
  });

/** The circuit and development key of one shape, made on first use. */
export const shapeArtifacts = async (
  store: ArtifactStore,
  preset: Preset,
  shape: Shape,
  signal?: AbortSignal,
): Promise<ShapeArtifacts> => {
  const circuit = await shapeCircuit(store, preset, shape, signal);
  const key = await developmentKey({
    store,
    name: `batch-${preset.columns}-${shape.name}`,
    r1csPath: circuit.r1cs,
    ...(signal ? { signal } : {}),
  });
  return { shape, circuit, key };
};
