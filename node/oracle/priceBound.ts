import { NOTICE_SEC } from './inForce.ts';
import { unpackShownPrice } from './shownPrices.ts';

/** Governance's bound on how far prices move. */
export interface PriceBound {
  readonly basePpm: bigint;
  readonly ppmPerSec: bigint;
  readonly ceilingPpm: bigint;
}

/** What L1 measures a spot, or an expiry's forward and volatility, from. */
export interface PriceAnchor {
  /** Price units; 0: none yet. */
  readonly price: bigint;
  readonly volatilityPpm: bigint;
  /** Time of the report that set it. */
  readonly timeSec: number;
  /** Since when the expiry has had instruments listed; 0 for a spot. */
  readonly listedAtSec: number;
  /** How many of its instruments are listed and not delisted. */
  readonly listed: number;
}

/** By market * 2^40 + expiry; expiry 0 is the market's spot. */
export type PriceBook = ReadonlyMap<number, PriceAnchor>;

export interface PricedReport {
  readonly timeSec: number;
  /** Packed as signed (protocol, section 7). */
  readonly prices: readonly bigint[];
}

/** Why L1 would refuse a report. */
export type PriceRefusal =
  | { readonly reason: 'malformed'; readonly position: number }
  | { readonly reason: 'missing'; readonly market: number; readonly expirySec: number }
  | {
      readonly reason: 'deviates';
      readonly market: number;
      readonly expirySec: number;
      readonly value: bigint;
      readonly anchor: bigint;
    };

export type PriceVerdict =
  | { readonly accepted: true; readonly book: PriceBook }
  | { readonly accepted: false; readonly refusal: PriceRefusal };

const DOUBLING_SEC = 86_400;
const MAX_DOUBLINGS = 40;
const VOLATILITY_FACTOR = 4n;
const PPM = 1_000_000n;
const MARKETS = 16;
const EXPIRY_RANGE = 2 ** 40;
const NO_ANCHOR: PriceAnchor = { price: 0n, volatilityPpm: 0n, timeSec: 0, listedAtSec: 0, listed: 0 };

export const priceKey = (market: number, expirySec: number): number => market * EXPIRY_RANGE + expirySec;
export const marketOfKey = (key: number): number => Math.floor(key / EXPIRY_RANGE);
export const expiryOfKey = (key: number): number => key % EXPIRY_RANGE;

/** How many signatures let a price leap: the quorum and half of the oracles beyond it, at least one. */
export const leapQuorum = (oracles: number, quorum: number): number =>
  oracles === quorum ? Number.POSITIVE_INFINITY : quorum + Math.ceil((oracles - quorum) / 2);

/** contracts/src/libraries/PriceBound.sol to the unit: what `accept` does to the book, or why it refuses. */
export function takeReport(book: PriceBook, bound: PriceBound, report: PricedReport, mayLeap: boolean): PriceVerdict {
  const after = new Map(book);
  const shown = new Set<number>();
  let last = -1;
  let spot = 0n;
  for (const [position, word] of report.prices.entries()) {
    const { expirySec, market, price, volatilityPpm } = unpackShownPrice(word);
    const isSpot = expirySec === 0;
    const key = priceKey(market, expirySec);
    if (market >= MARKETS || price === 0n || isSpot !== (volatilityPpm === 0n) || key <= last) {
      return { accepted: false, refusal: { reason: 'malformed', position } };
    }
    if (isSpot) spot = price;
    else if (last < 0 || marketOfKey(last) !== market) return missing(market, 0);
    last = key;
    shown.add(key);
    const anchor = after.get(key) ?? (isSpot ? NO_ANCHOR : undefined);
    // Expiries that are not listed, were listed too short a while ago, or have come, mean nothing.
    if (anchor === undefined || (!isSpot && !isOwed(key, anchor, report.timeSec))) continue;
    const step: Step = { bound, mayLeap, elapsedSec: elapsedSec(anchor, report.timeSec) };
    const values = [
      { from: anchor.price === 0n ? spot : anchor.price, value: price, factor: 1n },
      { from: anchor.volatilityPpm, value: volatilityPpm, factor: VOLATILITY_FACTOR },
    ];
    for (const { from, value, factor } of values) {
      if (follow(step, from, value, factor) !== null) continue;
      return { accepted: false, refusal: { reason: 'deviates', market, expirySec, value, anchor: from } };
    }
    const [movedPrice, movedVolatility] = values.map(
      ({ from, value, factor }) => follow(step, from, value, factor) ?? 0n,
    );
    after.set(key, {
      ...anchor,
      price: movedPrice ?? 0n,
      volatilityPpm: movedVolatility ?? 0n,
      timeSec: report.timeSec,
    });
  }
  for (const [key, anchor] of book) {
    if (isOwed(key, anchor, report.timeSec) && !shown.has(key)) return missing(marketOfKey(key), expiryOfKey(key));
  }
  return { accepted: true, book: after };
}

