import { CodedError } from '../core/codedError.ts';

export type SettlementErrorCode =
  /** A log of the exchange that this version cannot read. */
  | 'L1_LOG_UNREADABLE'
  /** The L1 queue's indices have a gap, or go backwards. */
  | 'L1_OP_SKIPPED'
  /** Blocks deeper than the confirmation depth were replaced. */
  | 'L1_REORG_TOO_DEEP'
  /** The contract holds a root that this node did not compute. */
  | 'L1_STATE_DIFFERS'
  /** The contract refuses a batch for good. */
  | 'L1_BATCH_REFUSED'
  /** The contract refuses for now (paused, or its clock is behind). */
  | 'L1_NOT_YET'
  /** L1 does not answer. */
  | 'L1_UNREACHABLE';

export class SettlementError extends CodedError<SettlementErrorCode> {
  override readonly name = 'SettlementError';
}

/** Failures that time may cure; any other stops settlement until a person has looked. */
export const isTransient = (error: unknown): boolean =>
  !(error instanceof SettlementError) || error.code === 'L1_UNREACHABLE' || error.code === 'L1_NOT_YET';
