import { NativeError, nativeErrorOf } from './NativeError.ts';

/** Called on the event loop while a job runs: how much is done, 0 to 1, and a word for the part that it is at. */
export type OnProgress = (fraction: number, stage: string) => void;

/** A job under way in the addon, as its functions return it. */
export type NativeJob<T> = { readonly promise: Promise<T>; cancel(): void };

export type JobOptions = {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
};

/**
 * Runs a job of the addon off the event loop.
 *
 * @param start calls the addon, passing it the progress callback: `(onProgress) => core.selfTest(9, 2, onProgress)`
 * @throws NativeError with the core's code; PROVER_ABORTED, with the signal's reason as its cause, once `signal` is
 * aborted; what `onProgress` threw, if it did (the job is cancelled then)
 */
export async function runJob<T>(
  start: (onProgress: OnProgress | undefined) => NativeJob<T>,
  { signal, onProgress }: JobOptions = {},
): Promise<T> {
  const aborted = (): NativeError =>
    new NativeError('PROVER_ABORTED', 'The job was cancelled by its signal.', signal?.reason);
  if (signal?.aborted) throw aborted();
  let cancel: (() => void) | undefined;
  try {
    const job = start(onProgress);
    cancel = () => job.cancel();
    signal?.addEventListener('abort', cancel, { once: true });
    return await job.promise;
  } catch (error) {
    const typed = nativeErrorOf(error);
    throw typed instanceof NativeError && typed.code === 'PROVER_ABORTED' && signal?.aborted ? aborted() : typed;
  } finally {
    if (cancel !== undefined) signal?.removeEventListener('abort', cancel);
  }
}
