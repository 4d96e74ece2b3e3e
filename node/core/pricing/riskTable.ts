import { instrumentMarket } from '../protocol/ids.ts';
import type { RiskPreset } from '../protocol/riskPreset.ts';
import { INSTRUMENT_STATUS, type RiskRow, type RiskTable } from '../protocol/riskRow.ts';
import { logOfUnitsX64, payoff, valueFromLogs } from './black76.ts';
import { ceilDiv, sqrtX64 } from './fixedPoint.ts';
import {
  checkReportInputs,
  type ExpiryInputs,
  type InstrumentInputs,
  type MarketInputs,
  type ReportInputs,
} from './reportInputs.ts';
import {
  dampValue,
  moveWeightPpm,
  resolveScenarios,
  type Scenario,
  shockForward,
  shockStdDev,
  volMultiplierX64,
} from './scenario.ts';
import { type SviSlice, sliceVarianceX64, sviSlice } from './svi.ts';

/** A forward with its logarithm, taken once for all strikes. */
interface LoggedForward {
  readonly forward: bigint;
  readonly logX64: bigint;
}

/** All that the instruments of one unsettled expiry share. */
interface ExpiryContext {
  readonly mark: LoggedForward;
  /** Undefined once the expiry's time has come: nothing is left of volatility. */
  readonly slice: SviSlice | undefined;
  /** The forward in each scenario. */
  readonly shocked: readonly LoggedForward[];
  /** How much of a move counts in each scenario. */
  readonly weightsPpm: readonly bigint[];
  readonly upX64: bigint;
  readonly downX64: bigint;
}

interface MarketContext {
  readonly inputs: MarketInputs;
  readonly scenarios: readonly Scenario[];
  readonly expiries: ReadonlyMap<bigint, ExpiryContext>;
  readonly settlements: ReadonlyMap<bigint, bigint>;
}

/**
 * The risk table of protocol section 5.
 *
 * Column 0 is the mark: Black-76 at the instrument's own volatility, for a future the forward. Column s is
 * `mark + weight (shocked - mark)` of scenario s, where the forward is multiplied by 1 + spot shock and floored to a price
 * unit, and the volatility of the instrument's *strike* is multiplied by the volatility shock: the smile does not travel with
 * the spot, so a strike keeps its volatility (as on Derive). Time is not shocked. Every value is floored to a price unit. A short charge is
 * rounded up. In a fading scenario a series within a day of its expiry moves by the part of a day that is left. Settled instruments hold their payoff in every column and no short charge; one whose time has come but which has no
 * settlement price yet is live and worth its payoff at the forward.
 *
 * @throws PricingInputError PRICING_REPORT_INPUTS if the inputs are malformed, outside the preset's bounds or arbitrageable.
 */
export function buildRiskTable(preset: RiskPreset, inputs: ReportInputs): RiskTable {
  checkReportInputs(preset, inputs);
  const markets = new Map(inputs.markets.map((one) => [one.market, marketContext(preset, inputs.timeSec, one)]));
  return inputs.instruments.map((instrument) => {
    const market = markets.get(instrumentMarket(instrument.instrumentId)) as MarketContext;
    return buildRow(preset, market, instrument);
  });
}

function marketContext(preset: RiskPreset, timeSec: bigint, inputs: MarketInputs): MarketContext {
  const scenarios = resolveScenarios(preset, inputs.spotRangePpm);
  const context = (expiry: ExpiryInputs) =>
    expiryContext(preset, inputs, scenarios, expiry, expiry.expirySec - timeSec);
  return {
    inputs,
    scenarios,
    expiries: new Map(inputs.expiries.map((expiry) => [expiry.expirySec, context(expiry)])),
    settlements: new Map(inputs.settlements.map(({ expirySec, price }) => [expirySec, price])),
  };
}

