import { type BatcherState, updateRecord } from './batcherState.ts';
import type { LeaseHolder } from './leases.ts';
import { raiseUnprovable } from './provingAlarms.ts';

/** Whether a call's lease was still the prover's own. Lost is not failed: a lost lease counts against nobody. */
export type LeaseAnswer = 'held' | 'lost';

/** Begins a lease's term anew. */
export const renewLease = ({ config, leases }: BatcherState, holder: LeaseHolder): LeaseAnswer => {
  const lease = leases.held(holder);
  if (lease === null) return 'lost';
  leases.renew(lease, config.nowMs() + config.leaseMs);
  return 'held';
};

/** Gives a batch back unproved, at once and without blame: the prover stops. */
export const releaseLease = ({ leases }: BatcherState, holder: LeaseHolder): LeaseAnswer => {
  const lease = leases.held(holder);
  if (lease === null) return 'lost';
  leases.end(lease.batchNumber);
  return 'held';
};

export interface LeaseFailure extends LeaseHolder {
  readonly code: string;
  readonly message: string;
}

/**
 * Ends a lease as failed. It is counted against the batch once, and never against a lease that the batch was given under
 * since; after `maxAttempts` failed leases the batch counts as not provable.
 *
 * @throws BatcherError JOBS_WRITE_FAILED
 */
export const failLease = async (state: BatcherState, failure: LeaseFailure): Promise<LeaseAnswer> => {
  const { config, leases, open, provers } = state;
  const lease = leases.held(failure);
  if (lease === null) return 'lost';
  const { batchNumber, proverId } = lease;
  leases.end(batchNumber);
  provers.failed(proverId);
  open.get(batchNumber)?.notBefore.set(proverId, config.nowMs() + config.leaseMs);
  const { code, message } = failure;
  const changed = await updateRecord(state, batchNumber, (record) => {
    if (record.state !== 'sealed') return null;
    const attempts = record.attempts + 1;
    const isFailed = attempts >= config.maxAttempts;
    return { ...record, attempts, state: isFailed ? 'failed' : 'sealed', failure: { code, message } };
  });
  if (changed?.state === 'failed') raiseUnprovable(state, batchNumber, { attempts: changed.attempts, code, message });
  return 'held';
};
