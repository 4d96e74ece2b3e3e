import type { StateHead } from '../../node/core/ledger/stateRoot.ts';
import type { AccountRecord } from '../../node/core/protocol/account.ts';
import type { RiskTable } from '../../node/core/protocol/riskRow.ts';
import type { BatchAuthorisations, BatchRows } from '../../node/core/protocol/rows.ts';
import type { NodeReader } from '../../node/core/tree/nodeStore.ts';

/** An account as the batch finds and leaves it. Its slots after follow from the signed rows. */
export interface AccountMove {
  readonly account: number;
  /** null: not yet opened. */
  readonly before: AccountRecord | null;
  readonly after: Omit<AccountRecord, 'slots'>;
}

/** All that a witness is made of: a batch, what core's transition made of its accounts, and the trees before it. */
export interface BatchOpening {
  readonly domain: bigint;
  readonly timeSec: number;
  readonly headBefore: StateHead;
  readonly rows: BatchRows;
  readonly authorisations: BatchAuthorisations;
  readonly riskTable: RiskTable;
  /** Every account that the rows touch, once. */
  readonly accounts: readonly AccountMove[];
  readonly accountNodes: NodeReader;
  readonly slotNodes: (account: number) => NodeReader;
}
