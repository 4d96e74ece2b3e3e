import { CodedError } from '../../node/core/codedError.ts';

/** What can go wrong in the artifact store. Codes are stable; messages may change. */
export type ArtifactErrorCode =
  | 'ARTIFACT_DISK_FULL'
  | 'ARTIFACT_NOT_WRITABLE'
  | 'ARTIFACT_OUTPUT_MISSING'
  | 'ARTIFACT_ABORTED';

/** A failure of the artifact store itself. A failing build step throws its own error, which passes through. */
export class ArtifactError extends CodedError<ArtifactErrorCode> {
  override readonly name = 'ArtifactError';
}

const NOT_WRITABLE = new Set(['ENOTDIR', 'EACCES', 'EPERM', 'EROFS']);

/** The operating system's code of an error (ENOENT, EEXIST, ...), if it has one. */
export function systemErrorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** Turns a full or read-only disk into an ArtifactError that says what to do; passes anything else through. */
export function asArtifactError(error: unknown, directory: string): unknown {
  const code = systemErrorCode(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    const advice = 'Free some space (about 2 GB for all circuits), or point STRADDLE_CACHE at a larger disk.';
    return new ArtifactError('ARTIFACT_DISK_FULL', `No space left under ${directory}. ${advice}`, { directory }, error);
  }
  if (code !== undefined && NOT_WRITABLE.has(code)) {
    const advice = 'Make the directory writable, or point STRADDLE_CACHE at one that is.';
    return new ArtifactError('ARTIFACT_NOT_WRITABLE', `Cannot write ${directory}. ${advice}`, { directory }, error);
  }
  return error;
}
