import { CodedError } from '../core/codedError.ts';

export type WatchFailureCode =
  /** No answer, or an answer that is no answer. */
  | 'WATCH_L1_UNREACHABLE'
  /** The confirmed head is before the deployment's block. */
  | 'WATCH_L1_BEHIND'
  /** An answer contradicts itself or the question: a log of another contract, say, or of another block. */
  | 'WATCH_L1_INCONSISTENT'
  /** An answer differs from an earlier one that was taken already: the state must be rebuilt from the deployment on. */
  | 'WATCH_L1_CHANGED';

/**
 * The L1 endpoint fails, which says nothing of the exchange: no alarm, asked again, and said each time. The watcher gives
 * up after a while, and then nothing is watched.
 */
export class WatchFailure extends CodedError<WatchFailureCode> {
  override readonly name = 'WatchFailure';
}
