import { type BatcherState, type OpenBatch, updateRecord } from './batcherState.ts';
import type { Lease } from './leases.ts';
import { clearNoProver, raiseNoProver, raiseUnprovable } from './provingAlarms.ts';

export type Grant =
  | { readonly type: 'leased'; readonly lease: Lease; readonly job: string; readonly termMs: number }
  /** Nothing to prove for this prover now. */
  | { readonly type: 'none' }
  /** The prover's last proof was refused: it gets nothing for so long. */
  | { readonly type: 'paused'; readonly forMs: number };

/**
 * Leases the oldest batch that nobody proves. A prover that failed on a batch gets it again only after the time of a lease:
 * others may try at once.
 *
 * @param shapes names of those that the prover has keys for; null: all
 */
export const grantLease = async (
  state: BatcherState,
  proverId: string,
  shapes: readonly string[] | null,
): Promise<Grant> => {
  const { config, provers } = state;
  const forMs = provers.pausedFor(proverId, config.nowMs());
  if (forMs > 0) return { type: 'paused', forMs };
  for (;;) {
    // Chosen and leased without a pause between: nobody else can choose the same batch.
    const lease = leaseNext(state, proverId, shapes);
    if (lease === null) return { type: 'none' };
    const job = await config.jobs.job(lease.batchNumber);
    if (job !== null) return { type: 'leased', lease, job, termMs: config.leaseMs };
    await giveUp(state, lease);
  }
};

const leaseNext = (state: BatcherState, proverId: string, shapes: readonly string[] | null): Lease | null => {
  const { config, leases, open, provers } = state;
  const nowMs = config.nowMs();
  for (let batchNumber = state.acceptedCount; batchNumber < config.jobs.count(); batchNumber++) {
    const batch = open.get(batchNumber);
    if (batch?.state !== 'sealed' || !leases.isFree(batchNumber, nowMs)) continue;
    if (shapes !== null && !shapes.includes(batch.shapeName)) {
      passOver(state, batchNumber, batch);
      continue;
    }
    if ((batch.notBefore.get(proverId) ?? 0) > nowMs) continue;
    const lease = {
      id: config.newLeaseId(),
      batchNumber,
      proverId,
      grantedAtMs: nowMs,
      untilMs: nowMs + config.leaseMs,
    };
    const overdue = leases.grant(lease);
    if (overdue !== null) provers.lapsed(overdue.proverId);
    clearNoProver(state, batch.shapeName);
    return lease;
  }
  return null;
};

/** Nobody may have this shape's key: after the time of a lease that is worth an alarm. */
const passOver = (state: BatcherState, batchNumber: number, { sealedAtMs, shapeName }: OpenBatch): void => {
  if (state.config.nowMs() - sealedAtMs >= state.config.leaseMs) raiseNoProver(state, batchNumber, shapeName);
};

/** A batch whose job is gone: L1 had it, and took it back when its job was no longer kept. */
const giveUp = async (state: BatcherState, lease: Lease): Promise<void> => {
  const { batchNumber } = lease;
  const failure = {
    code: 'JOB_MISSING',
    message: 'its job is no longer kept; delete the jobs folder: it is rebuilt from the log',
  };
  state.leases.end(batchNumber);
  await updateRecord(state, batchNumber, (record) =>
    record.state === 'sealed' ? { ...record, state: 'failed', failure } : null,
  );
  raiseUnprovable(state, batchNumber, { attempts: 0, ...failure });
};
