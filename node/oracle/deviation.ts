/** A spot that was published before: price units, seconds. */
export interface PastSpot {
  readonly price: bigint;
  readonly timeSec: number;
}

export interface DeviationBound {
  readonly basePpm: bigint;
  readonly ppmPerSec: bigint;
}

/** How far a spot may be from the one before, in millionths: base + rate * seconds between (protocol, section 7). */
export function allowedDeviationPpm(bound: DeviationBound, past: PastSpot, timeSec: number): bigint {
  const elapsed = BigInt(Math.max(0, timeSec - past.timeSec));
  return bound.basePpm + bound.ppmPerSec * elapsed;
}

/** The contract's own test, in integers: |price - past| * 10^6 <= past * allowed. */
export function isWithinDeviation(bound: DeviationBound, past: PastSpot, price: bigint, timeSec: number): boolean {
  const distance = price > past.price ? price - past.price : past.price - price;
  return distance * 1_000_000n <= past.price * allowedDeviationPpm(bound, past, timeSec);
}