/** The report must show the expiry, and is held to its anchor. */
const isOwed = (key: number, { listed, listedAtSec }: PriceAnchor, reportSec: number): boolean =>
  listed > 0 && listedAtSec + NOTICE_SEC <= reportSec && expiryOfKey(key) > reportSec;

interface Step {
  readonly bound: PriceBound;
  readonly mayLeap: boolean;
  readonly elapsedSec: number;
}

/** A market's expiries that a report of that time must show, ascending: those with instruments listed, an hour after it. */
export const dueExpiries = (book: PriceBook, market: number, timeSec: number): readonly number[] =>
  [...book]
    .filter(([key, anchor]) => marketOfKey(key) === market && isOwed(key, anchor, timeSec))
    .map(([key]) => expiryOfKey(key))
    .sort((one, other) => one - other);

const missing = (market: number, expirySec: number): PriceVerdict => ({
  accepted: false,
  refusal: { reason: 'missing', market, expirySec },
});

const elapsedSec = ({ listedAtSec, price, timeSec }: PriceAnchor, reportSec: number): number =>
  Math.max(0, reportSec - (price === 0n ? listedAtSec : timeSec));

/** The anchor after a value; null: the value is out of reach. */
function follow({ bound, elapsedSec, mayLeap }: Step, from: bigint, value: bigint, factor: bigint): bigint | null {
  if (from === 0n) return value;
  const drift = least(BigInt(elapsedSec) * bound.ppmPerSec, bound.ceilingPpm - bound.basePpm);
  const doublings = BigInt(Math.min(Math.floor(elapsedSec / DOUBLING_SEC), MAX_DOUBLINGS));
  const reach = (PPM + factor * (bound.basePpm + drift)) << doublings;
  if (value < below(from, reach) || value > above(from, reach)) return mayLeap ? value : null;
  const ratio = (PPM + factor * drift) << doublings;
  if (value > from) return least(value, above(from, ratio));
  const lowest = below(from, ratio);
  return value < lowest ? lowest : value;
}

const above = (from: bigint, ratioPpm: bigint): bigint => (from * ratioPpm + PPM - 1n) / PPM;
const below = (from: bigint, ratioPpm: bigint): bigint => (from * PPM) / ratioPpm;
const least = (one: bigint, other: bigint): bigint => (one < other ? one : other);

/** A refusal in words, for alarms. */
export function describeRefusal(refusal: PriceRefusal): string {
  switch (refusal.reason) {
    case 'malformed':
      return `word ${refusal.position} of its prices is malformed or out of order`;
    case 'missing':
      return `it shows no price of market ${refusal.market}, expiry ${refusal.expirySec}`;
    case 'deviates': {
      const { anchor, expirySec, market, value } = refusal;
      const what = expirySec === 0 ? 'spot' : `forward or volatility of expiry ${expirySec}`;
      return `market ${market}'s ${what}, ${value}, is out of reach of its anchor ${anchor}`;
    }
  }
}
