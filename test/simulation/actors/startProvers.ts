import type { Hasher } from '../../../node/core/crypto/hasher.ts';
import type { SignatureVerifier } from '../../../node/core/crypto/signatureVerifier.ts';
import type { Deployment } from '../../../node/core/protocol/deployment.ts';
import type { NodeClient, ProvedJob } from '../../../prover/queue/nodeClient.ts';
import { QueueError } from '../../../prover/queue/QueueError.ts';
import { replayJob } from '../../../prover/queue/replayJob.ts';
import { runWorker } from '../../../prover/queue/worker.ts';
import type { Prng } from '../../property/prng.ts';
import type { Faults } from '../world/Faults.ts';
import { Process } from '../world/Process.ts';
import type { Scheduler } from '../world/Scheduler.ts';
import type { Streams } from '../world/Streams.ts';
import { proofToken } from './proofToken.ts';

export interface ProversOptions {
  readonly scheduler: Scheduler;
  readonly streams: Streams;
  readonly faults: Faults;
  readonly count: number;
  readonly hasher: Hasher;
  readonly verifier: SignatureVerifier;
  readonly presets: readonly Deployment[];
  readonly clientFor: (process: Process, proverId: string) => NodeClient;
}

const NO_LOG = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** The project's own workers; what they prove with takes time and sometimes lies. */
export const startProvers = (options: ProversOptions): void => {
  const { count, faults, scheduler, streams } = options;
  const processes = Array.from({ length: count }, (_, index) => start(options, index));
  faults.schedule('proverDies', () => {
    const random = streams.of('prover deaths');
    const index = random.below(count);
    processes[index]?.end();
    scheduler.after(random.between(1_000, 90_000), () => {
      processes[index] = start(options, index);
    });
  });
  for (const kind of ['proverLies', 'proverFails', 'proverSlow'] as const) faults.schedule(kind);
};

const start = (options: ProversOptions, index: number): Process => {
  const { clientFor, faults, scheduler, streams } = options;
  const process = new Process(`prover ${index}`, scheduler);
  const random = streams.of(`prover ${index}`);
  const { signal } = new AbortController();
  const prove = async (job: string): Promise<ProvedJob> => {
    const ms = random.between(2_000, 25_000) * (faults.isOn('proverSlow') ? random.between(2, 12) : 1);
    await process.wait(ms, () => undefined);
    if (index === 0 && faults.isOn('proverFails') && random.chance(80)) {
      throw new QueueError('PROOF_DOES_NOT_VERIFY', 'the simulated prover does not feel well');
    }
    return proved(options, job, index === 0 && faults.isOn('proverLies') ? random : null, ms);
  };
  const node = clientFor(process, `prover ${index}`);
  runWorker({ node, prove, log: NO_LOG, pollMs: 8_000, heartbeatMs: 10_000, signal, pause: pauseIn(process) }).catch(
    (error: unknown) => {
      if (process.isAlive) throw error;
    },
  );
  return process;
};

/** Waits in the world's time. */
const pauseIn =
  ({ clock }: Process) =>
  (ms: number, signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const cancel = clock.after(ms, resolve);
      signal.addEventListener('abort', () => {
        cancel();
        resolve();
      });
    });

/** The batch replayed through core, as a prover does before it proves. */
const proved = (options: ProversOptions, job: string, liar: Prng | null, provingMs: number): ProvedJob => {
  const { hasher, presets, verifier } = options;
  const { publicSignals } = replayJob(hasher, presets, job, verifier);
  const proof = proofToken(publicSignals);
  if (liar === null) return { proof, publicSignals, provingMs };
  if (liar.chance(50)) return { proof: { ...proof, a: [1n, 1n] }, publicSignals, provingMs };
  const changed = publicSignals.map((signal, at) => (at === liar.below(7) ? signal + 1n : signal));
  return { proof: proofToken(changed), publicSignals: changed, provingMs };
};
