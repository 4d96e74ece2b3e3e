import type { Deployment } from './deployment.ts';
import { DEVELOPMENT_RISK_PRESET, PRODUCTION_RISK_PRESET } from './riskPreset.ts';
import type { Shape } from './shape.ts';

/** Fits 2^17 constraints: what a two-core machine proves in seconds with a JavaScript prover. */
export const DEVELOPMENT_SHAPE: Shape = {
  id: 1,
  name: 'development',
  accountChunks: [1, 1, 2, 2],
  trades: 4,
  withdrawals: 1,
  l1Ops: 2,
  settlements: 2,
  instruments: 24,
  reduction: 'compiler',
};

/** `rows` account rows of that many chunks. */
const accountRows = (rows: number, chunks: number): readonly number[] => Array<number>(rows).fill(chunks);

/** The development shape's rows where there are 30 columns and the native core: for quiet markets. 209,339 constraints, of 2^18. */
export const SMALL_SHAPE: Shape = { ...DEVELOPMENT_SHAPE, id: 4, name: 'small', instruments: 64, reduction: 'core' };

/**
 * Room for real batches: 698,649 constraints, of the 2^20 that its domain has. A quarter of the account rows open four
 * chunks, which hold a position in each of the 64 instruments; an expiry settles 16 positions a batch.
 */
export const STANDARD_SHAPE: Shape = {
  id: 2,
  name: 'standard',
  accountChunks: [...accountRows(12, 1), ...accountRows(4, 4)],
  trades: 32,
  withdrawals: 4,
  l1Ops: 8,
  settlements: 16,
  instruments: 64,
  reduction: 'core',
};

/** For proving machines. Four account rows are as wide as an account can be, 128 positions. */
export const LARGE_SHAPE: Shape = {
  id: 3,
  name: 'large',
  accountChunks: [...accountRows(48, 1), ...accountRows(12, 4), ...accountRows(4, 8)],
  trades: 160,
  withdrawals: 8,
  l1Ops: 16,
  settlements: 32,
  instruments: 128,
  reduction: 'core',
};

/** For circuit tests only: a small shape with every kind of row, two of each at least, and both width classes. */
export const TEST_SHAPE: Shape = {
  id: 0,
  name: 'test',
  accountChunks: [1, 1, 2],
  trades: 3,
  withdrawals: 2,
  l1Ops: 2,
  settlements: 2,
  instruments: 6,
  reduction: 'compiler',
};

export const DEVELOPMENT_PRESET: Deployment = {
  name: 'development',
  columns: 15,
  risk: DEVELOPMENT_RISK_PRESET,
  shapes: [DEVELOPMENT_SHAPE],
};

/** Every batch is proved with the smallest shape that it fits, so a quiet market costs no more than with the first alone. */
export const STANDARD_PRESET: Deployment = {
  name: 'standard',
  columns: 30,
  risk: PRODUCTION_RISK_PRESET,
  shapes: [SMALL_SHAPE, STANDARD_SHAPE],
};
export const LARGE_PRESET: Deployment = {
  name: 'large',
  columns: 30,
  risk: PRODUCTION_RISK_PRESET,
  shapes: [SMALL_SHAPE, STANDARD_SHAPE, LARGE_SHAPE],
};

/** All that this release knows. Configurations, snapshots and jobs name them. */
export const PRESETS = {
  development: DEVELOPMENT_PRESET,
  standard: STANDARD_PRESET,
  large: LARGE_PRESET,
} as const satisfies Readonly<Record<string, Deployment>>;
export type PresetName = keyof typeof PRESETS;

export const PRESET_NAMES = Object.keys(PRESETS) as PresetName[];

/** A shape's rows and the columns of its risk table: what fixes a circuit. */
export interface CircuitOfShape {
  readonly columns: Deployment['columns'];
  readonly shape: Shape;
}

/** Every circuit of this release, each once. */
export const ALL_CIRCUITS: readonly CircuitOfShape[] = [DEVELOPMENT_PRESET, LARGE_PRESET].flatMap(
  ({ columns, shapes }) => shapes.map((shape) => ({ columns, shape })),
);

/** For tests of the circuits' rules. */
export const TEST_CIRCUIT: CircuitOfShape = { columns: DEVELOPMENT_PRESET.columns, shape: TEST_SHAPE };
