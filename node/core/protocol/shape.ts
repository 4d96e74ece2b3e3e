import type { RowCounts } from './rowCounts.ts';

/** Rows of each kind that one circuit has (protocol, section 6). */
export interface Shape extends RowCounts {
  readonly id: number;
  readonly name: string;
  /** Chunks of 16 positions that each account row opens; rows of one width stand together, narrow ones first. */
  readonly accountChunks: readonly number[];
  /** Rows of the risk table. */
  readonly instruments: number;
  /**
   * Who eliminates the circuit's linear constraints: the compiler (its --O2, slow, within 4 GB), or the native core after
   * the compiler's --O0. Either way is deterministic, but they are two circuits with two keys.
   */
  readonly reduction: 'compiler' | 'core';
}
