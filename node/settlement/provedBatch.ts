import type { Hex } from 'viem';
import type { SubmitArgs, SubmittedBatch, SubmittedProof, SubmittedReport } from '../l1/submitCall.ts';

/** A batch with its proof: what `submit` needs of it (protocol, section 7). */
export interface ProvedBatch {
  /** The first batch is number 0. */
  readonly batchNumber: number;
  readonly shapeId: number;
  readonly stateRootAfter: bigint;
  readonly timeSec: number;
  readonly dataCommit: bigint;
  readonly logChainHash: bigint;
  readonly words: readonly bigint[];
  readonly proof: SubmittedProof;
  readonly report: SubmittedReport;
}

export interface Acceptance {
  readonly txHash: Hex;
  readonly blockNumber: bigint;
  /** Of the whole call. */
  readonly gasUsed: bigint;
  /** How many batches the call carried. */
  readonly batchesInCall: number;
}

/** Settlement's side of the batcher's job store. */
export interface SettlementQueue {
  /** Null: not sealed yet or not proved yet. */
  readonly proved: (batchNumber: number) => Promise<ProvedBatch | null>;
  /** What L1 may put on record of a batch before its proof is there; null: not sealed yet. */
  readonly sealed: (batchNumber: number) => Promise<Pick<ProvedBatch, 'stateRootAfter' | 'timeSec'> | null>;
  /** Root after so many batches, null if this node has not sealed them. */
  readonly stateRootAt: (batches: number) => Promise<bigint | null>;
  readonly markSubmitted: (batchNumbers: readonly number[], txHash: Hex) => Promise<void>;
  /** The transactions that may have carried a batch. */
  readonly submittedBy: (batchNumber: number) => Promise<readonly Hex[]>;
  /** How many batches are marked accepted: the number of the next one. */
  readonly acceptedCount: () => number;
  readonly markAccepted: (batchNumber: number, acceptance: Acceptance | null) => Promise<void>;
  /** L1 took all batches but so many back; they go to be submitted again. */
  readonly rollBackTo: (batches: number) => Promise<void>;
}

export interface SubmitCall {
  readonly shapeId: number;
  readonly batchNumbers: readonly number[];
  readonly args: SubmitArgs;
}

/** Consecutive batches of one shape as one call, each report once. */
export const submitCall = (batches: readonly ProvedBatch[]): SubmitCall => {
  const reports: SubmittedReport[] = [];
  const items = batches.map((batch): SubmittedBatch => {
    const last = reports.at(-1);
    if (last === undefined || last.time !== batch.report.time || last.riskTableHash !== batch.report.riskTableHash) {
      reports.push(batch.report);
    }
    return {
      stateRootAfter: batch.stateRootAfter,
      time: batch.timeSec,
      dataCommit: batch.dataCommit,
      reportIndex: reports.length - 1,
      logChainHash: batch.logChainHash,
      words: batch.words,
      proof: batch.proof,
    };
  });
  const shapeId = batches[0]?.shapeId ?? 0;
  return { shapeId, batchNumbers: batches.map((batch) => batch.batchNumber), args: [shapeId, items, reports] };
};
