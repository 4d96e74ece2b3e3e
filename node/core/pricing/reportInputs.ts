import { instrumentMarket } from '../protocol/ids.ts';
import type { InstrumentKind } from '../protocol/instrument.ts';
import type { ReportParameter, RiskPreset } from '../protocol/riskPreset.ts';
import { MAX_PRICE } from './black76.ts';
import { outsideRange, PricingInputError, type PricingProblem } from './pricingError.ts';
import { type SviParameters, sviProblems, sviSurfaceProblems } from './svi.ts';

/** What an oracle report rests on. The risk table is a pure function of a preset and of this. */
export interface ReportInputs {
  /** Seconds since the epoch, unsigned 40 bits. */
  readonly timeSec: bigint;
  /** At most 16, strictly increasing by market. */
  readonly markets: readonly MarketInputs[];
  /** Listed or still held, strictly increasing by id. */
  readonly instruments: readonly InstrumentInputs[];
}

export interface MarketInputs {
  /** 0 to 15. */
  readonly market: number;
  /** Price units, at least 1. */
  readonly spot: bigint;
  /** One times the spot range of the scenarios; unsigned 24 bits, as the two below. */
  readonly spotRangePpm: bigint;
  /** Relative volatility shocks at 30 days. */
  readonly volUpPpm: bigint;
  readonly volDownPpm: bigint;
  /** Unsettled expiries, strictly increasing. One whose time has come stays here until it has a settlement price. */
  readonly expiries: readonly ExpiryInputs[];
  /** Settled expiries, strictly increasing, none of them unsettled too. */
  readonly settlements: readonly SettlementInputs[];
}

export interface ExpiryInputs {
  readonly expirySec: bigint;
  /** Price units, at least 1. */
  readonly forward: bigint;
  readonly svi: SviParameters;
}

export interface SettlementInputs {
  /** Not after the report's time. */
  readonly expirySec: bigint;
  /** Price units. */
  readonly price: bigint;
}

export interface InstrumentInputs {
  /** 20 bits, never 0, the top 4 of them the market. */
  readonly instrumentId: number;
  readonly kind: InstrumentKind;
  /** One of its market's expiries or settlements. */
  readonly expirySec: bigint;
  /** Price units, at least 1; 0 for a future. */
  readonly strike: bigint;
}

const MAX_TIME_SEC = (1n << 40n) - 1n;
const MAX_PPM = (1n << 24n) - 1n;
const MAX_INSTRUMENT_ID = (1 << 20) - 1;
const MAX_INSTRUMENTS = (1 << 16) - 1;
const MAX_DATES = 255;

/** Everything that keeps the inputs from having a canonical encoding: widths, order, references. Empty when they have one. */
export function structureProblems(inputs: ReportInputs): PricingProblem[] {
  const { timeSec, markets, instruments } = inputs;
  return [
    ...outsideRange('timeSec', timeSec, 0n, MAX_TIME_SEC),
    ...countProblems('instruments', instruments.length, MAX_INSTRUMENTS),
    ...orderProblems(
      'markets',
      'market',
      markets.map(({ market }) => BigInt(market)),
    ),
    ...markets.flatMap((market, index) => marketProblems(market, timeSec, `markets[${index}]`)),
    ...orderProblems(
      'instruments',
      'instrumentId',
      instruments.map(({ instrumentId }) => BigInt(instrumentId)),
    ),
    ...instruments.flatMap((instrument, index) => instrumentProblems(instrument, markets, `instruments[${index}]`)),
  ];
}

function marketProblems(market: MarketInputs, timeSec: bigint, field: string): PricingProblem[] {
  const { expiries, settlements } = market;
  const settled = new Set(settlements.map(({ expirySec }) => expirySec));
  const both = expiries.filter(({ expirySec }) => settled.has(expirySec));
  return [
    ...outsideRange(`${field}.market`, BigInt(market.market), 0n, 15n),
    ...outsideRange(`${field}.spot`, market.spot, 1n, MAX_PRICE),
    ...outsideRange(`${field}.spotRangePpm`, market.spotRangePpm, 0n, MAX_PPM),
    ...outsideRange(`${field}.volUpPpm`, market.volUpPpm, 0n, MAX_PPM),
    ...outsideRange(`${field}.volDownPpm`, market.volDownPpm, 0n, MAX_PPM),
    ...countProblems(`${field}.expiries and settlements`, expiries.length + settlements.length, MAX_DATES),
    ...orderProblems(
      `${field}.expiries`,
      'expirySec',
      expiries.map(({ expirySec }) => expirySec),
    ),
    ...orderProblems(
      `${field}.settlements`,
      'expirySec',
      settlements.map(({ expirySec }) => expirySec),
    ),
    ...expiries.flatMap((expiry, index) => expiryProblems(expiry, `${field}.expiries[${index}]`)),
    ...settlements.flatMap((one, index) => settlementProblems(one, timeSec, `${field}.settlements[${index}]`)),
    ...both.map(({ expirySec }) => problem(`${field}.expiries`, expirySec, 'not settled too')),
  ];
}

