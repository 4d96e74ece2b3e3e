import { CodedError } from '../core/codedError.ts';

export type SettlementErrorCode =
  /** Blocks deeper than the confirmation depth were replaced. */
  | 'L1_REORG_TOO_DEEP'
  /** The contract holds a root that this node did not compute. */
  | 'L1_STATE_DIFFERS'
  /** The contract refuses a batch for good. */
  | 'L1_BATCH_REFUSED'
  /** The contract refuses for now (paused, or its clock is behind). */
  | 'L1_NOT_YET'
  /** A call reverted in its block, which L1 had said it would not. */
  | 'L1_SUBMIT_REVERTED';

export class SettlementError extends CodedError<SettlementErrorCode> {
  override readonly name = 'SettlementError';
}
