import { CodedError } from '../core/codedError.ts';

export type OracleErrorCode =
  | 'ORACLE_CONFIG_INVALID'
  | 'ORACLE_REQUEST_INVALID'
  | 'ORACLE_TIME_REFUSED'
  | 'ORACLE_SLOT_TAKEN'
  | 'ORACLE_INSTRUMENT_UNLISTED'
  | 'ORACLE_PRICE_DEVIATES'
  | 'ORACLE_PRICES_INCOMPLETE'
  | 'ORACLE_NO_QUORUM';

/** Why a report was not signed or not gathered. Codes are stable; messages say what to do and may change. */
export class OracleError extends CodedError<OracleErrorCode> {
  override readonly name = 'OracleError';
}
