import type { PriceSource } from '../../../node/oracle/priceSource.ts';
import { splitMix } from '../../../node/oracle/splitMix.ts';
import type { Prng } from '../../property/prng.ts';

export const MARKET = 1;
const START_PRICE = 30_000_000n;
const PPM = 1_000_000n;
/** A quiet second moves by at most this. */
const QUIET_PPM = 120n;

/** The price of the underlying, one a second, the same for everybody who asks: a quiet walk and the leaps that faults add. */
export class Market implements PriceSource {
  readonly description = 'simulated';
  private readonly seed: bigint;
  private readonly startSec: number;
  private readonly prices: bigint[] = [START_PRICE];
  private readonly leaps = new Map<number, bigint>();

  constructor(random: Prng, startSec: number) {
    this.seed = BigInt(random.below(2 ** 31));
    this.startSec = startSec;
  }

  readonly priceAt = (timeSec: number): bigint => {
    const second = Math.max(0, timeSec - this.startSec);
    while (this.prices.length <= second) this.extend();
    return this.prices[second] ?? START_PRICE;
  };

  /** From the first second on that nobody has asked for, and not before `timeSec`. */
  leap(timeSec: number, ppm: bigint): void {
    this.leaps.set(Math.max(this.prices.length, timeSec - this.startSec), ppm);
  }

  private extend(): void {
    const second = this.prices.length;
    const last = this.prices[second - 1] ?? START_PRICE;
    let move = (splitMix(this.seed, BigInt(second)) % (2n * QUIET_PPM + 1n)) - QUIET_PPM;
    // Far from home the walk leans back.
    if (last > (START_PRICE * 3n) / 2n) move -= QUIET_PPM / 2n;
    if (last < (START_PRICE * 2n) / 3n) move += QUIET_PPM / 2n;
    const moved = (last * (PPM + move + (this.leaps.get(second) ?? 0n))) / PPM;
    this.prices.push(moved > 1n ? moved : 1n);
  }
}
