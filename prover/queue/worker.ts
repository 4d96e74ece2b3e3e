import type { NodeClient, ProvedJob } from './nodeClient.ts';
import { QueueError } from './QueueError.ts';

export interface WorkerLog {
  readonly info: (data: object, message: string) => void;
  readonly warn: (data: object, message: string) => void;
  readonly error: (data: object, message: string) => void;
}

export interface WorkerOptions {
  readonly node: NodeClient;
  /** Proves one job; must stop when the signal aborts. */
  readonly prove: (job: string, signal: AbortSignal) => Promise<ProvedJob>;
  readonly log: WorkerLog;
  /** Pause when there is nothing to do, and first pause when the node does not answer. */
  readonly pollMs: number;
  readonly heartbeatMs: number;
  /** Ends the worker: the running proof is dropped, its lease runs out, another prover takes it. */
  readonly signal: AbortSignal;
}

const LONGEST_PAUSE_MS = 30_000;

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });

/** Runs `work` under a heartbeat; aborts it when the lease is lost. A heartbeat that cannot be sent is not a lost lease. */
const underLease = async <T>(
  options: WorkerOptions,
  batchNumber: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> => {
  const lost = new AbortController();
  const beat = setInterval(() => {
    options.node.heartbeat(batchNumber).then(
      (leased) => {
        if (!leased) lost.abort(new Error('the lease went to another prover'));
      },
      (error: unknown) => options.log.warn({ batchNumber, error: String(error) }, 'heartbeat failed'),
    );
  }, options.heartbeatMs);
  try {
    return await work(AbortSignal.any([options.signal, lost.signal]));
  } finally {
    clearInterval(beat);
  }
};

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'PROVING_FAILED';

/** Proves one batch, or reports why not. True if there was one. @throws QueueError NODE_* */
const work = async (options: WorkerOptions): Promise<boolean> => {
  const { node, log, signal } = options;
  const leased = await node.getJob();
  if (leased === null) return false;
  const { batchNumber, job } = leased;
  log.info({ batchNumber }, 'proving');
  let proved: ProvedJob;
  try {
    proved = await underLease(options, batchNumber, (stop) => options.prove(job, stop));
  } catch (error) {
    if (signal.aborted) return true;
    const message = error instanceof Error ? error.message : String(error);
    log.error({ batchNumber, code: codeOf(error), message }, 'a batch could not be proved');
    await node.reportFailure(batchNumber, codeOf(error), message);
    return true;
  }
  await node.submitProof(batchNumber, proved);
  log.info({ batchNumber, provingMs: proved.provingMs }, 'proved');
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
