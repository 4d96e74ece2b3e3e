import type { PriceSource } from './priceSource.ts';
import { splitMix } from './splitMix.ts';

export interface SeededPathOptions {
  readonly seed: bigint;
  readonly startSec: number;
  /** Price units. */
  readonly startPrice: bigint;
}

const PPM = 1_000_000n;
/** Standard deviation of a quiet second: 0.015%, an annual volatility of about 84%. */
const QUIET_STEP_PPM = 150n;
/** Seconds from the start to the first jump, and between jumps: a fixed part plus up to a random one. */
const FIRST_JUMP = { fixedSec: 75n, randomSec: 15n };
const NEXT_JUMP = { fixedSec: 120n, randomSec: 120n };
/** A jump's size. Above a quarter of the development preset's spot range, so it breaches an account at the limit of its margin. */
const JUMP = { fixedPpm: 65_000n, randomPpm: 15_000n };
/** Jumps lead back when the price has left [1 / ratio, ratio] times the start. */
const HOME_RATIO_PPM = 1_250_000n;

/**
 * A random walk in integers with jumps, one price a second, fixed by its seed and start.
 *
 * Second i of the walk uses SplitMix output 3i for the step and 3i + 1, 3i + 2 for a jump's size and the gap to the next.
 */
export function createSeededPath({ seed, startSec, startPrice }: SeededPathOptions): PriceSource {
  const prices: bigint[] = [startPrice];
  let nextJump = FIRST_JUMP.fixedSec + (splitMix(seed, 2n) % FIRST_JUMP.randomSec);

  function extend(): void {
    const second = BigInt(prices.length);
    const last = prices[prices.length - 1] as bigint;
    let movePpm = quietStepPpm(splitMix(seed, 3n * second));
    if (second >= nextJump) {
      movePpm += jumpPpm(splitMix(seed, 3n * second + 1n), last, startPrice);
      nextJump = second + NEXT_JUMP.fixedSec + (splitMix(seed, 3n * second + 2n) % NEXT_JUMP.randomSec);
    }
    const moved = (last * (PPM + movePpm)) / PPM;
    prices.push(moved > 1n ? moved : 1n);
  }

  return {
    description: `seeded path, seed ${seed}`,
    priceAt: (timeSec) => {
      const second = Math.max(0, timeSec - startSec);
      while (prices.length <= second) extend();
      return prices[second] as bigint;
    },
  };
}

/** Sum of four uniform 16-bit numbers, centred and scaled to the quiet standard deviation (their sum's is 2^16 / sqrt 3). */
function quietStepPpm(bits: bigint): bigint {
  let sum = -131_070n;
  for (let shift = 0n; shift < 64n; shift += 16n) sum += (bits >> shift) & 0xffffn;
  return (sum * QUIET_STEP_PPM) / 37_837n;
}

function jumpPpm(bits: bigint, price: bigint, home: bigint): bigint {
  const size = JUMP.fixedPpm + ((bits >> 1n) % JUMP.randomPpm);
  if (price * PPM > home * HOME_RATIO_PPM) return -size;
  if (price * HOME_RATIO_PPM < home * PPM) return size;
  return (bits & 1n) === 0n ? -size : size;
}
