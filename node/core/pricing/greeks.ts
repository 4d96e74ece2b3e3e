import { instrumentMarket } from '../protocol/ids.ts';
import { type Black76Greeks, black76Greeks, impliedVolatilityE9 } from './black76.ts';
import type { ExpiryInputs, InstrumentInputs, ReportInputs } from './reportInputs.ts';
import { markStdDevX64 } from './riskTable.ts';

/** Greeks of one 1.00 contract at the mark, in the units of `Black76Greeks`. For display; nothing is owed by them. */
export interface InstrumentGreeks extends Black76Greeks {
  readonly instrument: number;
  /** Annual implied volatility times 10^9; 0 for a future and for an expiry whose time has come. */
  readonly impliedVolE9: bigint;
}

const FLAT: Black76Greeks = { deltaE6: 0n, gammaE12: 0n, vegaE6: 0n, thetaPerDayE6: 0n };

/**
 * Greeks of every instrument of well-formed inputs (`checkReportInputs`), in the same order. A live future has delta 1
 * and nothing else; a settled instrument has none.
 */
export function reportGreeks(inputs: ReportInputs): InstrumentGreeks[] {
  const expiries = new Map(
    inputs.markets.flatMap(({ market, expiries }) =>
      expiries.map((expiry): [string, ExpiryInputs] => [dateKey(market, expiry.expirySec), expiry]),
    ),
  );
  return inputs.instruments.map((instrument) => {
    const key = dateKey(instrumentMarket(instrument.instrumentId), instrument.expirySec);
    return instrumentGreeks(instrument, expiries.get(key), inputs.timeSec);
  });
}

function dateKey(market: number, expirySec: bigint): string {
  return `${market}/${expirySec}`;
}

function instrumentGreeks(
  { instrumentId, kind, strike }: InstrumentInputs,
  expiry: ExpiryInputs | undefined,
  timeSec: bigint,
): InstrumentGreeks {
  const instrument = instrumentId;
  if (expiry === undefined) return { instrument, impliedVolE9: 0n, ...FLAT };
  if (kind === 'future') return { instrument, impliedVolE9: 0n, ...FLAT, deltaE6: 1_000_000n };
  const stdDevX64 = markStdDevX64(expiry, timeSec, strike);
  const leftSec = expiry.expirySec - timeSec;
  const impliedVolE9 = leftSec > 0n ? impliedVolatilityE9((stdDevX64 * stdDevX64) >> 64n, leftSec) : 0n;
  return { instrument, impliedVolE9, ...black76Greeks({ kind, forward: expiry.forward, strike, stdDevX64 }, leftSec) };
}
