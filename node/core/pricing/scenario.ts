import type { RiskPreset, ScenarioSpec, VolShock, VolTerm } from '../protocol/riskPreset.ts';
import { MAX_PRICE } from './black76.ts';
import { expX64, lnX64 } from './expLn.ts';
import { floorDiv, mulX64, ONE_X64 } from './fixedPoint.ts';

/** One column of the risk table, with the market's range filled in. */
export interface Scenario {
  /** Relative move of spot and of every forward, parts per million, above -1,000,000. */
  readonly spotShockPpm: bigint;
  readonly volShock: VolShock;
  readonly weightPpm: bigint;
  readonly fades: boolean;
}

const PPM = 1_000_000n;

/** The preset's scenarios for a market whose report says this spot range. Products are floored to a whole ppm. */
export function resolveScenarios(preset: RiskPreset, spotRangePpm: bigint): readonly Scenario[] {
  return preset.scenarios.map((spec) => ({
    spotShockPpm: spotShock(spec, spotRangePpm),
    volShock: spec.vol,
    weightPpm: spec.weightPpm,
    fades: spec.fades,
  }));
}

/** How much of a series' move counts in a scenario, parts per million, floored: of one that fades less and less within `fadeSec`. */
export function moveWeightPpm({ fades, weightPpm }: Scenario, leftSec: bigint, fadeSec: bigint): bigint {
  if (!fades || leftSec >= fadeSec) return weightPpm;
  return leftSec <= 0n ? 0n : (weightPpm * leftSec) / fadeSec;
}

function spotShock({ spot }: ScenarioSpec, spotRangePpm: bigint): bigint {
  return spot.of === 'forward' ? spot.shockPpm : floorDiv(spot.multiplePpm * spotRangePpm, PPM);
}

/** forward * (1 + shock), floored to a price unit and kept within 1 .. 2^40 - 1. */
export function shockForward(forward: bigint, spotShockPpm: bigint): bigint {
  const shocked = (forward * (PPM + spotShockPpm)) / PPM;
  if (shocked < 1n) return 1n;
  return shocked > MAX_PRICE ? MAX_PRICE : shocked;
}

/**
 * What a volatility (hence also volatility * sqrt(time)) is multiplied by, X64, floored:
 * 1 + shock (reference / max(time, floor))^power upwards, 1 - ... downwards, with the power of the term's short or long side.
 * Never negative.
 */
export function volMultiplierX64(direction: 'up' | 'down', shockPpm: bigint, timeSec: bigint, term: VolTerm): bigint {
  const time = timeSec > term.floorSec ? timeSec : term.floorSec;
  const powerPpm = time < term.referenceSec ? term.shortPowerPpm : term.longPowerPpm;
  const logRatio = lnX64((term.referenceSec << 64n) / time);
  const scale = expX64(floorDiv(powerPpm * logRatio, PPM));
  const shock = (shockPpm * scale) / PPM;
  const multiplier = direction === 'up' ? ONE_X64 + shock : ONE_X64 - shock;
  return multiplier > 0n ? multiplier : 0n;
}

/** stdDev * multiplier, X64, floored. */
export function shockStdDev(stdDevX64: bigint, multiplierX64: bigint): bigint {
  return mulX64(stdDevX64, multiplierX64);
}

/**
 * mark + weight (shocked - mark), floored. Linear in the value, so a damped column's loss of a whole portfolio is the weight
 * times the undamped one. It lies between mark and shocked, so two values of 40 bits give one of 40 bits.
 */
export function dampValue(mark: bigint, shocked: bigint, weightPpm: bigint): bigint {
  if (weightPpm === PPM) return shocked;
  return mark + floorDiv((shocked - mark) * weightPpm, PPM);
}
