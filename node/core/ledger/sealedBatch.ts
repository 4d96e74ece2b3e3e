import type { AccountRecord } from '../protocol/account.ts';
import type { RiskTable } from '../protocol/riskRow.ts';
import type { BatchAuthorisations, BatchRows } from '../protocol/rows.ts';

/**
 * A closed batch, self-contained: with the account tree before it, everything that prover and settlement need.
 * Produced by the machine without hashing; roots are computed when the tree is updated from it.
 */
export interface SealedBatch {
  readonly batchNumber: number;
  /** Seconds: the machine's time when the first row was made. */
  readonly timeSec: number;
  readonly rows: BatchRows;
  readonly authorisations: BatchAuthorisations;
  /** Table in force, rebuilt from the report below. */
  readonly riskTable: RiskTable;
  /** Index in the log of the report entry that the table comes from. */
  readonly reportIndex: number;
  /** Index in the log of the entry during which the batch was closed (its chain hash is published). */
  readonly lastEntryIndex: number;
  /** Touched accounts by id, as they were when the batch opened; null: not yet opened. */
  readonly accountsBefore: ReadonlyMap<number, AccountRecord | null>;
  readonly l1OpIndexBefore: number;
  readonly feePoolBefore: bigint;
  /** Time of the previous batch. */
  readonly lastTimeSec: number;
}
