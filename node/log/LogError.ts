import { CodedError } from '../core/codedError.ts';

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

/** Code of an error from Level or the file system, wherever in the chain of causes it sits. */
export const systemCode = (error: unknown): string => {
  for (let at = error; at instanceof Error; at = at.cause) {
    const code = (at as { code?: unknown }).code;
    if (typeof code === 'string' && code !== 'LEVEL_DATABASE_NOT_OPEN') return code;
  }
  return 'UNKNOWN';
};
