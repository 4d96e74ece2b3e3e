import { encodeRows } from '../codec/words.ts';
import { applyRows, type LedgerContext } from './applyRows.ts';
import type { BatchJob } from './batchJob.ts';
import type { BatchTransition } from './batchTransition.ts';
import { LedgerError } from './LedgerError.ts';
import type { LedgerStore } from './ledgerStore.ts';
import { RecordingStore } from './recordingStore.ts';
import type { SealedBatch } from './sealedBatch.ts';

export interface SealedJob {
  readonly job: BatchJob;
  /** To be committed to the store when the job is kept. */
  readonly transition: BatchTransition;
  /** Data words of the live rows. */
  readonly words: readonly bigint[];
}

/** The machine and the hashed state must have counted alike. */
function checkCounters(sealed: SealedBatch, store: LedgerStore): void {
  const head = store.head();
  const agrees =
    head.batchNumber === sealed.batchNumber &&
    head.l1OpIndex === sealed.l1OpIndexBefore &&
    head.feePool === sealed.feePoolBefore &&
    head.lastTimeSec === sealed.lastTimeSec;
  if (agrees) return;
  throw new LedgerError('LEDGER_BATCH_NUMBER', 'a sealed batch does not follow the state that it is applied to', {
    expectedBatch: head.batchNumber,
    foundBatch: sealed.batchNumber,
    expectedL1Op: head.l1OpIndex,
    foundL1Op: sealed.l1OpIndexBefore,
  });
}

/**
 * Applies a sealed batch to the state before it, with every check, and makes the prover's job of it. Changes nothing.
 * @throws LedgerError when machine and ledger disagree: settlement must stop
 */
export function sealToJob(context: LedgerContext, store: LedgerStore, sealed: SealedBatch): SealedJob {
  checkCounters(sealed, store);
  const recording = new RecordingStore(store);
  const { rows, timeSec, riskTable, authorisations } = sealed;
  const transition = applyRows(context, recording, { rows, timeSec, riskTable, authorisations });
  const job: BatchJob = {
    domain: context.domain,
    preset: context.deployment.name,
    shape: transition.shape.name,
    timeSec,
    rows,
    authorisations,
    riskTable,
    opening: recording.opening(context.hasher),
    stateRootBefore: transition.stateRootBefore,
    stateRootAfter: transition.stateRootAfter,
  };
  return { job, transition, words: encodeRows(rows) };
}
