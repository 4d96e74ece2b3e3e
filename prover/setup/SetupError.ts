/** What can go wrong while compiling circuits and making keys. Codes are stable; messages may change. */
export type SetupErrorCode =
  | 'SETUP_COMPILER_MISSING'
  | 'SETUP_COMPILER_MEMORY'
  | 'SETUP_COMPILER_CRASHED'
  | 'SETUP_CIRCUIT_INVALID'
  | 'SETUP_SOURCE_MISSING'
  | 'SETUP_SOURCE_CHANGED'
  | 'SETUP_R1CS_INVALID'
  | 'SETUP_R1CS_UNSUPPORTED'
  | 'SETUP_WORKER_FAILED'
  | 'SETUP_PTAU_INVALID'
  | 'SETUP_PTAU_TOO_SMALL'
  | 'SETUP_CEREMONY_INVALID'
  | 'SETUP_ARGUMENT_INVALID'
  | 'SETUP_ABORTED';

/** A failure of the circuit tool chain. The message says what to do; `data` holds the figures and paths. */
export class SetupError extends Error {
  override readonly name = 'SetupError';
  readonly code: SetupErrorCode;
  readonly data: Readonly<Record<string, string | number>>;

  constructor(
    code: SetupErrorCode,
    message: string,
    data: Readonly<Record<string, string | number>> = {},
    cause?: unknown,
  ) {
    super(message, { cause });
    this.code = code;
    this.data = data;
  }
}