function expiryContext(
  preset: RiskPreset,
  market: MarketInputs,
  scenarios: readonly Scenario[],
  expiry: ExpiryInputs,
  leftSec: bigint,
): ExpiryContext {
  const known = new Map<bigint, LoggedForward>();
  const shocked = (spotShockPpm: bigint): LoggedForward => {
    const entry = known.get(spotShockPpm) ?? logged(shockForward(expiry.forward, spotShockPpm));
    known.set(spotShockPpm, entry);
    return entry;
  };
  return {
    mark: shocked(0n),
    slice: leftSec > 0n ? sviSlice(expiry) : undefined,
    shocked: scenarios.map(({ spotShockPpm }) => shocked(spotShockPpm)),
    weightsPpm: scenarios.map((scenario) => moveWeightPpm(scenario, leftSec, preset.fadeSec)),
    upX64: volMultiplierX64('up', market.volUpPpm, leftSec, preset.volTerm),
    downX64: volMultiplierX64('down', market.volDownPpm, leftSec, preset.volTerm),
  };
}

function logged(forward: bigint): LoggedForward {
  return { forward, logX64: logOfUnitsX64(forward) };
}

function buildRow(preset: RiskPreset, market: MarketContext, instrument: InstrumentInputs): RiskRow {
  const settlement = market.settlements.get(instrument.expirySec);
  if (settlement !== undefined) return expiredRow(instrument, settlement, 1 + market.scenarios.length);
  const context = market.expiries.get(instrument.expirySec) as ExpiryContext;
  const chargePpm = instrument.kind === 'future' ? preset.futureShortChargePpm : preset.optionShortChargePpm;
  return {
    instrument: instrument.instrumentId,
    status: INSTRUMENT_STATUS.LIVE,
    shortCharge: ceilDiv(market.inputs.spot * chargePpm, 1_000_000n),
    values:
      instrument.kind === 'future'
        ? futureValues(context)
        : optionValues(instrument.kind, instrument.strike, market.scenarios, context),
  };
}

function expiredRow({ instrumentId, kind, strike }: InstrumentInputs, price: bigint, columns: number): RiskRow {
  const value = kind === 'future' ? price : payoff(kind, price, strike);
  const values = Array.from({ length: columns }, () => value);
  return { instrument: instrumentId, status: INSTRUMENT_STATUS.EXPIRED, shortCharge: 0n, values };
}

function futureValues({ mark, shocked, weightsPpm }: ExpiryContext): bigint[] {
  const damped = shocked.map(({ forward }, s) => dampValue(mark.forward, forward, weightsPpm[s] ?? 0n));
  return [mark.forward, ...damped];
}

function optionValues(
  kind: 'call' | 'put',
  strike: bigint,
  scenarios: readonly Scenario[],
  context: ExpiryContext,
): bigint[] {
  const logStrike = logOfUnitsX64(strike);
  const stdDev = strikeStdDevX64(context, logStrike);
  const stdDevs = {
    none: stdDev,
    up: shockStdDev(stdDev, context.upX64),
    down: shockStdDev(stdDev, context.downX64),
  };
  const value = ({ forward, logX64 }: LoggedForward, deviation: bigint) =>
    valueFromLogs(kind, forward, strike, logX64, logStrike, deviation);
  const mark = value(context.mark, stdDev);
  const damped = scenarios.map(({ volShock }, s) =>
    dampValue(mark, value(context.shocked[s] as LoggedForward, stdDevs[volShock]), context.weightsPpm[s] ?? 0n),
  );
  return [mark, ...damped];
}

function strikeStdDevX64({ slice, mark }: ExpiryContext, logStrikeX64: bigint): bigint {
  return slice === undefined ? 0n : sqrtX64(sliceVarianceX64(slice, logStrikeX64 - mark.logX64));
}

/** Volatility times root time, X64, of a strike on an expiry's curve; what the table's mark column uses. */
export function markStdDevX64(expiry: ExpiryInputs, timeSec: bigint, strike: bigint): bigint {
  if (expiry.expirySec <= timeSec) return 0n;
  const k = logOfUnitsX64(strike) - logOfUnitsX64(expiry.forward);
  return sqrtX64(sliceVarianceX64(sviSlice(expiry), k));
}
