import { CodedError } from '../core/codedError.ts';

export type BatcherErrorCode =
  | 'JOBS_LOCKED'
  | 'JOBS_OPEN_FAILED'
  | 'JOBS_CORRUPT'
  | 'JOBS_WRITE_FAILED'
  /** Ledger and machine disagree: a defect; nothing more is sealed. */
  | 'LEDGER_DIVERGED';

export class BatcherError extends CodedError<BatcherErrorCode> {
  override readonly name = 'BatcherError';
}
