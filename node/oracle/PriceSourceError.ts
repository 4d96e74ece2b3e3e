export type PriceSourceErrorCode = 'PRICES_FILE_MISSING' | 'PRICES_FILE_INVALID';

/** A price file that cannot be used. Codes are stable; messages say what to do and may change. */
export class PriceSourceError extends Error {
  override readonly name = 'PriceSourceError';
  readonly code: PriceSourceErrorCode;
  readonly data: Readonly<Record<string, string | number>>;

  constructor(
    code: PriceSourceErrorCode,
    message: string,
    data: Readonly<Record<string, string | number>> = {},
    cause?: unknown,
  ) {
    super(message, { cause });
    this.code = code;
    this.data = data;
  }
}
