import type { OptionKind } from '../protocol/instrument.ts';
import { lnX64 } from './expLn.ts';
import { floorDiv, roundDiv, roundShift, sqrtFloor, sqrtX64 } from './fixedPoint.ts';
import { normalCdfX64, normalPdfX64 } from './normal.ts';
import { outsideRange, PricingInputError } from './pricingError.ts';

/**
 * Black's model of options on a forward (F. Black, "The pricing of commodity contracts", 1976), undiscounted: premium and
 * payoff are both in USDC and the ledger pays no interest, so r = 0.
 *
 * Prices are bigint units of 0.0001 USDC per 1.00 contract, times whole seconds, a year 365 days, volatility per
 * square-root year. `stdDevX64` is volatility * sqrt(time in years) on the scale 2^64.
 */

/** Largest price: unsigned 40 bits (protocol section 2). */
export const MAX_PRICE = (1n << 40n) - 1n;
export const SECONDS_PER_DAY = 86_400n;
export const SECONDS_PER_YEAR = 365n * SECONDS_PER_DAY;

/** Largest standard deviation taken, 64.0: volatility 400% over two years is 5.7, and shocked five-fold still below. */
const MAX_STD_DEV_X64 = 1n << 70n;

export interface Black76Option {
  readonly kind: OptionKind;
  /** Price units, 1 to 2^40 - 1. */
  readonly forward: bigint;
  /** Price units, 1 to 2^40 - 1. */
  readonly strike: bigint;
  /** Volatility times the square root of time, X64, 0 to 64. */
  readonly stdDevX64: bigint;
}

export interface Black76Greeks {
  /** dV/dF times 10^6. */
  readonly deltaE6: bigint;
  /** Change of delta per 1 USDC of the forward, times 10^12. */
  readonly gammaE12: bigint;
  /** USDC per contract for one point (0.01) of volatility, times 10^6. */
  readonly vegaE6: bigint;
  /** USDC per contract for the passing of one day, times 10^6; never positive. */
  readonly thetaPerDayE6: bigint;
}

/** volatility * sqrt(time / year), floored to X64; zero for no time. Both must be non-negative. */
export function stdDevX64(volatilityE9: bigint, timeSec: bigint): bigint {
  return sqrtFloor(((volatilityE9 * volatilityE9 * timeSec) << 128n) / (10n ** 18n * SECONDS_PER_YEAR));
}

/**
 * Value of the out-of-the-money option (call for strike >= forward, else put), in price units times 2^64, never negative.
 * `logForwardX64` and `logStrikeX64` are lnX64 of the two numbers of price units, passed in so that a table takes them once.
 *
 * Error: d1 and d2 differ from the true ones by a common part, to which the value F N(d1) - K N(d2) is insensitive in first
 * order because F phi(d1) = K phi(d2), and by one ulp each; N adds two ulps each. For a standard deviation above
 * 2^-20 (5% over one minute is 2^-13.8) the error is below 2 (F + K) 2^-62 price units.
 */
export function otmValueX64(
  forward: bigint,
  strike: bigint,
  logForwardX64: bigint,
  logStrikeX64: bigint,
  stdDevX64: bigint,
): bigint {
  if (stdDevX64 <= 0n) return 0n;
  const d1 = firstMoment(logForwardX64 - logStrikeX64, stdDevX64);
  const d2 = d1 - stdDevX64;
  const value =
    strike >= forward
      ? forward * normalCdfX64(d1) - strike * normalCdfX64(d2)
      : strike * normalCdfX64(-d2) - forward * normalCdfX64(-d1);
  return value > 0n ? value : 0n;
}

/** d1 = ln(F/K) / s + s/2, X64. */
function firstMoment(logMoneynessX64: bigint, stdDevX64: bigint): bigint {
  return (logMoneynessX64 << 64n) / stdDevX64 + (stdDevX64 >> 1n);
}

/**
 * Value from shared logarithms, in price units, floored. The in-the-money side is the out-of-the-money side plus the
 * integer |F - K|, so call - put = F - K exactly, and no value is below its payoff at the forward.
 */
