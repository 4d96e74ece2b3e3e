export const INSTRUMENT_STATUS = { LIVE: 0, EXPIRED: 1 } as const;
export type InstrumentStatus = (typeof INSTRUMENT_STATUS)[keyof typeof INSTRUMENT_STATUS];

/** One row of the risk table (protocol, section 5). Values in price units, unsigned 40 bits. */
export interface RiskRow {
  readonly instrument: number;
  readonly status: InstrumentStatus;
  readonly shortCharge: bigint;
  /** Column 0 is the mark; an expired row holds its payoff in every column. */
  readonly values: readonly bigint[];
}

/** Rows strictly increasing by instrument id. */
export type RiskTable = readonly RiskRow[];
