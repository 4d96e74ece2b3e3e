export type VolShock = 'up' | 'down' | 'none';

/** A spot move: a multiple of the market's spot range (a report parameter), or a fixed share of the forward. Parts per million. */
export type SpotMove =
  | { readonly of: 'range'; readonly multiplePpm: bigint }
  | { readonly of: 'forward'; readonly shockPpm: bigint };

export interface ScenarioSpec {
  readonly spot: SpotMove;
  readonly vol: VolShock;
  /** How much of the loss counts: 1,000,000 is all of it. */
  readonly weightPpm: bigint;
  /**
   * Whether series close to their expiry fade to their mark, while all others are shocked in full: a hedge that is about to
   * expire stops counting before it is gone, so that no account falls off a cliff at the expiry of its front leg.
   */
  readonly fades: boolean;
}

export interface PpmBounds {
  readonly low: bigint;
  readonly high: bigint;
}

/** How a volatility shock quoted at 30 days scales with time to expiry: (reference / max(time, floor))^power. */
export interface VolTerm {
  readonly referenceSec: bigint;
  readonly floorSec: bigint;
  /** Power below the reference time, in millionths. */
  readonly shortPowerPpm: bigint;
  /** Power from the reference time on, in millionths. */
  readonly longPowerPpm: bigint;
}

/** A deployment's risk rule as data (protocol section 5). */
export interface RiskPreset {
  readonly name: 'development' | 'production';
  /** Columns 1.. of the table; column 0 is the mark. */
  readonly scenarios: readonly ScenarioSpec[];
  readonly volTerm: VolTerm;
  /** In a fading scenario a series' move counts as time to expiry over this, at most whole. */
  readonly fadeSec: bigint;
  /** Short charge as a share of the market's spot. */
  readonly optionShortChargePpm: bigint;
  readonly futureShortChargePpm: bigint;
  /** What L1 governance lets a report say. */
  readonly bounds: Readonly<Record<ReportParameter, PpmBounds>>;
  /** What a report says while realised volatility is ordinary. */
  readonly defaults: Readonly<Record<ReportParameter, bigint>>;
}

/** Parameters that each report sets per market, inside the preset's bounds. */
export type ReportParameter = 'spotRangePpm' | 'volUpPpm' | 'volDownPpm';

const WHOLE = 1_000_000n;

function ranged(multiplePpm: bigint, vol: VolShock, weightPpm = WHOLE): ScenarioSpec {
  return { spot: { of: 'range', multiplePpm }, vol, weightPpm, fades: false };
}

/** Spot +-1x, volatility up and down, each without what is about to expire. */
const FADING_SCENARIOS: readonly ScenarioSpec[] = [
  ranged(1_000_000n, 'up'),
  ranged(1_000_000n, 'down'),
  ranged(-1_000_000n, 'up'),
  ranged(-1_000_000n, 'down'),
].map((scenario) => ({ ...scenario, fades: true }));

/** A tail, volatility up, damped so that a straight position loses 15% of the forward: what is left to bind is convexity. */
function tail(shockPpm: bigint): ScenarioSpec {
  const size = shockPpm < 0n ? -shockPpm : shockPpm;
  return { spot: { of: 'forward', shockPpm }, vol: 'up', weightPpm: (150_000n * WHOLE) / size, fades: false };
}

/** 14: spot +-1x with volatility up and down, as it is and fading; +-1/2x with volatility down; still with both; +-3x counting one third. */
const DEVELOPMENT_SCENARIOS: readonly ScenarioSpec[] = [
  ranged(1_000_000n, 'up'),
  ranged(1_000_000n, 'down'),
  ranged(-1_000_000n, 'up'),
  ranged(-1_000_000n, 'down'),
  ranged(500_000n, 'down'),
  ranged(-500_000n, 'down'),
  ranged(0n, 'up'),
  ranged(0n, 'down'),
  ...FADING_SCENARIOS,
  ranged(3_000_000n, 'up', 333_333n),
  ranged(-3_000_000n, 'up', 333_333n),
];

const VOL_SHOCKS: readonly VolShock[] = ['up', 'none', 'down'];
const PRODUCTION_INNER_PPM = [750_000n, -750_000n, 500_000n, -500_000n];
const PRODUCTION_TAILS_PPM = [-660_000n, -330_000n, 500_000n, 1_000_000n, 2_000_000n, 3_000_000n, 4_000_000n];

/**
 * 29: +-1x volatility up; +-3/4, +-1/2x with volatility up, none, down; +-1/4x down; +-1x fading, up and down; still up and
 * down; seven damped tails.
 */
const PRODUCTION_SCENARIOS: readonly ScenarioSpec[] = [
  ranged(1_000_000n, 'up'),
  ranged(-1_000_000n, 'up'),
  ...PRODUCTION_INNER_PPM.flatMap((multiple) => VOL_SHOCKS.map((vol) => ranged(multiple, vol))),
  ranged(250_000n, 'down'),
  ranged(-250_000n, 'down'),
  ...FADING_SCENARIOS,
  ranged(0n, 'up'),
  ranged(0n, 'down'),
  ...PRODUCTION_TAILS_PPM.map(tail),
];

/** Powers as on Derive (0.3 below 30 days, 0.13 above), with a floor of one day. */
const VOL_TERM: VolTerm = {
  referenceSec: 30n * 86_400n,
  floorSec: 86_400n,
  shortPowerPpm: 300_000n,
  longPowerPpm: 130_000n,
};

/**
 * The up shock is at least 69%, the largest move of short-dated volatility in a day on record when this was written. The
 * down shock is at most 35%, which one day before expiry, scaled by 30^0.3 = 2.77, still leaves a positive volatility; the range at
 * most 30%, so that -3x leaves a positive forward.
 */
const BOUNDS: RiskPreset['bounds'] = {
  spotRangePpm: { low: 100_000n, high: 300_000n },
  volUpPpm: { low: 690_000n, high: 3_000_000n },
  volDownPpm: { low: 100_000n, high: 350_000n },
};

const DEFAULTS: RiskPreset['defaults'] = { spotRangePpm: 150_000n, volUpPpm: 750_000n, volDownPpm: 300_000n };

const SHARED = {
  volTerm: VOL_TERM,
  fadeSec: 86_400n,
  optionShortChargePpm: 5_000n,
  futureShortChargePpm: 1_000n,
  bounds: BOUNDS,
  defaults: DEFAULTS,
} as const;

/** 15 columns. */
export const DEVELOPMENT_RISK_PRESET: RiskPreset = {
  ...SHARED,
  name: 'development',
  scenarios: DEVELOPMENT_SCENARIOS,
};

/** 30 columns. */
export const PRODUCTION_RISK_PRESET: RiskPreset = {
  ...SHARED,
  name: 'production',
  scenarios: PRODUCTION_SCENARIOS,
};

/** Columns of the preset's risk table: the mark and one a scenario. */
export function columnCount(preset: RiskPreset): number {
  return 1 + preset.scenarios.length;
}
