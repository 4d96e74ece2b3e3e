import type { RiskTable } from '../core/protocol/riskRow.ts';
import type { BatchRows } from '../core/protocol/rows.ts';

/** The exchange's state, brought forward by core's own transition from rows that L1 carries. */
export interface WatchedLedger {
  /**
   * The state after a batch, not taken yet: a batch that fails a later check leaves no trace.
   *
   * @throws core's typed error when the rows are no valid batch on this state
   */
  readonly next: (rows: BatchRows, timeSec: number, table: RiskTable) => NextState;
  readonly stateRoot: () => bigint;
  /** Batches applied: the number that the next batch's header must have. */
  readonly batchCount: () => number;
  readonly lastTimeSec: () => number;
  /** L1 ops processed. */
  readonly l1OpIndex: () => number;
  /** What all accounts and the fee pool hold together, cash units. */
  readonly held: () => bigint;
}

export interface NextState {
  readonly stateRoot: bigint;
  /** Makes it the ledger's state. Does not fail. */
  readonly commit: () => void;
}
