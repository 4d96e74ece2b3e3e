import type { Instrument } from '../protocol/instrument.ts';
import type { RiskRow } from '../protocol/riskRow.ts';
import { INSTRUMENT_STATUS } from '../protocol/riskRow.ts';
import type { FillEvent } from './events.ts';
import { highPart, lowPart } from './splitInteger.ts';

/** A listed instrument, and its row of the table in force as split integers. */
export class InstrumentState {
  readonly spec: Instrument;
  readonly id: number;
  readonly market: number;
  /** Values by column, split (splitInteger.ts): high and low part of the first, of the second, .. */
  readonly values: Float64Array;
  chargeHigh = 0;
  chargeLow = 0;
  /** Row of the table in force; null: the table has none. */
  row: RiskRow | null = null;
  /** What a report said that it pays, price units: for good. null: not expired yet. */
  payoff: bigint | null = null;
  /** Fee per lot in cash units, before the cap. */
  makerFee = 0;
  takerFee = 0;
  /** Accounts with a position. */
  holders = 0;
  changeId = 0;
  /** Latest last. */
  trades: FillEvent[] = [];

  constructor(spec: Instrument, columns: number) {
    this.spec = spec;
    this.id = spec.instrument;
    this.market = spec.instrument >> 16;
    this.values = new Float64Array(2 * columns);
  }

  get live(): boolean {
    return this.row !== null && this.row.status === INSTRUMENT_STATUS.LIVE;
  }

  setRow(row: RiskRow | null): void {
    this.row = row;
    if (row?.status === INSTRUMENT_STATUS.EXPIRED) this.payoff = row.values[0] ?? 0n;
    for (let k = 0; k < this.values.length; k += 2) {
      const value = row?.values[k / 2] ?? 0n;
      this.values[k] = highPart(value);
      this.values[k + 1] = lowPart(value);
    }
    this.chargeHigh = highPart(row?.shortCharge ?? 0n);
    this.chargeLow = lowPart(row?.shortCharge ?? 0n);
  }

  /** Fee of a fill in cash units: a share of spot a lot, for options at most 12.5% of the premium, rounded down. */
  fee(perLot: number, price: number, lots: number): number {
    const full = perLot * lots;
    return this.spec.kind === 'future' ? full : Math.min(full, Math.floor((price * lots) / 8));
  }
}
