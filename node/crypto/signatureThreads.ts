import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { loadCore } from '../../prover/native/core.ts';
import { encodeChecks, type SignedPreimage } from './signatureBytes.ts';

/**
 * Signature checks by the native core on threads of their own: what comes while a thread is at work is its next batch. Without the
 * core there are none: what JavaScript checks by needs the main thread (signatureQueue.ts).
 */
export interface SignatureThreads {
  /** Whether the signature holds. @throws the thread's failure; the next check starts another */
  readonly check: (signed: SignedPreimage) => Promise<boolean>;
  /** Ends the threads; checks that wait fail. */
  readonly close: () => Promise<void>;
}

interface Waiting {
  readonly signed: SignedPreimage;
  readonly resolve: (holds: boolean) => void;
  readonly reject: (error: unknown) => void;
}

interface Thread {
  readonly worker: Worker;
  /** Null: idle. */
  batch: readonly Waiting[] | null;
}

interface State {
  readonly threads: Set<Thread>;
  readonly maxThreads: number;
  waiting: Waiting[];
  isScheduled: boolean;
  closed: boolean;
}

/** The native core's batches are no faster when they are longer, and a shorter one lets others begin. */
const MAX_BATCH = 256;
const MOST_THREADS = 4;

/** All cores but the one that the event loop has. */
const defaultThreads = (): number => Math.min(MOST_THREADS, Math.max(1, availableParallelism() - 1));

/** Null: there is no native core. */
export const startSignatureThreads = (maxThreads = defaultThreads()): SignatureThreads | null => {
  if (loadCore() === undefined) return null;
  const state: State = { threads: new Set(), maxThreads, waiting: [], isScheduled: false, closed: false };
  // The first is up before the first check.
  startThread(state);
  return {
    check: (signed) =>
      new Promise((resolve, reject) => {
        if (state.closed) {
          reject(new Error('the signature threads are closed'));
          return;
        }
        state.waiting.push({ signed, resolve, reject });
        schedule(state);
      }),
    close: async () => {
      state.closed = true;
      for (const { reject } of state.waiting.splice(0)) reject(new Error('the signature threads are closed'));
      await Promise.all([...state.threads].map(({ worker }) => worker.terminate()));
    },
  };
};

/** At the end of this turn of the event loop: what the sockets bring in one turn goes together. */
const schedule = (state: State): void => {
  if (state.isScheduled) return;
  state.isScheduled = true;
  setImmediate(() => {
    state.isScheduled = false;
    dispatch(state);
  });
};

const dispatch = (state: State): void => {
  while (state.waiting.length > 0 && !state.closed) {
    const idle = [...state.threads].find(({ batch }) => batch === null);
    const thread = idle ?? (state.threads.size < state.maxThreads ? startThread(state) : null);
    if (thread === null) return;
    const batch = state.waiting.splice(0, MAX_BATCH);
    thread.batch = batch;
    thread.worker.ref();
    const checks = encodeChecks(batch.map(({ signed }) => signed));
    thread.worker.postMessage(checks, [checks.buffer]);
  }
};

const startThread = (state: State): Thread => {
  const worker = new Worker(new URL('./signatureWorker.ts', import.meta.url));
  // An idle thread keeps no process alive.
  worker.unref();
  const thread: Thread = { worker, batch: null };
  state.threads.add(thread);
  worker.on('message', (verdicts: Uint8Array) => {
    const batch = thread.batch ?? [];
    thread.batch = null;
    worker.unref();
    batch.forEach(({ resolve }, at) => {
      resolve(verdicts[at] === 1);
    });
    dispatch(state);
  });
  const end = (error: unknown): void => {
    state.threads.delete(thread);
    for (const { reject } of thread.batch ?? []) reject(error);
    thread.batch = null;
    dispatch(state);
  };
  worker.on('error', end);
  worker.on('exit', (code) => end(new Error(`a signature thread ended (${code})`)));
  return thread;
};