export function valueFromLogs(
  kind: OptionKind,
  forward: bigint,
  strike: bigint,
  logForwardX64: bigint,
  logStrikeX64: bigint,
  stdDevX64: bigint,
): bigint {
  const otm = otmValueX64(forward, strike, logForwardX64, logStrikeX64, stdDevX64) >> 64n;
  return otm + payoff(kind, forward, strike);
}

/** max(price - strike, 0) for a call, max(strike - price, 0) for a put. */
export function payoff(kind: OptionKind, price: bigint, strike: bigint): bigint {
  const intrinsic = kind === 'call' ? price - strike : strike - price;
  return intrinsic > 0n ? intrinsic : 0n;
}

/**
 * Undiscounted Black-76 value in price units, floored.
 *
 * @throws PricingInputError PRICING_OPTION_INPUT for a forward, strike or standard deviation out of bounds.
 */
export function black76Value(option: Black76Option): bigint {
  checkOption(option);
  const { kind, forward, strike } = option;
  return valueFromLogs(kind, forward, strike, logOfUnitsX64(forward), logOfUnitsX64(strike), option.stdDevX64);
}

/** ln of a positive number of price units, X64. */
export function logOfUnitsX64(units: bigint): bigint {
  return lnX64(units << 64n);
}

/**
 * Greeks at the given time to expiry in seconds, each rounded to the nearest (halves upwards). Without time or without
 * volatility delta is the payoff's slope (half of it at the strike) and the others are zero.
 *
 * @throws PricingInputError PRICING_OPTION_INPUT as `black76Value`.
 */
export function black76Greeks(option: Black76Option, timeSec: bigint): Black76Greeks {
  checkOption(option);
  if (timeSec <= 0n || option.stdDevX64 === 0n) return greeksAtExpiry(option);
  const { forward, strike, stdDevX64: deviation } = option;
  const d1 = firstMoment(logOfUnitsX64(forward) - logOfUnitsX64(strike), deviation);
  const density = normalPdfX64(d1);
  const callDelta = normalCdfX64(d1);
  const delta = option.kind === 'call' ? callDelta : callDelta - (1n << 64n);
  const rootYearsX64 = sqrtX64((timeSec << 64n) / SECONDS_PER_YEAR);
  return {
    deltaE6: roundShift(delta * 1_000_000n, 64n),
    // phi / (F s), with F in 10^-4 USDC: 10^12 * 10^4.
    gammaE12: roundDiv(density * 10n ** 16n, forward * deviation),
    // F phi sqrt(T) per 1.00 of volatility: 10^6 * 10^-4 * 10^-2 = 1.
    vegaE6: roundShift(forward * density * rootYearsX64, 128n),
    // -F phi s / (2 T) with T in days: 10^6 * 10^-4 = 100, and 100 / 2 = 50.
    thetaPerDayE6: -roundShift((50n * SECONDS_PER_DAY * forward * density * deviation) / timeSec, 128n),
  };
}

function greeksAtExpiry({ kind, forward, strike }: Black76Option): Black76Greeks {
  const callDeltaE6 = forward > strike ? 1_000_000n : forward === strike ? 500_000n : 0n;
  const deltaE6 = kind === 'call' ? callDeltaE6 : callDeltaE6 - 1_000_000n;
  return { deltaE6, gammaE12: 0n, vegaE6: 0n, thetaPerDayE6: 0n };
}

/** Annual volatility times 10^9 of a total variance (X64) over a positive time, floored. */
export function impliedVolatilityE9(totalVarianceX64: bigint, timeSec: bigint): bigint {
  return sqrtFloor(floorDiv(totalVarianceX64 * 10n ** 18n * SECONDS_PER_YEAR, timeSec) >> 64n);
}

function checkOption({ forward, strike, stdDevX64: deviation }: Black76Option): void {
  const problems = [
    ...outsideRange('forward', forward, 1n, MAX_PRICE),
    ...outsideRange('strike', strike, 1n, MAX_PRICE),
    ...outsideRange('stdDevX64', deviation, 0n, MAX_STD_DEV_X64),
  ];
  if (problems.length > 0) throw new PricingInputError('PRICING_OPTION_INPUT', problems);
}
