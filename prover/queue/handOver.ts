import type { LeasedJob, ProvedJob } from './nodeClient.ts';
import { pause } from './pause.ts';
import { QueueError } from './QueueError.ts';
import { LONGEST_PAUSE_MS, type WorkerOptions } from './workerOptions.ts';

const COME_AGAIN: readonly QueueError['code'][] = ['NODE_UNREACHABLE', 'NODE_BUSY'];

/**
 * Hands a proof over, and comes again while the node is away or busy: a proof is too dear to be thrown away. A lost lease
 * does not matter, the node takes the first good proof.
 *
 * @throws QueueError NODE_REFUSED, NODE_ANSWER_INVALID
 */
export const handOver = async (options: WorkerOptions, leased: LeasedJob, proved: ProvedJob): Promise<void> => {
  const { log, node, signal } = options;
  const about = { batchNumber: leased.batchNumber, leaseId: leased.leaseId };
  for (let pauseMs = options.pollMs; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    const isLastTry = signal.aborted;
    try {
      const type = await node.submitProof(leased, proved);
      const message = type === 'taken' ? 'proved' : 'the batch had a proof already';
      log.info({ ...about, provingMs: proved.provingMs }, message);
      return;
    } catch (error) {
      if (!(error instanceof QueueError)) throw error;
      const { code, message } = error;
      if (code === 'PROOF_REFUSED') return log.error({ ...about, ...error.data, code, message }, 'a proof was refused');
      if (!COME_AGAIN.includes(code)) throw error;
      log.warn({ ...about, code, message }, isLastTry ? 'stopped with a proof that nobody took' : 'a proof waits');
    }
    if (isLastTry) return;
    await pause(pauseMs, signal);
  }
};
