import type { NativeCore } from '../native/core.ts';
import type { Implementation } from '../native/coreAddon.ts';
import { NativeError } from '../native/NativeError.ts';
import { bytesToNumbers, numbersToBytes } from '../native/numberBytes.ts';
import { ProvingKeyCache } from '../native/ProvingKeyCache.ts';
import { runJob } from '../native/runJob.ts';
import type { ProveOptions, ProverBackend } from './ProverBackend.ts';
import { ProverError, type ProverErrorCode } from './ProverError.ts';
import { proofFromBytes, proofToBytes, verifyingKeyToBytes } from './proofBytes.ts';
import { BN254_R } from './zkeyHeader.ts';

export type NativeBackendOptions = {
  /** Threads of one proof; 0, the default, for as many as the machine runs at once. */
  readonly threads?: number;
  /** The arithmetic to use; default: the best that the machine has. */
  readonly implementation?: Implementation;
  /**
   * Whether every point of a key is looked at when it is loaded: the default. To be left out only where the file's content
   * hash was just compared with that of a file that was checked once. A bad point then shows when a proof fails its
   * verification.
   */
  readonly checkPoints?: boolean;
  /** r and s, for comparing proofs in tests: a proof with known or repeated blinding gives its witness away. */
  readonly insecureBlinding?: readonly [r: bigint, s: bigint];
};

const SIGNAL = /^[0-9]{1,78}$/;

const SHARED_CODES: readonly ProverErrorCode[] = [
  'KEY_FILE_MISSING',
  'KEY_FILE_DAMAGED',
  'KEY_FILE_WRONG_CIRCUIT',
  'PROVER_WITNESS_INVALID',
  'PROVER_PROOF_INVALID',
  'PROVER_FAILED',
  'PROVER_ABORTED',
  'PROVER_TERMINATED',
];

/** What the core names as snarkjs' backend does keeps its code; what is the core's own matter is PROVER_FAILED. */
function proverErrorOf(error: unknown): unknown {
  if (!(error instanceof NativeError)) return error;
  const code = SHARED_CODES.find((shared) => shared === error.code) ?? 'PROVER_FAILED';
  // An abort's cause is its signal's reason, with both backends.
  return new ProverError(code, error.message, {}, code === 'PROVER_ABORTED' ? error.cause : error);
}

const terminatedError = (): ProverError =>
  new ProverError('PROVER_TERMINATED', 'The prover was terminated. Create a new backend.');

const abortedError = (signal: AbortSignal): ProverError =>
  new ProverError('PROVER_ABORTED', 'Proving was stopped.', {}, signal.reason);

/** Rejects as soon as the signal aborts; what is awaited goes on for others. */
async function unlessAborted<T>(awaited: Promise<T>, signal: AbortSignal): Promise<T> {
  const abort = Promise.withResolvers<never>();
  const onAbort = (): void => abort.reject(abortedError(signal));
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([awaited, abort.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/**
 * Proofs by the native core, in threads of its own. A key is loaded at its first proof and kept; every proof has passed
 * verification before it is returned (PROVER_PROOF_INVALID if it does not: the witness does not satisfy the circuit).
 * Any number may run at once.
 */
export function createNativeBackend(core: NativeCore, options: NativeBackendOptions = {}): ProverBackend {
  const { checkPoints = true, implementation = '', insecureBlinding, threads = 0 } = options;
  const keys = new ProvingKeyCache(core, { checkPoints, threads, implementation });
  const blinding = insecureBlinding === undefined ? undefined : numbersToBytes(insecureBlinding);
  const ending = new AbortController();
  const running = new Set<Promise<unknown>>();

  /** Runs work until it ends, its own signal aborts, or the backend is terminated. */
  async function run<T>(work: (signal: AbortSignal) => Promise<T>, own?: AbortSignal): Promise<T> {
    if (ending.signal.aborted) throw terminatedError();
    if (own?.aborted) throw abortedError(own);
    const job = work(own === undefined ? ending.signal : AbortSignal.any([own, ending.signal]));
    running.add(job);
    try {
      return await job;
    } catch (error) {
      throw ending.signal.aborted && own?.aborted !== true ? terminatedError() : proverErrorOf(error);
    } finally {
      running.delete(job);
    }
  }

  const prove: ProverBackend['prove'] = (zkeyPath, witness, { onProgress, signal: own }: ProveOptions = {}) =>
    run(async (signal) => {
      const key = await unlessAborted(keys.get(zkeyPath), signal);
      const report = onProgress && ((fraction: number, step: string): void => onProgress({ step, fraction }));
      const made = await runJob((progress) => core.proveGroth16(key, witness, threads, blinding, progress), {
        signal,
        onProgress: report,
      });
      onProgress?.({ step: 'done', fraction: 1 });
      return {
        proof: proofFromBytes(made.proof),
        publicSignals: bytesToNumbers(made.publicSignals).map(String),
      };
    }, own);

  const verify: ProverBackend['verify'] = (key, publicSignals, proof) =>
    run(async () => {
      if (publicSignals.length !== key.nPublic || key.IC.length !== key.nPublic + 1) return false;
      if (!publicSignals.every((signal) => SIGNAL.test(signal) && BigInt(signal) < BN254_R)) return false;
      const bytes = malformedAsUndefined(() => [verifyingKeyToBytes(key), proofToBytes(proof)] as const);
      if (bytes === undefined) return false;
      const signals = numbersToBytes(publicSignals.map(BigInt));
      return runJob(() => core.verifyGroth16(bytes[0], signals, bytes[1], implementation));
    });

  const terminate = async (): Promise<void> => {
    ending.abort();
    await Promise.allSettled(running);
    await keys.clear();
  };

  return { prove, verify, terminate };
}

function malformedAsUndefined<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof ProverError || error instanceof TypeError) return undefined;
    throw error;
  }
}