function expiryProblems({ expirySec, forward, svi }: ExpiryInputs, field: string): PricingProblem[] {
  return [
    ...outsideRange(`${field}.expirySec`, expirySec, 0n, MAX_TIME_SEC),
    ...outsideRange(`${field}.forward`, forward, 1n, MAX_PRICE),
    ...sviProblems(svi, `${field}.svi`),
  ];
}

function settlementProblems({ expirySec, price }: SettlementInputs, timeSec: bigint, field: string): PricingProblem[] {
  return [
    ...outsideRange(`${field}.expirySec`, expirySec, 0n, timeSec),
    ...outsideRange(`${field}.price`, price, 0n, MAX_PRICE),
  ];
}

function instrumentProblems(
  instrument: InstrumentInputs,
  markets: readonly MarketInputs[],
  field: string,
): PricingProblem[] {
  const { instrumentId, kind, expirySec, strike } = instrument;
  if (!Number.isInteger(instrumentId) || instrumentId < 1 || instrumentId > MAX_INSTRUMENT_ID) {
    return [problem(`${field}.instrumentId`, instrumentId, `from 1 to ${MAX_INSTRUMENT_ID}`)];
  }
  const market = markets.find((one) => one.market === instrumentMarket(instrumentId));
  if (market === undefined) return [problem(`${field}.instrumentId`, instrumentId, 'of a market of the report')];
  const dates = [...market.expiries, ...market.settlements];
  const known = dates.some((date) => date.expirySec === expirySec);
  return [
    ...(known ? [] : [problem(`${field}.expirySec`, expirySec, "one of its market's expiries or settlements")]),
    ...outsideRange(`${field}.strike`, strike, kind === 'future' ? 0n : 1n, kind === 'future' ? 0n : MAX_PRICE),
  ];
}

function orderProblems(list: string, key: string, keys: readonly bigint[]): PricingProblem[] {
  return keys.flatMap((value, index) => {
    const before = keys[index - 1];
    return before === undefined || before < value
      ? []
      : [problem(`${list}[${index}].${key}`, value, `above ${before}`)];
  });
}

function countProblems(field: string, count: number, most: number): PricingProblem[] {
  return count <= most ? [] : [problem(field, count, `at most ${most} in number`)];
}

function problem(field: string, value: bigint | number, rule: string): PricingProblem {
  return { field, value: `${value}`, rule };
}

const PARAMETERS: readonly ReportParameter[] = ['spotRangePpm', 'volUpPpm', 'volDownPpm'];

/** What a deployment's preset forbids in inputs that are otherwise well formed, and arbitrage between expiries. */
function presetProblems(preset: RiskPreset, inputs: ReportInputs): PricingProblem[] {
  return inputs.markets.flatMap((market, index) => {
    const field = `markets[${index}]`;
    const bounds = PARAMETERS.flatMap((name) =>
      outsideRange(`${field}.${name}`, market[name], preset.bounds[name].low, preset.bounds[name].high),
    );
    // Expiries whose time has come are priced at their payoff and have no volatility left to compare; they come first.
    const due = market.expiries.filter(({ expirySec }) => expirySec <= inputs.timeSec).length;
    const open = market.expiries.slice(due);
    return [...bounds, ...sviSurfaceProblems(inputs.timeSec, open, `${field}.expiries`, due)];
  });
}

/**
 * Asserts that a table can be built.
 *
 * @throws PricingInputError PRICING_REPORT_INPUTS listing every problem.
 */
export function checkReportInputs(preset: RiskPreset, inputs: ReportInputs): void {
  const structure = structureProblems(inputs);
  const problems = structure.length > 0 ? structure : presetProblems(preset, inputs);
  if (problems.length > 0) throw new PricingInputError('PRICING_REPORT_INPUTS', problems);
}
