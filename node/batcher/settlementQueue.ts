import type { Hex } from 'viem';
import type { SettlementQueue } from '../settlement/provedBatch.ts';
import { type BatcherState, updateRecord } from './batcherState.ts';
import { clearProved } from './provingAlarms.ts';
import { provedBatch } from './storedProof.ts';

/** Jobs kept behind L1's acceptance, for its own reorganisations; proofs and words stay for ever. */
const JOBS_KEPT = 64;

/** Settlement's side of the batcher: what is proved, and what has become of it on L1. */
export const createSettlementQueue = (state: BatcherState): SettlementQueue => {
  const { config } = state;
  const { jobs } = config;
  return {
    proved: (batchNumber) => provedBatch(state, batchNumber),
    sealed: jobs.get,
    stateRootAt: async (batches) => {
      if (batches > 0) return (await jobs.get(batches - 1))?.stateRootAfter ?? null;
      return config.genesisRoot;
    },
    markSubmitted: async (batchNumbers, txHash) => {
      for (const number of batchNumbers)
        await updateRecord(state, number, (record) => ({
          ...record,
          state: 'submitted',
          txHashes: [...record.txHashes, txHash as `0x${string}`],
        }));
    },
    submittedBy: async (batchNumber) => ((await jobs.get(batchNumber))?.txHashes ?? []) as Hex[],
    acceptedCount: () => state.acceptedCount,
    markAccepted: async (batchNumber, acceptance) => {
      await updateRecord(state, batchNumber, (record) => ({ ...record, state: 'accepted', acceptance }));
      state.acceptedCount = batchNumber + 1;
      state.sound.delete(batchNumber);
      state.leases.end(batchNumber);
      clearProved(state, batchNumber);
      if (batchNumber >= JOBS_KEPT) await jobs.dropJob(batchNumber - JOBS_KEPT);
    },
    rollBackTo: async (batches) => {
      for (let number = state.acceptedCount - 1; number >= batches; number--) {
        await updateRecord(state, number, (record) => ({
          ...record,
          state: record.proof === null ? 'sealed' : 'proved',
          acceptance: null,
        }));
      }
      state.acceptedCount = batches;
    },
  };
};
