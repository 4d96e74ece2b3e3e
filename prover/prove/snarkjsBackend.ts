import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Groth16Proof } from './groth16.ts';
import type { ProofResult, ProveOptions, ProverBackend } from './ProverBackend.ts';
import { ProverError } from './ProverError.ts';
import { encodeProof } from './proofEncoding.ts';
import type { ProveJob, Reply, Request, VerifyJob } from './snarkjsProcess.ts';
import { checkWitnessFile } from './witnessFile.ts';
import { readZkeyHeader } from './zkeyHeader.ts';

const PROCESS_FILE = fileURLToPath(new URL('./snarkjsProcess.ts', import.meta.url));
const HEAP_MB = 8192;

/** How far proving is when snarkjs names a stage; measured at 2^17 rows. */
const STAGES: readonly (readonly [string, number])[] = [
  ['Reading Wtns', 0],
  ['QAP AB', 0.04],
  ['QAP C', 0.25],
  ['Join ABC', 0.33],
  ['Reading A Points', 0.34],
  ['Reading B1 Points', 0.44],
  ['Reading B2 Points', 0.51],
  ['Reading C Points', 0.78],
  ['Reading H Points', 0.88],
];

type Pending = {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: ProverError) => void;
  readonly onStage: (stage: string) => void;
};

function unproved(): ProverError {
  const message = 'The proof failed its verification: the witness does not satisfy the circuit, or the key is damaged.';
  return new ProverError(
    'PROVER_PROOF_INVALID',
    `${message} Check the witness against the circuit; fetch the key again.`,
  );
}

/** The proving process: started when first needed, and again after it was killed. */
class ProcessHandle {
  private child: ChildProcess | undefined;
  private readonly pending = new Map<number, Pending>();
  private nextId = 1;

  private start(): ChildProcess {
    const execArgv = [`--max-old-space-size=${HEAP_MB}`, '--no-warnings'];
    const child = fork(PROCESS_FILE, [], { serialization: 'advanced', execArgv });
    child.on('message', (message) => this.receive(message as Reply));
    child.on('error', (cause) => this.fail(child, 'PROVER_FAILED', `cannot be started`, cause));
    child.on('exit', (code, signal) =>
      this.fail(child, 'PROVER_FAILED', `ended early (${signal ?? `exit code ${code}`})`),
    );
    // An idle proving process does not keep its parent alive.
    child.unref();
    child.channel?.unref();
    return child;
  }

  private receive(reply: Reply): void {
    const job = this.pending.get(reply.id);
    if (job === undefined) return;
    if ('stage' in reply) {
      job.onStage(reply.stage);
      return;
    }
    this.settle(reply.id);
    if ('result' in reply) job.resolve(reply.result);
    else if ('unproved' in reply) job.reject(unproved());
    else job.reject(new ProverError('PROVER_FAILED', `Proving failed: ${reply.failure}. Check key and witness.`));
  }

  private settle(id: number): void {
    this.pending.delete(id);
    if (this.pending.size === 0) this.child?.channel?.unref();
  }

  private fail(child: ChildProcess, code: 'PROVER_FAILED' | 'PROVER_ABORTED', what: string, cause?: unknown): void {
    if (this.child !== child) return;
    this.child = undefined;
    const advice = 'Proving 2^17 rows needs about 2 GB of free memory; then try again.';
    const error = new ProverError(code, `The proving process ${what}. ${advice}`, {}, cause);
    for (const job of this.pending.values()) job.reject(error);
    this.pending.clear();
  }

  run(
    job: { readonly prove: ProveJob } | { readonly verify: VerifyJob },
    onStage: (stage: string) => void,
  ): Promise<unknown> {
    this.child ??= this.start();
    const { child } = this;
    child.channel?.ref();
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      this.pending.set(id, { resolve, reject, onStage });
      const request: Request = { id, ...job };
      child.send(request, (error) => {
        if (error !== null) this.fail(child, 'PROVER_FAILED', 'does not answer', error);
      });
    });
  }

  /** Kills the process. Jobs that others wait for fail too, so that none waits for ever. */
  async kill(code: 'PROVER_FAILED' | 'PROVER_ABORTED'): Promise<void> {
    const { child } = this;
    if (child === undefined) return;
    const ended = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined;
    this.fail(child, code, 'was stopped');
    child.ref();
    child.kill('SIGKILL');
    await ended;
  }
}

function isWellFormed(proof: Groth16Proof): boolean {
  try {
    encodeProof(proof);
    return true;
  } catch {
    return false;
  }
}

/**
 * snarkjs in a process of its own, kept warm between proofs: it can be stopped in the middle of a proof, leaves no
 * thread behind, and ends with its parent. Every proof has passed verification by the key's own verifying key.
 */
export function createSnarkjsBackend(): ProverBackend {
  const handle = new ProcessHandle();
  let terminated = false;

  function requireAlive(): void {
    if (terminated) throw new ProverError('PROVER_TERMINATED', 'The prover was terminated. Create a new backend.');
  }

  async function prove(
    zkeyPath: string,
    witness: string | Uint8Array,
    options: ProveOptions = {},
  ): Promise<ProofResult> {
    requireAlive();
    const { signal, onProgress = () => undefined } = options;
    const throwIfAborted = (): void => {
      if (signal?.aborted === true) throw new ProverError('PROVER_ABORTED', 'Proving was stopped.', {}, signal.reason);
    };
    throwIfAborted();
    await checkWitnessFile(witness, (await readZkeyHeader(zkeyPath)).wires);
    throwIfAborted();
    const abort = (): void => void handle.kill('PROVER_ABORTED');
    signal?.addEventListener('abort', abort, { once: true });
    try {
      const onStage = (line: string): void => {
        const stage = STAGES.find(([name]) => line.startsWith(name));
        if (stage !== undefined) onProgress({ step: stage[0], fraction: stage[1] });
      };
      const result = (await handle.run({ prove: { zkeyPath, witness } }, onStage)) as ProofResult;
      onProgress({ step: 'done', fraction: 1 });
      return result;
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  const verify: ProverBackend['verify'] = async (key, publicSignals, proof) => {
    requireAlive();
    if (!isWellFormed(proof) || publicSignals.length !== key.nPublic) return false;
    if (publicSignals.some((signal) => !/^[0-9]{1,78}$/.test(signal))) return false;
    return (await handle.run({ verify: { key, publicSignals, proof } }, () => undefined)) === true;
  };

  const terminate = async (): Promise<void> => {
    terminated = true;
    await handle.kill('PROVER_FAILED');
  };

  return { prove, verify, terminate };
}
