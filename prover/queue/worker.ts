import { handOver } from './handOver.ts';
import { keepLease } from './keepLease.ts';
import type { LeasedJob, ProvedJob } from './nodeClient.ts';
import { pause } from './pause.ts';
import { QueueError } from './QueueError.ts';
import { LONGEST_PAUSE_MS, type WorkerOptions } from './workerOptions.ts';

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'PROVING_FAILED';

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/**
 * Proves one job. Null: the lease was lost, the worker stops, or proving failed, of which the node was told: lost and stopped
 * are not failed.
 */
const proveUnder = async (
  { log, node, prove, signal }: WorkerOptions,
  { batchNumber, job, leaseId }: LeasedJob,
  lost: AbortSignal,
): Promise<ProvedJob | null> => {
  try {
    return await prove(job, AbortSignal.any([signal, lost]));
  } catch (error) {
    const about = { batchNumber, leaseId };
    if (lost.aborted) {
      log.info(about, 'the lease was lost, the proof is dropped');
    } else if (signal.aborted) {
      await node.releaseJob(leaseId);
      log.info(about, 'stopped, the batch is given back');
    } else {
      log.error({ ...about, code: codeOf(error), message: messageOf(error) }, 'a batch could not be proved');
      await node.reportFailure(leaseId, codeOf(error), messageOf(error));
    }
    return null;
  }
};

/** True: ask again at once. @throws QueueError NODE_* */
const work = async (options: WorkerOptions): Promise<boolean> => {
  const { log, node, signal } = options;
  const answer = await node.getJob();
  if (answer.type === 'none') return false;
  if (answer.type === 'paused') {
    log.warn({ forMs: answer.forMs }, 'paused by the node, as a proof was refused');
    await pause(Math.min(answer.forMs, LONGEST_PAUSE_MS), signal);
    return true;
  }
  log.info({ batchNumber: answer.batchNumber, leaseId: answer.leaseId }, 'proving');
  const lease = keepLease(options, answer);
  try {
    const proved = await proveUnder(options, answer, lease.lost);
    if (proved !== null) await handOver(options, answer, proved);
  } finally {
    lease.stop();
  }
  return true;
};

/**
 * Takes batches from the node, one at a time, until the signal aborts. It keeps nothing between batches: a killed
 * prover's lease runs out and the batch is proved again.
 */
export const runWorker = async (options: WorkerOptions): Promise<void> => {
  const { log, signal, pollMs } = options;
  let pauseMs = pollMs;
  while (!signal.aborted) {
    try {
      const busy = await work(options);
      pauseMs = pollMs;
      if (busy) continue;
    } catch (error) {
      if (!(error instanceof QueueError)) throw error;
      log.warn({ code: error.code, message: error.message }, 'the node did not take a call, trying again');
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
    }
    await pause(pauseMs, signal);
  }
};
