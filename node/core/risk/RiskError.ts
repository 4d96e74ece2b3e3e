export type RiskErrorCode = 'RISK_TABLE_INVALID' | 'RISK_UNKNOWN_INSTRUMENT';

/** A risk table that breaks protocol section 5, or a position that it does not value. */
export class RiskError extends Error {
  override readonly name = 'RiskError';
  readonly code: RiskErrorCode;
  readonly data: Readonly<Record<string, string | number>>;

  constructor(code: RiskErrorCode, message: string, data: Readonly<Record<string, string | number>> = {}) {
    super(message);
    this.code = code;
    this.data = data;
  }
}
