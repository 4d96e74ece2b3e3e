import type { AccountRecord } from '../../node/core/ledger/account.ts';
import type { BatchAuthorisations, BatchRows } from '../../node/core/ledger/rows.ts';
import type { RiskTable } from '../../node/core/risk/riskRow.ts';
import type { Octree } from './octree.ts';

/** An account as the batch finds and leaves it, by the transition in core. */
export interface AccountMove {
  readonly account: number;
  /** null: not yet opened. */
  readonly before: AccountRecord | null;
  readonly after: AccountRecord;
}

/** All that a witness is made of. Nothing in it is computed here: core's transition says what changes. */
export interface BatchOpening {
  readonly domain: bigint;
  readonly timeSec: number;
  readonly feePoolBefore: bigint;
  readonly l1OpIndexBefore: number;
  readonly lastTimeSec: number;
  readonly rows: BatchRows;
  readonly authorisations: BatchAuthorisations;
  readonly riskTable: RiskTable;
  /** Every account that the rows touch, once. */
  readonly accounts: readonly AccountMove[];
  /** The account tree before the batch; left as it is after the batch. */
  readonly accountTree: Octree;
}
