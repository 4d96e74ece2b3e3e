import { describe, expect, it } from 'vitest';
import { expiryListing } from './demoListing.ts';
import type { Ticker } from './marketView.ts';
import { quotesAround } from './quoting.ts';
import { callVertical, outright, straddle } from './taking.ts';

const SPOT = 30_000_000n;
/** Every book one apart from 1,000,000. */
const market: readonly Ticker[] = expiryListing(SPOT, 9_000, 6, 'far').map((instrument) => ({
  ...instrument,
  status: 'live',
  mark: 1_000_000n,
  index: 30_100_000n,
  bestBid: { price: 990_000, lots: 10 },
  bestAsk: { price: 1_010_000, lots: 10 },
}));

describe('expiryListing', () => {
  it('lists a call and a put a strike and a future, serials in order, strikes in tens', () => {
    const near = expiryListing(30_012_345n, 100, 1, 'near');
    expect(near.map(({ instrument, kind, strike }) => [instrument, kind, strike])).toEqual([
      [65_537, 'call', 29_400_000n],
      [65_538, 'put', 29_400_000n],
      [65_539, 'call', 30_600_000n],
      [65_540, 'put', 30_600_000n],
      [65_541, 'future', 0n],
    ]);
    expect(market).toHaveLength(11);
  });
});

describe('taking', () => {
  it('buys a little above the ask and sells a little below the bid', () => {
    const ticker = market[0] as Ticker;
    expect(outright(ticker, 'buy', 5)).toMatchObject({ legs: [{ instrument: 65_542, ratio: 1 }], limit: 1_030_201n });
    expect(outright(ticker, 'sell', 5)).toMatchObject({ legs: [{ instrument: 65_542, ratio: -1 }], limit: -970_199n });
    expect(outright({ ...ticker, bestAsk: null }, 'buy', 5)).toBeNull();
  });

  it('straddles the strike next to the index', () => {
    expect(straddle(market, 9_000, 5)).toMatchObject({
      legs: [
        { instrument: 65_546, ratio: 1 },
        { instrument: 65_547, ratio: 1 },
      ],
      limit: 2_060_402n,
    });
  });

  it('sells the next higher strike in a vertical', () => {
    expect(callVertical(market, 9_000, 5)).toMatchObject({
      legs: [
        { instrument: 65_546, ratio: 1 },
        { instrument: 65_548, ratio: -1 },
      ],
      limit: 60_002n,
    });
    expect(callVertical(market, 1, 5)).toBeNull();
  });
});

describe('quotesAround', () => {
  it('stands on both sides of the mark, and asks only where a bid would be nothing', () => {
    const [ticker] = market as [Ticker];
    expect(quotesAround([ticker], 20_000n).map(({ limit }) => limit)).toEqual([973_979n, -1_026_021n]);
    expect(quotesAround([{ ...ticker, mark: 0n }], 20_000n).map(({ limit }) => limit)).toEqual([-6_021n]);
    expect(quotesAround([{ ...ticker, status: 'expired' }], 20_000n)).toEqual([]);
  });
});
