import { CodedError } from '../../node/core/codedError.ts';

/** What can go wrong while compiling circuits and making keys. Codes are stable; messages may change. */
export type SetupErrorCode =
  | 'SETUP_COMPILER_MISSING'
  /** Nothing but the native core can make this circuit, and there is none. */
  | 'SETUP_CORE_MISSING'
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
  /** A key that nobody may register; `data.check` and `data.point` name what refused it (keySoundness.ts, checkKey.ts). */
  | 'SETUP_KEY_REFUSED'
  /** A reduced circuit that does not state what the unreduced one states; `data.check` names what differs. */
  | 'SETUP_REDUCTION_DIFFERS'
  | 'SETUP_ARGUMENT_INVALID'
  | 'SETUP_ABORTED';

/** A failure of the circuit tool chain. The message says what to do; `data` holds the figures and paths. */
export class SetupError extends CodedError<SetupErrorCode> {
  override readonly name = 'SetupError';
}
