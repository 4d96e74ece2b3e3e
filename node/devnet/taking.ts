import { TIME_IN_FORCE } from '../core/protocol/flags.ts';
import type { Ticker } from './marketView.ts';
import type { Order } from './trader.ts';

const PPM = 1_000_000n;
/** How much worse than the book's top a taker accepts. */
const SLIPPAGE_PPM = 20_000n;

/** Buys (or sells) at the top of the book; null if there is none. */
export function outright(ticker: Ticker, side: 'buy' | 'sell', lots: number): Order | null {
  const top = side === 'buy' ? ticker.bestAsk : ticker.bestBid;
  if (ticker.status !== 'live' || top === null) return null;
  const price = BigInt(top.price);
  const slippage = (price * SLIPPAGE_PPM) / PPM + 1n;
  const limit = side === 'buy' ? price + slippage : slippage - price;
  const legs = [{ instrument: ticker.instrument, ratio: side === 'buy' ? 1 : -1 }];
  return { legs, lots, limit, timeInForce: TIME_IN_FORCE.IOC };
}

/** A package at the tops of its legs' books, all or nothing; null if a book is empty. */
function packageOrder(legs: readonly (readonly [Ticker, 1 | -1])[], lots: number): Order | null {
  let limit = 0n;
  for (const [ticker, ratio] of legs) {
    const top = ratio === 1 ? ticker.bestAsk : ticker.bestBid;
    if (ticker.status !== 'live' || top === null) return null;
    const price = BigInt(top.price);
    limit += BigInt(ratio) * price + (price * SLIPPAGE_PPM) / PPM + 1n;
  }
  return {
    legs: legs.map(([{ instrument }, ratio]) => ({ instrument, ratio })),
    lots,
    limit,
    timeInForce: TIME_IN_FORCE.FOK,
  };
}

/** The strike next to the index, as a straddle (call and put bought). */
export function straddle(market: readonly Ticker[], expirySec: number, lots: number): Order | null {
  const [call, put] = ['call', 'put'].map((kind) => nearest(market, expirySec, kind));
  return call === undefined || put === undefined
    ? null
    : packageOrder(
        [
          [call, 1],
          [put, 1],
        ],
        lots,
      );
}

/** A call bought at the strike next to the index, the next higher one sold. */
export function callVertical(market: readonly Ticker[], expirySec: number, lots: number): Order | null {
  const long = nearest(market, expirySec, 'call');
  if (long === undefined) return null;
  const higher = market
    .filter((ticker) => ticker.expirySec === expirySec && ticker.kind === 'call' && ticker.strike > long.strike)
    .sort((one, other) => (one.strike < other.strike ? -1 : 1))[0];
  return higher === undefined
    ? null
    : packageOrder(
        [
          [long, 1],
          [higher, -1],
        ],
        lots,
      );
}

function nearest(market: readonly Ticker[], expirySec: number, kind: string): Ticker | undefined {
  const distance = ({ index, strike }: Ticker): bigint => {
    const difference = strike - (index ?? 0n);
    return difference < 0n ? -difference : difference;
  };
  return market
    .filter((ticker) => ticker.expirySec === expirySec && ticker.kind === kind)
    .sort((one, other) => (distance(one) < distance(other) ? -1 : 1))[0];
}
