import type { Instrument } from '../core/protocol/instrument.ts';
import type { RpcClient } from './rpcClient.ts';

export interface Level {
  readonly price: number;
  readonly lots: number;
}

/** One instrument as the public RPC shows it, prices in price units. */
export interface Ticker extends Omit<Instrument, 'strike'> {
  readonly strike: bigint;
  readonly status: 'live' | 'expired' | 'unpriced';
  readonly mark: bigint | null;
  readonly index: bigint | null;
  readonly bestBid: Level | null;
  readonly bestAsk: Level | null;
}

type WireTicker = Pick<Ticker, 'status' | 'bestBid' | 'bestAsk'> & { mark: string | null; index: string | null };

/** All listed instruments with mark and book tops. */
export async function readMarket(rpc: RpcClient): Promise<readonly Ticker[]> {
  const listed = await rpc.call<readonly (Omit<Instrument, 'strike'> & { strike: string })[]>('public/get_instruments');
  return Promise.all(
    listed.map(async (instrument) => {
      const ticker = await rpc.call<WireTicker>('public/get_ticker', { instrument: instrument.instrument });
      return {
        ...instrument,
        strike: BigInt(instrument.strike),
        status: ticker.status,
        mark: ticker.mark === null ? null : BigInt(ticker.mark),
        index: ticker.index === null ? null : BigInt(ticker.index),
        bestBid: ticker.bestBid,
        bestAsk: ticker.bestAsk,
      };
    }),
  );
}
