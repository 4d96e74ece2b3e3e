import { CodedError } from '../codedError.ts';

export type GenesisErrorCode =
  | 'GENESIS_DIFFERS' // a log's parameters are not those that the program was configured with
  | 'GENESIS_UNKNOWN' // a protocol version or deployment that this program does not know
  | 'GENESIS_MISPLACED'; // entry 0 is none, or another entry is one

/** A log that this program cannot be run on as it is. */
export class GenesisError extends CodedError<GenesisErrorCode> {
  override readonly name = 'GenesisError';
}
