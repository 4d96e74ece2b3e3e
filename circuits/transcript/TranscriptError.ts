/** What the transcript check cannot read or trust. `check` failures are results, not errors. */
export type TranscriptErrorCode = 'TRANSCRIPT_FILE_INVALID' | 'TRANSCRIPT_HASH_FORGED' | 'TRANSCRIPT_TABLE_WRONG';

export class TranscriptError extends Error {
  readonly code: TranscriptErrorCode;

  constructor(code: TranscriptErrorCode, message: string) {
    super(message);
    this.name = 'TranscriptError';
    this.code = code;
  }
}
