import type { BatchRows } from '../core/protocol/rows.ts';

/** A batch that the watcher has judged sound. */
export interface CheckedBatch {
  readonly batchNumber: number;
  readonly stateRoot: bigint;
  readonly block: bigint;
  readonly rows: BatchRows;
}
