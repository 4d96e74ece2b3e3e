export type BatcherErrorCode =
  | 'JOBS_LOCKED'
  | 'JOBS_OPEN_FAILED'
  | 'JOBS_CORRUPT'
  | 'JOBS_WRITE_FAILED'
  /** Ledger and machine disagree: a defect; nothing more is sealed. */
  | 'LEDGER_DIVERGED';

export class BatcherError extends Error {
  override readonly name = 'BatcherError';
  readonly code: BatcherErrorCode;
  readonly data: Readonly<Record<string, unknown>>;

  constructor(code: BatcherErrorCode, message: string, data: Readonly<Record<string, unknown>> = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.data = data;
  }
}
