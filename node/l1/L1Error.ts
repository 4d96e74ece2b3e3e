import { isHex } from 'viem';
import { CodedError } from '../core/codedError.ts';

export type L1ErrorCode =
  /** No answer: no connection, a timeout, a server in trouble. */
  | 'L1_UNREACHABLE'
  /** The endpoint's own error: what it was asked it does not do, or not now. */
  | 'L1_REFUSED'
  /** An answer that is none. */
  | 'L1_UNREADABLE'
  /** An answer to another question, or one that contradicts itself or another one. */
  | 'L1_INCONSISTENT'
  /** A contract reverted; `data.revert` is what it said. */
  | 'L1_REVERTED';

/** L1, or the endpoint that speaks for it, fails. */
export class L1Error extends CodedError<L1ErrorCode> {
  override readonly name = 'L1Error';
}

/** What a contract reverted with, '0x' if it said nothing; null: the error is no revert. */
export function revertOf(error: unknown): `0x${string}` | null {
  if (!(error instanceof L1Error) || error.code !== 'L1_REVERTED') return null;
  const { revert } = error.data;
  return isHex(revert) ? revert : '0x';
}
