import { join } from 'node:path';
import { batchMainSource } from '../../circuits/instantiate.ts';
import type { Deployment } from '../../node/core/protocol/deployment.ts';
import type { Shape } from '../../node/core/protocol/shape.ts';
import type { ArtifactStore } from '../artifacts/artifactStore.ts';
import { checkReduction, type ReductionReport } from './checkReduction.ts';
import { type CompiledCircuit, compileCircuit, type Optimisation } from './compile.ts';
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
  deployment: Pick<Deployment, 'columns'>,
  shape: Shape,
  signal?: AbortSignal,
): Promise<CompiledCircuit> =>
  compileShape(store, deployment, shape, shape.reduction === 'core' ? 'core' : 'O2', signal);

const compileShape = (
  store: ArtifactStore,
  deployment: Pick<Deployment, 'columns'>,
  shape: Shape,
  optimisation: Optimisation,
  signal?: AbortSignal,
): Promise<CompiledCircuit> =>
  compileCircuit({
    store,
    name: `batch-${deployment.columns}-${shape.name}`,
    mainSource: { text: batchMainSource(deployment.columns, shape) },
    includeDirs: [CIRCUITS],
    optimisation,
    ...(signal ? { signal } : {}),
  });

/**
 * Whether a shape's circuit, as it is proved with, states what the compiler's unreduced output states (checkReduction.ts).
 * The standard shape: 2.7 million constraints before, some two minutes and 2 GB beside compiling.
 *
 * @throws SetupError SETUP_REDUCTION_DIFFERS, and as shapeCircuit
 */
export const checkShapeReduction = async (
  store: ArtifactStore,
  deployment: Pick<Deployment, 'columns'>,
  shape: Shape,
  seed: string,
): Promise<ReductionReport> => {
  const unreduced = await compileShape(store, deployment, shape, 'O0');
  const { r1cs, wireMap } = await shapeCircuit(store, deployment, shape);
  return checkReduction({ unreduced: unreduced.r1cs, reduced: r1cs, wireMap }, seed);
};

/** The circuit and development key of one shape, made on first use. */
export const shapeArtifacts = async (
  store: ArtifactStore,
  deployment: Pick<Deployment, 'columns'>,
  shape: Shape,
  signal?: AbortSignal,
): Promise<ShapeArtifacts> => {
  const circuit = await shapeCircuit(store, deployment, shape, signal);
  const key = await developmentKey({
    store,
    name: `batch-${deployment.columns}-${shape.name}`,
    r1csPath: circuit.r1cs,
    ...(signal ? { signal } : {}),
  });
  return { shape, circuit, key };
};
