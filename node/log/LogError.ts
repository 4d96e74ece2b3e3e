import { CodedError } from '../core/codedError.ts';
import { reasonOf, storageError } from '../storage/StorageError.ts';

/** Stable codes of the log's failures; messages may change. */
export type LogErrorCode =
  /** Another process holds the data directory. */
  | 'LOG_LOCKED'
  /** An entry is missing, changed, or does not chain. */
  | 'LOG_CORRUPT'
  /** Entries that were acknowledged are gone from the end. */
  | 'LOG_TRUNCATED'
  /** The log belongs to another deployment. */
  | 'LOG_FOREIGN'
  | 'LOG_OPEN_FAILED'
  /** The disk refused an append; nothing more is accepted until a restart. */
  | 'LOG_WRITE_FAILED'
  | 'LOG_READ_FAILED'
  | 'LOG_CLOSED';

/** A failure of the log or of the disk under it. The message says what to do. */
export class LogError extends CodedError<LogErrorCode> {
  override readonly name = 'LogError';
}

export const corrupt = (index: number, what: string, cause?: unknown): LogError =>
  new LogError(
    'LOG_CORRUPT',
    `log entry ${index} ${what}; nothing was changed: restore the data directory from a copy`,
    { index, what },
    cause,
  );

export const openFailed = (where: string, cause: unknown): LogError => {
  const { code, message, data } = storageError(where, cause);
  if (code === 'STORAGE_LOCKED') return new LogError('LOG_LOCKED', message, data, cause);
  return new LogError(code === 'STORAGE_DAMAGED' ? 'LOG_CORRUPT' : 'LOG_OPEN_FAILED', message, data, cause);
};

export const writeFailed = (where: string, cause: unknown): LogError => {
  const reason = reasonOf(cause);
  const message = `cannot write to the log in ${where} (${reason}); the node accepts nothing more: free space or mend the disk, then restart it`;
  return new LogError('LOG_WRITE_FAILED', message, { where, reason }, cause);
};

/** Damage that the store itself found is damage, everything else a disk that may answer again. */
export const readFailed = (where: string, index: number, cause: unknown): LogError => {
  if (cause instanceof LogError) return cause;
  const { code, data } = storageError(where, cause);
  if (code === 'STORAGE_DAMAGED') return corrupt(index, `cannot be read (${data.reason})`, cause);
  return new LogError('LOG_READ_FAILED', `cannot read the log in ${where} (${data.reason})`, { where, ...data }, cause);
};
