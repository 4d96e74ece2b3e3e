import type { BatcherState } from './batcherState.ts';
import type { JobState } from './jobRecord.ts';
import type { ProverRecord } from './proverRecords.ts';

/** What an operator sees of proving. */
export interface ProvingStatus {
  /** Batches by state. */
  readonly jobs: Readonly<Record<JobState, number>>;
  /** How long the oldest batch without a proof has been sealed, seconds; null: all are proved. */
  readonly oldestUnprovedSec: number | null;
  readonly leases: readonly LeaseStatus[];
  /** Provers that wait because a proof of theirs was refused. */
  readonly pausedProvers: number;
  /** Since the node started. */
  readonly provers: readonly ProverRecord[];
}

export interface LeaseStatus {
  readonly batchNumber: number;
  readonly proverId: string;
  /** Since it was given. */
  readonly ageMs: number;
  /** Until its term ends; 0 or less: overdue, the next prover that asks gets the batch. */
  readonly leftMs: number;
}

export const provingStatus = ({ acceptedCount, config, leases, open, provers }: BatcherState): ProvingStatus => {
  const nowMs = config.nowMs();
  const jobs = { sealed: 0, proved: 0, submitted: 0, accepted: acceptedCount, failed: 0 };
  let oldestMs: number | null = null;
  for (const { sealedAtMs, state } of open.values()) {
    jobs[state] += 1;
    if (state === 'sealed' || state === 'failed') oldestMs = Math.min(oldestMs ?? sealedAtMs, sealedAtMs);
  }
  return {
    jobs,
    oldestUnprovedSec: oldestMs === null ? null : Math.max(0, (nowMs - oldestMs) / 1000),
    leases: leases.list().map(({ batchNumber, grantedAtMs, proverId, untilMs }) => ({
      batchNumber,
      proverId,
      ageMs: nowMs - grantedAtMs,
      leftMs: untilMs - nowMs,
    })),
    pausedProvers: provers.list().filter(({ pausedUntilMs }) => pausedUntilMs > nowMs).length,
    provers: provers.list(),
  };
};
