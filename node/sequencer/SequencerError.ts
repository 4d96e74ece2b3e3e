export type SequencerErrorCode =
  /** The queue is full. */
  | 'BUSY'
  /** No report within the maximum age. */
  | 'ORACLE_STALE'
  /** The account's key changed between the door and the log. */
  | 'KEY_CHANGED'
  /** Stopping, or stopped by a failure. */
  | 'NOT_ACCEPTING';

/** The sequencer takes nothing of this kind now; nothing was logged. */
export class SequencerError extends Error {
  override readonly name = 'SequencerError';
  readonly code: SequencerErrorCode;

  constructor(code: SequencerErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}
