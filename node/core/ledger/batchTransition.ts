import type { AccountRecord } from '../protocol/account.ts';
import type { Shape } from '../protocol/shape.ts';
import type { Margin } from '../risk/margin.ts';
import type { NodeWrite } from '../tree/nodeStore.ts';
import type { StateHead } from './stateRoot.ts';

/** One touched account as the batch finds and leaves it. */
export interface AccountTransition {
  readonly account: number;
  /** null: opened by this batch. */
  readonly before: AccountRecord | null;
  readonly after: AccountRecord;
  readonly leafBefore: bigint;
  readonly leafAfter: bigint;
  readonly intentsRootBefore: bigint;
  readonly intentsRootAfter: bigint;
  readonly liquidated: boolean;
  readonly keyChanged: boolean;
  readonly marginBefore: Margin;
  readonly marginAfter: Margin;
  readonly slotWrites: readonly NodeWrite[];
}

/** All that a batch changes; a store takes it over by `commit`. */
export interface BatchTransition {
  /** The cheapest shape of the deployment that the batch fits. */
  readonly shape: Shape;
  /** Increasing by id. */
  readonly accounts: readonly AccountTransition[];
  readonly headBefore: StateHead;
  readonly headAfter: StateHead;
  readonly accountsRootBefore: bigint;
  readonly accountsRootAfter: bigint;
  readonly stateRootBefore: bigint;
  readonly stateRootAfter: bigint;
  readonly riskTableHash: bigint;
  readonly accountNodeWrites: readonly NodeWrite[];
}
