import { CodedError } from '../core/codedError.ts';

export type StorageErrorCode =
  /** Another process holds it. */
  | 'STORAGE_LOCKED'
  /** Its files are damaged. */
  | 'STORAGE_DAMAGED'
  /** The disk or the file system refuses: full, gone, not allowed. */
  | 'STORAGE_FAILED';

/** What a Storage throws, and nothing else. `data.reason` is the system's own code. */
export class StorageError extends CodedError<StorageErrorCode> {
  override readonly name = 'StorageError';
}

/** Code of an error from Level or the file system, wherever in the chain of causes it sits. */
const systemCode = (error: unknown): string => {
  for (let at = error; at instanceof Error; at = at.cause) {
    const code = (at as { code?: unknown }).code;
    if (typeof code === 'string' && code !== 'LEVEL_DATABASE_NOT_OPEN') return code;
  }
  return 'UNKNOWN';
};

export const storageError = (where: string, cause: unknown): StorageError => {
  if (cause instanceof StorageError) return cause;
  const reason = systemCode(cause);
  const data = { where, reason };
  if (reason === 'LEVEL_LOCKED') {
    const message = `another process is using ${where}; stop it, or use another data directory`;
    return new StorageError('STORAGE_LOCKED', message, data, cause);
  }
  if (reason === 'LEVEL_CORRUPTION') {
    const message = `the files in ${where} are damaged; restore the directory from a copy (it was left as it is)`;
    return new StorageError('STORAGE_DAMAGED', message, data, cause);
  }
  const message = `${where} cannot be used (${reason}); check that it is writable and the disk not full`;
  return new StorageError('STORAGE_FAILED', message, data, cause);
};

/** The system's code of whatever a storage threw, for messages. */
export const reasonOf = (error: unknown): string => String(storageError('', error).data.reason);
