import type { SealedBatch } from '../core/ledger/sealedBatch.ts';
import type { SettlementQueue } from '../settlement/provedBatch.ts';
import type { BatcherConfig } from './batcherConfig.ts';
import { type BatcherState, openBatcherState, updateRecord } from './batcherState.ts';
import { type Delivered, deliverProof, type ProofDelivery } from './deliverProof.ts';
import { failLease, type LeaseAnswer, type LeaseFailure, releaseLease, renewLease } from './endLease.ts';
import { type Grant, grantLease } from './grantLease.ts';
import type { LeaseHolder } from './leases.ts';
import { type ProvingStatus, provingStatus } from './provingStatus.ts';
import { createSealing } from './sealing.ts';
import { createSettlementQueue } from './settlementQueue.ts';

/** From sealed batches to proved ones. State goes through the ledger in order, provers work beside it. */
export interface Batcher {
  /** Takes a batch as the machine seals it; they are worked off one after another. */
  readonly enqueue: (sealed: SealedBatch) => void;
  /** Sealed by the machine, not yet in the ledger. */
  readonly pending: () => number;
  /** Resolves when nothing is pending, or sealing has stopped with an alarm. */
  readonly idle: () => Promise<void>;
  readonly lease: (proverId: string, shapes?: readonly string[] | null) => Promise<Grant>;
  readonly renew: (holder: LeaseHolder) => LeaseAnswer;
  readonly release: (holder: LeaseHolder) => LeaseAnswer;
  readonly fail: (failure: LeaseFailure) => Promise<LeaseAnswer>;
  readonly deliver: (delivery: ProofDelivery) => Promise<Delivered>;
  readonly status: () => ProvingStatus;
  readonly queue: SettlementQueue;
  /** Failed batches get new attempts: what a restart of the node means. */
  readonly retryFailed: () => Promise<void>;
  readonly acceptedCount: () => number;
}

/** @throws BatcherError JOBS_CORRUPT */
export const createBatcher = async (config: BatcherConfig): Promise<Batcher> => {
  const state = await openBatcherState(config);
  const { enqueue, idle, pending } = createSealing(state);
  return {
    enqueue,
    pending,
    idle,
    lease: (proverId, shapes = null) => grantLease(state, proverId, shapes),
    renew: (holder) => renewLease(state, holder),
    release: (holder) => releaseLease(state, holder),
    fail: (failure) => failLease(state, failure),
    deliver: (delivery) => deliverProof(state, delivery),
    status: () => provingStatus(state),
    queue: createSettlementQueue(state),
    retryFailed: () => retryFailed(state),
    acceptedCount: () => state.acceptedCount,
  };
};

const retryFailed = async (state: BatcherState): Promise<void> => {
  for (const [number, batch] of [...state.open]) {
    if (batch.state !== 'failed') continue;
    await updateRecord(state, number, (record) =>
      record.state === 'failed' ? { ...record, state: 'sealed', attempts: 0 } : null,
    );
  }
};
