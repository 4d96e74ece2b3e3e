import { bytesToHex } from 'viem';
import type { MarketInputs, ReportInputs } from '../core/pricing/reportInputs.ts';
import { encodeReportInputs } from '../core/pricing/reportInputsCodec.ts';
import { buildRiskTable } from '../core/pricing/riskTable.ts';
import { type Deployment, instrumentLimit } from '../core/protocol/deployment.ts';
import { instrumentMarket } from '../core/protocol/ids.ts';
import type { Instrument } from '../core/protocol/instrument.ts';
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
  readonly deployment: Deployment;
  /** Length of the average that an expiry settles at. */
  readonly settlementWindowSec: number;
  /** Hash of a risk table (protocol, section 5). */
  readonly hashTable: (table: RiskTable) => bigint;
}

/**
 * Makes a market's report of a time from its price source alone: spot, forwards and volatility curves of the expiries to
 * come, settlement prices of those that have come, and the hash of the risk table that all this gives.
 *
 * `expiriesSec`: expiries to come that are shown though no instrument of theirs is priced, as L1 has listed them.
 *
 * The function returned throws OracleError ORACLE_REQUEST_INVALID for another market's instruments, and for more than the
 * deployment's risk table has rows.
 */
export function createReportContent(
  config: ReportContentConfig,
): (timeSec: number, instruments: readonly Instrument[], expiriesSec?: readonly number[]) => OracleReport {
  return (timeSec, instruments, expiriesSec = []) => {
    const inputs = reportInputs(config, timeSec, instruments, expiriesSec);
    return {
      timeSec,
      riskTableHash: config.hashTable(buildRiskTable(config.deployment.risk, inputs)),
      inputs: bytesToHex(encodeReportInputs(inputs)),
      prices: shownPrices(inputs),
    };
  };
}

/** What the report of `timeSec` rests on. @throws OracleError ORACLE_REQUEST_INVALID */
function reportInputs(
  config: ReportContentConfig,
  timeSec: number,
  instruments: readonly Instrument[],
  expiriesSec: readonly number[],
): ReportInputs {
  const most = instrumentLimit(config.deployment);
  if (instruments.length > most) {
    const message = `A report of deployment ${config.deployment.name} prices at most ${most} instruments, not ${instruments.length}.`;
    throw new OracleError('ORACLE_REQUEST_INVALID', message, { instruments: instruments.length, most });
  }
  const foreign = instruments.find(({ instrument }) => instrumentMarket(instrument) !== config.market);
  if (foreign !== undefined) {
    const message = `Instrument ${foreign.instrument} is not of market ${config.market}, the only one this oracle prices.`;
    throw new OracleError('ORACLE_REQUEST_INVALID', message, { instrument: foreign.instrument });
  }
  return {
    timeSec: BigInt(timeSec),
    markets: [marketInputs(config, timeSec, [...instruments.map(({ expirySec }) => expirySec), ...expiriesSec])],
    instruments: instruments.map(({ instrument, kind, expirySec, strike }) => ({
      instrumentId: instrument,
      kind,
      expirySec: BigInt(expirySec),
      strike,
    })),
  };
}

function marketInputs(
  { market, deployment, settlementWindowSec, source }: ReportContentConfig,
  timeSec: number,
  expiriesSec: readonly number[],
): MarketInputs {
  const dates = [...new Set(expiriesSec)].sort((one, other) => one - other);
  const spot = source.priceAt(timeSec);
  const toCome = dates.filter((expirySec) => expirySec > timeSec);
  const past = dates.filter((expirySec) => expirySec <= timeSec);
  return {
    market,
    spot,
    ...deployment.risk.defaults,
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
