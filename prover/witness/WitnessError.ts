import { CodedError } from '../../node/core/codedError.ts';

/** What can go wrong when a witness is made. Codes are stable; messages may change. */
export type WitnessErrorCode =
  /** The inputs do not satisfy the circuit: an assertion of its generator fails. */
  | 'WITNESS_REFUSED'
  /** Inputs are missing, too many, or not the circuit's. */
  | 'WITNESS_INPUT_INVALID'
  /** The generator cannot be read or run, or the job was stopped: see the cause. */
  | 'WITNESS_FAILED'
  | 'WITNESS_ABORTED';

/** A witness that could not be made. */
export class WitnessError extends CodedError<WitnessErrorCode> {
  override readonly name = 'WitnessError';
}
