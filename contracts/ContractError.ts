/** What can go wrong while compiling contracts. Codes are stable; messages may change. */
export type ContractErrorCode =
  | 'CONTRACT_COMPILER_MISSING'
  | 'CONTRACT_COMPILER_CRASHED'
  | 'CONTRACT_SOURCE_MISSING'
  | 'CONTRACT_INVALID'
  | 'CONTRACT_TOO_LARGE'
  | 'CONTRACT_UNKNOWN';

/** A failure of the contract tool chain. */
export class ContractError extends Error {
  override readonly name = 'ContractError';
  readonly code: ContractErrorCode;
  readonly data: Readonly<Record<string, string | number>>;

  constructor(
    code: ContractErrorCode,
    message: string,
    data: Readonly<Record<string, string | number>> = {},
    cause?: unknown,
  ) {
    super(message, { cause });
    this.code = code;
    this.data = data;
  }
}
