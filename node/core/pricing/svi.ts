import { impliedVolatilityE9, logOfUnitsX64 } from './black76.ts';
import { floorDiv, mulX64, sqrtFloor } from './fixedPoint.ts';
import { outsideRange, PricingInputError, type PricingProblem } from './pricingError.ts';

/**
 * Raw SVI (Gatheral, "A parsimonious arbitrage-free implied volatility parameterization", 2004): total variance of one
 * expiry as a function of log-moneyness k = ln(strike / forward),
 *
 *     w(k) = a + b (rho (k - m) + sqrt((k - m)^2 + sigma^2)).
 *
 * a and b carry 15 decimals because total variance gets small: volatility 5% over one minute is 4.8e-9.
 */
export interface SviParameters {
  readonly aE15: bigint;
  readonly bE15: bigint;
  readonly rhoE9: bigint;
  readonly mE9: bigint;
  readonly sigmaE9: bigint;
}

/** One expiry's curve on the scale 2^64, ready for evaluation. */
export interface SviSlice {
  readonly expirySec: bigint;
  readonly aX64: bigint;
  readonly bX64: bigint;
  readonly rhoX64: bigint;
  readonly mX64: bigint;
  readonly sigmaX64: bigint;
}

/** Validated curves of one market, strictly increasing by expiry, all after `timeSec`. */
export interface SviSurface {
  readonly timeSec: bigint;
  readonly slices: readonly SviSlice[];
}

export interface SviExpiry {
  readonly expirySec: bigint;
  readonly svi: SviParameters;
}

const E9 = 10n ** 9n;
const E15 = 10n ** 15n;
/** |a| and b at most 100: total variance of 400% over two years is 32. */
const MAX_VARIANCE_E15 = 100n * E15;
const MAX_M_E9 = (1n << 31n) - 1n;
const MAX_SIGMA_E9 = (1n << 32n) - 1n;

/** Calendar spreads are checked at k = -2, -15/8, ..., 2: strikes from 0.14 to 7.4 times the forward. */
const CALENDAR_STEP_X64 = 1n << 61n;
const CALENDAR_REACH = 16n;

/**
 * Every rule that the parameters break: bounds; |rho| < 1; b >= 0; sigma > 0; minimum variance a + b sigma sqrt(1 - rho^2) >= 0; and
 * Lee's moment bound b (1 + |rho|) <= 2, beyond which a wing admits arbitrage (R. Lee, 2004).
 */
export function sviProblems(parameters: SviParameters, field = 'svi'): PricingProblem[] {
  const { aE15, bE15, rhoE9, mE9, sigmaE9 } = parameters;
  const problems = [
    ...outsideRange(`${field}.aE15`, aE15, -MAX_VARIANCE_E15, MAX_VARIANCE_E15),
    ...outsideRange(`${field}.bE15`, bE15, 0n, MAX_VARIANCE_E15),
    ...outsideRange(`${field}.rhoE9`, rhoE9, 1n - E9, E9 - 1n),
    ...outsideRange(`${field}.mE9`, mE9, -MAX_M_E9, MAX_M_E9),
    ...outsideRange(`${field}.sigmaE9`, sigmaE9, 1n, MAX_SIGMA_E9),
  ];
  if (problems.length > 0) return problems;
  if (minimumIsNegative(parameters)) {
    problems.push({ field: `${field}.aE15`, value: `${aE15}`, rule: 'at least -b sigma sqrt(1 - rho^2)' });
  }
  const wing = bE15 * (E9 + (rhoE9 < 0n ? -rhoE9 : rhoE9));
  if (wing > 2n * E15 * E9) problems.push({ field: `${field}.bE15`, value: `${bE15}`, rule: 'b (1 + |rho|) <= 2' });
  return problems;
}

/** a < -b sigma sqrt(1 - rho^2), decided in integers: both sides squared on the scale 10^(2 (15 + 9 + 9)). */
function minimumIsNegative({ aE15, bE15, rhoE9, sigmaE9 }: SviParameters): boolean {
  if (aE15 >= 0n) return false;
  const slope = bE15 * sigmaE9;
  const level = aE15 * E9 * E9;
  return level * level > slope * slope * (E9 * E9 - rhoE9 * rhoE9);
}

/** Parameters on the scale 2^64, floored. The parameters must have no `sviProblems`. */
export function sviSlice({ expirySec, svi }: SviExpiry): SviSlice {
  return {
    expirySec,
    aX64: floorDiv(svi.aE15 << 64n, E15),
    bX64: floorDiv(svi.bE15 << 64n, E15),
    rhoX64: floorDiv(svi.rhoE9 << 64n, E9),
    mX64: floorDiv(svi.mE9 << 64n, E9),
    sigmaX64: floorDiv(svi.sigmaE9 << 64n, E9),
  };
}

