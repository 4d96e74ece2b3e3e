import { CodedError } from '../core/codedError.ts';

export type BatcherErrorCode =
  | 'JOBS_LOCKED'
  | 'JOBS_OPEN_FAILED'
  | 'JOBS_CORRUPT'
  | 'JOBS_WRITE_FAILED'
  /** Ledger and machine disagree: a defect; nothing more is sealed. */
  | 'LEDGER_DIVERGED'
  /** Core's own transition refuses a batch that the machine sealed: a defect; nothing more is sealed. */
  | 'BATCH_INVALID'
  /** L1 has no key for a batch's shape. */
  | 'SHAPE_NOT_REGISTERED'
  /** What L1 keeps for a shape is no verifying key. */
  | 'SHAPE_KEY_UNREADABLE';

export class BatcherError extends CodedError<BatcherErrorCode> {
  override readonly name = 'BatcherError';
}
