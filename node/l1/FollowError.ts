import { CodedError } from '../core/codedError.ts';

export type FollowErrorCode =
  /** A log of the exchange that this version cannot read. */
  | 'L1_LOG_UNREADABLE'
  /** The L1 queue's indices have a gap, or go backwards. */
  | 'L1_OP_SKIPPED'
  /** The exchange has queued other ops than its logs tell of. */
  | 'L1_LOGS_MISSING'
  /** The newest block is before one that was read: an endpoint that is behind. */
  | 'L1_BEHIND'
  /** The endpoint is of another chain. */
  | 'L1_CHAIN_DIFFERS';

/** What L1 says does not go together with what it said, or with what this node is for. */
export class FollowError extends CodedError<FollowErrorCode> {
  override readonly name = 'FollowError';
}
