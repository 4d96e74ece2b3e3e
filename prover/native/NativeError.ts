/** What can go wrong in the native core. Codes are stable; messages may change. */
export type NativeErrorCode =
  /** A proving key that cannot be opened; that is torn or inconsistent; that is for another curve or proof system. */
  | 'KEY_FILE_MISSING'
  | 'KEY_FILE_DAMAGED'
  | 'KEY_FILE_WRONG_CIRCUIT'
  /** A witness that cannot be read, is torn, of another field, or does not fit its circuit. */
  | 'PROVER_WITNESS_INVALID'
  /** A proof that failed its own verification: the witness does not satisfy the circuit, or the key is wrong. */
  | 'PROVER_PROOF_INVALID'
  | 'PROVER_FAILED'
  /** A witness program that cannot be read, or is torn, or of another circuit than its wire map. */
  | 'WITNESS_PROGRAM_MISSING'
  | 'WITNESS_PROGRAM_DAMAGED'
  /** Inputs that are not the circuit's; that do not satisfy it. */
  | 'WITNESS_INPUT_INVALID'
  | 'WITNESS_REFUSED'
  /** The job's signal was aborted. */
  | 'PROVER_ABORTED'
  /** The thread that asked for a job is ending. */
  | 'PROVER_TERMINATED'
  /** Constraints that cannot be read or are torn; that are of another field or use custom gates. */
  | 'SETUP_R1CS_INVALID'
  | 'SETUP_R1CS_UNSUPPORTED'
  /** A file that could not be written. */
  | 'CORE_WRITE_FAILED'
  | 'CORE_ARGUMENT_INVALID'
  | 'CORE_OUT_OF_MEMORY'
  /** A defect of the core. */
  | 'CORE_INTERNAL';

/** A failure of the native core; `cause` is the error that came out of the addon. */
export class NativeError extends Error {
  override readonly name = 'NativeError';
  readonly code: NativeErrorCode;

  constructor(code: NativeErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

/** Gives an error of the addon its type. One without a code is passed on as it is: it was thrown by a callback. */
export function nativeErrorOf(error: unknown): unknown {
  if (error instanceof NativeError || !(error instanceof Error) || !('code' in error)) return error;
  return new NativeError(error.code as NativeErrorCode, error.message, error);
}
