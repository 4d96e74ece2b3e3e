import { applyRows, type LedgerContext } from '../core/ledger/applyRows.ts';
import { MemoryStore } from '../core/ledger/memoryStore.ts';
import type { WatchedLedger } from './watchedLedger.ts';

/** The state from genesis on, by core's transition over a store in memory. The proofs stand for the signatures. */
export function createRebuiltLedger(context: LedgerContext): WatchedLedger {
  const store = new MemoryStore(context.hasher);
  return {
    next: (rows, timeSec, riskTable) => {
      const transition = applyRows(context, store, { rows, timeSec, riskTable });
      return { stateRoot: transition.stateRootAfter, commit: () => store.commit(transition) };
    },
    stateRoot: () => store.stateRoot(context.domain),
    batchCount: () => store.head().batchNumber,
    lastTimeSec: () => store.head().lastTimeSec,
    l1OpIndex: () => store.head().l1OpIndex,
    held: () => store.accounts().reduce((sum, [, { cash }]) => sum + cash, store.head().feePool),
  };
}
