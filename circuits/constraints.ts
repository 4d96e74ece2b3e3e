import { DEVELOPMENT_PRESET, DEVELOPMENT_SHAPE } from '../node/core/protocol/presets.ts';
import { PUBLIC_SIGNALS } from '../node/core/protocol/publicSignals.ts';
import type { Shape } from '../node/core/protocol/shape.ts';
import { type ArtifactStore, openArtifactStore } from '../prover/artifacts/artifactStore.ts';
import { shapeCircuit } from '../prover/setup/shapeArtifacts.ts';

/** One line of the design's budget (its section 11): constraints after --O2. */
export interface ConstraintCount {
  readonly part: string;
  readonly constraints: number;
  readonly budget: number;
}

/** The smallest shape: rows are counted by what one more of them adds to it. */
const BASE: Shape = {
  id: 0,
  name: 'count',
  accountChunks: [1],
  trades: 1,
  withdrawals: 1,
  l1Ops: 1,
  settlements: 1,
  instruments: 4,
  reduction: 'compiler',
};

/** Each adds `rows` rows; several at once where a row is small beside the transcript's blocks of 15 elements. */
const STEPS: readonly { part: string; rows: number; budget: number; change: Partial<Shape> }[] = [
  { part: 'account row, 1 chunk', rows: 1, budget: 13_600, change: { accountChunks: [1, 1] } },
  { part: 'account row, 2 chunks', rows: 1, budget: 16_700, change: { accountChunks: [1, 2] } },
  { part: 'trade row', rows: 3, budget: 9_200, change: { trades: 4 } },
  { part: 'withdrawal row', rows: 3, budget: 9_200, change: { withdrawals: 4 } },
  { part: 'settlement row', rows: 15, budget: 400, change: { settlements: 16 } },
  { part: 'L1 op row', rows: 15, budget: 400, change: { l1Ops: 16 } },
  { part: 'instrument in the risk table', rows: 15, budget: 950, change: { instruments: 19 } },
];

const count = async (store: ArtifactStore, shape: Shape): Promise<number> => {
  const { header } = await shapeCircuit(store, DEVELOPMENT_PRESET, shape);
  return header.constraints;
};

/** Compiles small shapes (from the cache if it can) and the development shape; what a row of each kind costs. */
export const countConstraints = async (): Promise<ConstraintCount[]> => {
  const store = openArtifactStore();
  const base = await count(store, BASE);
  const counts: ConstraintCount[] = [];
  for (const { part, rows, budget, change } of STEPS) {
    const more = await count(store, { ...BASE, ...change });
    counts.push({ part, constraints: Math.round((more - base) / rows), budget });
  }
  const whole = await shapeCircuit(store, DEVELOPMENT_PRESET, DEVELOPMENT_SHAPE);
  // Groth16's domain also holds a row for each public signal and one for the constant.
  const rows = whole.header.constraints + PUBLIC_SIGNALS.length + 1;
  counts.push({ part: 'development shape, with public rows', constraints: rows, budget: 2 ** 17 });
  return counts;
};

if (import.meta.main) {
  for (const { part, constraints, budget } of await countConstraints())
    console.log(`${part.padEnd(38)} ${String(constraints).padStart(8)}  budget ${budget}`);
}
