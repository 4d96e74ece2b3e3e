import { TIME_IN_FORCE } from '../core/protocol/flags.ts';
import type { Ticker } from './marketView.ts';
import type { Order } from './trader.ts';

/** 10.00 contracts of an option, 40.00 of a future: more than the demo takers want at once. */
const OPTION_LOTS = 1_000;
const FUTURE_LOTS = 4_000;
const PPM = 1_000_000n;

/**
 * A maker's quotes around the marks: a bid and an ask per live instrument, a share of the mark and of the index away.
 *
 * @param sharePpm of the mark; a tenth of it of the index is added, so that worthless options have a spread too
 */
export function quotesAround(market: readonly Ticker[], sharePpm: bigint): readonly Order[] {
  return market.flatMap(({ index, instrument, kind, mark, status }) => {
    if (status !== 'live' || mark === null || index === null) return [];
    const share = kind === 'future' ? sharePpm / 20n : sharePpm;
    const distance = (mark * share) / PPM + (index * sharePpm) / (100n * PPM) + 1n;
    const lots = kind === 'future' ? FUTURE_LOTS : OPTION_LOTS;
    const timeInForce = TIME_IN_FORCE.GTC;
    const ask: Order = { legs: [{ instrument, ratio: -1 }], lots, limit: -(mark + distance), timeInForce };
    if (mark <= distance) return [ask];
    return [{ legs: [{ instrument, ratio: 1 }], lots, limit: mark - distance, timeInForce }, ask];
  });
}
