import type { LeasedJob } from './nodeClient.ts';
import { pause } from './pause.ts';
import type { WorkerOptions } from './workerOptions.ts';

export interface KeptLease {
  /** Aborts when the node says that the lease is lost. A renewal that cannot be sent is not a lost lease. */
  readonly lost: AbortSignal;
  /** No more renewals. */
  readonly stop: () => void;
}

/** A term is renewed at least so often: one renewal may go astray. */
const RENEWALS_A_TERM = 3;

/** Renews a lease until told to stop. */
export const keepLease = (
  { heartbeatMs, log, node }: Pick<WorkerOptions, 'heartbeatMs' | 'log' | 'node'>,
  { batchNumber, leaseId, termMs }: LeasedJob,
): KeptLease => {
  const [lost, ended] = [new AbortController(), new AbortController()];
  const everyMs = Math.min(heartbeatMs, termMs / RENEWALS_A_TERM);

  const renew = async (): Promise<void> => {
    try {
      if ((await node.heartbeat(leaseId)) === 'lost') lost.abort(new Error('the lease was lost'));
    } catch (error) {
      log.warn({ batchNumber, leaseId, error: String(error) }, 'a lease could not be renewed');
    }
  };
  const run = async (): Promise<void> => {
    for (;;) {
      await pause(everyMs, ended.signal);
      if (ended.signal.aborted || lost.signal.aborted) return;
      await renew();
    }
  };
  void run();
  return { lost: lost.signal, stop: () => ended.abort() };
};
