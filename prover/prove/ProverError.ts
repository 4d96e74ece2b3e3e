import { CodedError } from '../../node/core/codedError.ts';

/** What can go wrong with keys, proving and verifying. Codes are stable; messages may change. */
export type ProverErrorCode =
  | 'KEY_FILE_MISSING'
  | 'KEY_FILE_WRONG_HASH'
  | 'KEY_FILE_DAMAGED'
  | 'KEY_FILE_WRONG_CIRCUIT'
  | 'PROVER_WITNESS_INVALID'
  | 'PROVER_FAILED'
  | 'PROVER_PROOF_INVALID'
  | 'PROVER_ABORTED'
  | 'PROVER_TERMINATED'
  | 'PROOF_MALFORMED';

/** A failure of the prover or of the files that it needs. */
export class ProverError extends CodedError<ProverErrorCode> {
  override readonly name = 'ProverError';
}
