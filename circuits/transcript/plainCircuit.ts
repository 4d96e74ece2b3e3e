import { join } from 'node:path';
import type { Shape } from '../../node/core/protocol/shape.ts';
import type { ArtifactStore } from '../../prover/artifacts/artifactStore.ts';
import { compileCircuit } from '../../prover/setup/compile.ts';
import { batchMainSource } from '../instantiate.ts';

const CIRCUITS = join(import.meta.dirname, '..');

/**
 * A shape's circuit as circom takes it from the sources, no constraint eliminated and every signal named: what the released circuit
 * is reduced from. `sources` is the folder of batch.circom.
 * @throws SetupError, ArtifactError
 */
export const plainCircuit = async (
  store: ArtifactStore,
  columns: number,
  shape: Shape,
  sources: string = CIRCUITS,
): Promise<{ readonly r1cs: string; readonly sym: string }> => {
  const { r1cs, sym } = await compileCircuit({
    store,
    name: `${shape.name}-plain`,
    mainSource: { text: batchMainSource(columns, shape) },
    includeDirs: [sources],
    optimisation: 'O0',
  });
  return { r1cs, sym: sym ?? '' };
};
