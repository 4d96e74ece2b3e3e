/** What can go wrong with keys, proving and verifying. Codes are stable; messages may change. */
export type ProverErrorCode =
  | 'KEY_FILE_MISSING'
  | 'KEY_FILE_WRONG_HASH'
  | 'KEY_FILE_DAMAGED'
  | 'KEY_FILE_WRONG_CIRCUIT'
  | 'PROVER_WITNESS_INVALID'
  | 'PROVER_FAILED'
  | 'PROVER_ABORTED'
  | 'PROVER_TERMINATED'
  | 'PROOF_MALFORMED';

/** A failure of the prover or of the files that it needs. */
export class ProverError extends Error {
  override readonly name = 'ProverError';
  readonly code: ProverErrorCode;
  readonly data: Readonly<Record<string, string | number>>;

  constructor(
    code: ProverErrorCode,
    message: string,
    data: Readonly<Record<string, string | number>> = {},
    cause?: unknown,
  ) {
    super(message, { cause });
    this.code = code;
    this.data = data;
  }
}