/** w(k) of one expiry, X64 in and out, every product floored, never negative. */
export function sliceVarianceX64(slice: SviSlice, kX64: bigint): bigint {
  const distance = kX64 - slice.mX64;
  const root = sqrtFloor(distance * distance + slice.sigmaX64 * slice.sigmaX64);
  const variance = slice.aX64 + mulX64(slice.bX64, mulX64(slice.rhoX64, distance) + root);
  return variance > 0n ? variance : 0n;
}

/**
 * Problems of a whole surface: each curve's, order and time of the expiries, and total variance falling with expiry.
 * `field` names the list in which these expiries start at `firstIndex`.
 */
export function sviSurfaceProblems(
  timeSec: bigint,
  expiries: readonly SviExpiry[],
  field = 'expiries',
  firstIndex = 0,
): PricingProblem[] {
  const name = (index: number): string => `${field}[${firstIndex + index}]`;
  const problems = expiries.flatMap(({ expirySec, svi }, index) => {
    const earlier = expiries[index - 1]?.expirySec ?? timeSec;
    const order = expirySec > earlier ? [] : [lateProblem(`${name(index)}.expirySec`, expirySec, earlier)];
    return [...order, ...sviProblems(svi, `${name(index)}.svi`)];
  });
  return problems.length > 0 ? problems : calendarProblems(expiries.map(sviSlice), name);
}

function lateProblem(field: string, expirySec: bigint, earlier: bigint): PricingProblem {
  return { field, value: `${expirySec}`, rule: `after ${earlier}` };
}

/** The first grid point of each expiry at which total variance is below the expiry before. */
function calendarProblems(slices: readonly SviSlice[], name: (index: number) => string): PricingProblem[] {
  return slices.flatMap((slice, index) => {
    const earlier = slices[index - 1];
    if (earlier === undefined) return [];
    for (let step = -CALENDAR_REACH; step <= CALENDAR_REACH; step += 1n) {
      const k = step * CALENDAR_STEP_X64;
      if (sliceVarianceX64(slice, k) >= sliceVarianceX64(earlier, k)) continue;
      const rule = `at least the total variance of expiry ${earlier.expirySec} at log-moneyness ${step}/8`;
      return [{ field: `${name(index)}.svi`, value: `expiry ${slice.expirySec}`, rule }];
    }
    return [];
  });
}

/**
 * A surface at `timeSec` from at least one expiry.
 *
 * @throws PricingInputError PRICING_SVI_PARAMETERS with every problem found.
 */
export function createSviSurface(timeSec: bigint, expiries: readonly SviExpiry[]): SviSurface {
  const none = [{ field: 'expiries', value: 'none', rule: 'at least one expiry' }];
  const problems = expiries.length === 0 ? none : sviSurfaceProblems(timeSec, expiries);
  if (problems.length > 0) throw new PricingInputError('PRICING_SVI_PARAMETERS', problems);
  return { timeSec, slices: expiries.map(sviSlice) };
}

/**
 * w(k) at any expiry after the surface's time, X64, floored. Between two expiries total variance is linear in time at the
 * same log-moneyness, which keeps calendar spreads free of arbitrage; before the first and after the last it is
 * proportional to time, that is, volatility is constant. Zero for an expiry not after the surface's time.
 */
export function totalVarianceX64(surface: SviSurface, kX64: bigint, expirySec: bigint): bigint {
  const { timeSec, slices } = surface;
  if (expirySec <= timeSec) return 0n;
  const next = slices.findIndex((slice) => slice.expirySec >= expirySec);
  const later = slices[next === -1 ? slices.length - 1 : next] as SviSlice;
  const laterVariance = sliceVarianceX64(later, kX64);
  if (later.expirySec === expirySec) return laterVariance;
  const earlier = next > 0 ? slices[next - 1] : undefined;
  if (earlier === undefined || next === -1) {
    return (laterVariance * (expirySec - timeSec)) / (later.expirySec - timeSec);
  }
  const earlierVariance = sliceVarianceX64(earlier, kX64);
  const span = later.expirySec - earlier.expirySec;
  return earlierVariance + floorDiv((laterVariance - earlierVariance) * (expirySec - earlier.expirySec), span);
}

/**
 * Implied volatility times 10^9, floored, for strike and forward in positive price units; zero for an expiry not after the
 * surface's time.
 */
export function impliedVolE9(surface: SviSurface, strike: bigint, forward: bigint, expirySec: bigint): bigint {
  if (expirySec <= surface.timeSec) return 0n;
  const k = logOfUnitsX64(strike) - logOfUnitsX64(forward);
  return impliedVolatilityE9(totalVarianceX64(surface, k, expirySec), expirySec - surface.timeSec);
}
