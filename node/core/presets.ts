/** Rows of each kind that one circuit has (protocol, section 6). */
export interface Shape {
  readonly id: number;
  readonly name: string;
  /** Chunks of 16 positions that each account row opens; rows of one width stand together, narrow ones first. */
  readonly accountChunks: readonly number[];
  readonly trades: number;
  readonly withdrawals: number;
  readonly l1Ops: number;
  readonly settlements: number;
  /** Rows of the risk table. */
  readonly instruments: number;
}

/** What a deployment fixes: columns of the risk table and the shapes it has circuits for, cheapest first. */
export interface Preset {
  readonly name: string;
  /** Column 0 is the mark. */
  readonly columns: 15 | 30;
  readonly shapes: readonly [Shape, ...Shape[]];
}

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
};

/** For circuit tests only: the smallest shape that has every kind of row and both width classes. */
export const TEST_SHAPE: Shape = {
  id: 0,
  name: 'test',
  accountChunks: [1, 1, 2],
  trades: 3,
  withdrawals: 1,
  l1Ops: 2,
  settlements: 1,
  instruments: 6,
};

export const DEVELOPMENT_PRESET: Preset = { name: 'development', columns: 15, shapes: [DEVELOPMENT_SHAPE] };

export const POSITIONS_PER_CHUNK = 16;
export const CHUNKS_PER_ACCOUNT = 8;
export const ACCOUNT_TREE_DEPTH = 8;
export const INTENT_TREE_DEPTH = 4;
export const INTENT_SLOTS = 4096;
export const LEGS_PER_INTENT = 4;

/** Most positions an account may hold: those of the widest row among the preset's shapes. */
export const positionLimit = (preset: Preset): number =>
  Math.max(...preset.shapes.flatMap((shape) => shape.accountChunks)) * POSITIONS_PER_CHUNK;
