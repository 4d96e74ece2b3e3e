import { CodedError } from '../core/codedError.ts';

export type PriceSourceErrorCode = 'PRICES_FILE_MISSING' | 'PRICES_FILE_INVALID';

/** A price file that cannot be used. Codes are stable; messages say what to do and may change. */
export class PriceSourceError extends CodedError<PriceSourceErrorCode> {
  override readonly name = 'PriceSourceError';
}
