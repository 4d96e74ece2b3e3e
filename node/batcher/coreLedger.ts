import type { LedgerContext } from '../core/ledger/applyRows.ts';
import { encodeBatchJob } from '../core/ledger/batchJob.ts';
import type { MemoryStore } from '../core/ledger/memoryStore.ts';
import { sealToJob } from '../core/ledger/sealToJob.ts';
import { writeSnapshot } from '../core/ledger/snapshot.ts';
import type { BatchLedger } from './batchLedger.ts';

/** Core's hashed state as the batcher drives it. */
export const createCoreLedger = (context: LedgerContext, store: MemoryStore): BatchLedger => ({
  apply: (sealed) => {
    const { job, transition, words } = sealToJob(context, store, sealed);
    store.commit(transition);
    const { shape, stateRootBefore, stateRootAfter, riskTableHash, accounts } = transition;
    const text = encodeBatchJob(job);
    return { shape, stateRootBefore, stateRootAfter, riskTableHash, words, accounts: accounts.length, job: text };
  },
  account: store.account,
  batches: () => store.head().batchNumber,
  snapshot: () => writeSnapshot(store),
});
