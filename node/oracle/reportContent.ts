import { bytesToHex } from 'viem';
import type { MarketInputs, ReportInputs } from '../core/pricing/reportInputs.ts';
import { encodeReportInputs } from '../core/pricing/reportInputsCodec.ts';
import { buildRiskTable } from '../core/pricing/riskTable.ts';
import { instrumentMarket } from '../core/protocol/ids.ts';
import type { Instrument } from '../core/protocol/instrument.ts';
import type { RiskPreset } from '../core/protocol/riskPreset.ts';
import type { RiskTable } from '../core/protocol/riskRow.ts';
import type { OracleReport } from '../l1/reportTypedData.ts';
import { OracleError } from './OracleError.ts';
import type { PriceSource } from './priceSource.ts';
import { settlementPrice } from './settlementPrice.ts';
import { shownPrices } from './shownPrices.ts';
import { demonstrationForward, demonstrationSvi } from './volatilityCurve.ts';

export interface ReportContentConfig {
  /** 0 to 15. */
  readonly market: number;
  readonly source: PriceSource;
  readonly preset: RiskPreset;
  /** Length of the average that an expiry settles at. */
  readonly settlementWindowSec: number;
  /** Hash of a risk table (protocol, section 5). */
  readonly hashTable: (table: RiskTable) => bigint;
}

/**
 * Makes a market's report of a time from its price source alone: spot, forwards and volatility curves of the expiries to
 * come, settlement prices of those that have come, and the hash of the risk table that all this gives.
 *
 * The function returned throws OracleError ORACLE_REQUEST_INVALID for another market's instruments.
 */
export function createReportContent(
  config: ReportContentConfig,
): (timeSec: number, instruments: readonly Instrument[]) => OracleReport {
  return (timeSec, instruments) => {
    const inputs = reportInputs(config, timeSec, instruments);
    return {
      timeSec,
      riskTableHash: config.hashTable(buildRiskTable(config.preset, inputs)),
      inputs: bytesToHex(encodeReportInputs(inputs)),
      prices: shownPrices(inputs),
    };
  };
}

/** What the report of `timeSec` rests on. @throws OracleError ORACLE_REQUEST_INVALID */
function reportInputs(config: ReportContentConfig, timeSec: number, instruments: readonly Instrument[]): ReportInputs {
  const foreign = instruments.find(({ instrument }) => instrumentMarket(instrument) !== config.market);
  if (foreign !== undefined) {
    const message = `Instrument ${foreign.instrument} is not of market ${config.market}, the only one this oracle prices.`;
    throw new OracleError('ORACLE_REQUEST_INVALID', message, { instrument: foreign.instrument });
  }
  return {
    timeSec: BigInt(timeSec),
    markets: [marketInputs(config, timeSec, instruments)],
    instruments: instruments.map(({ instrument, kind, expirySec, strike }) => ({
      instrumentId: instrument,
      kind,
      expirySec: BigInt(expirySec),
      strike,
    })),
  };
}

function marketInputs(
  { market, preset, settlementWindowSec, source }: ReportContentConfig,
  timeSec: number,
  instruments: readonly Instrument[],
): MarketInputs {
  const dates = [...new Set(instruments.map(({ expirySec }) => expirySec))].sort((one, other) => one - other);
  const spot = source.priceAt(timeSec);
  const toCome = dates.filter((expirySec) => expirySec > timeSec);
  const past = dates.filter((expirySec) => expirySec <= timeSec);
  return {
    market,
    spot,
    ...preset.defaults,
    expiries: toCome.map((expirySec) => {
      const left = BigInt(expirySec - timeSec);
      return { expirySec: BigInt(expirySec), forward: demonstrationForward(spot, left), svi: demonstrationSvi(left) };
    }),
    settlements: past.map((expirySec) => ({
      expirySec: BigInt(expirySec),
      price: settlementPrice(source, expirySec, settlementWindowSec),
    })),
  };
}
