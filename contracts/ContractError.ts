import { CodedError } from '../node/core/codedError.ts';

/** What can go wrong while compiling contracts. Codes are stable; messages may change. */
export type ContractErrorCode =
  | 'CONTRACT_COMPILER_MISSING'
  | 'CONTRACT_COMPILER_CRASHED'
  | 'CONTRACT_SOURCE_MISSING'
  | 'CONTRACT_INVALID'
  | 'CONTRACT_TOO_LARGE'
  | 'CONTRACT_UNLINKED'
  | 'CONTRACT_UNKNOWN';

/** A failure of the contract tool chain. */
export class ContractError extends CodedError<ContractErrorCode> {
  override readonly name = 'ContractError';
}
