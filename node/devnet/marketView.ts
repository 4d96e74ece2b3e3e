import type { Instrument } from '../core/protocol/instrument.ts';
import type { RpcClient } from '../rpc/client.ts';
import type { CallResult } from '../rpc/method.ts';
import { getInstruments, getTicker } from '../rpc/methods/market.ts';

type Shown = CallResult<typeof getTicker>;
export type Level = Pick<NonNullable<Shown['bestBid']>, 'price' | 'lots'>;

/** One instrument as the public RPC shows it, prices in price units. */
export interface Ticker extends Instrument, Pick<Shown, 'status' | 'mark' | 'index'> {
  readonly bestBid: Level | null;
  readonly bestAsk: Level | null;
}

/** All listed instruments with mark and book tops. */
export async function readMarket(rpc: RpcClient): Promise<readonly Ticker[]> {
  const listed = await rpc.call(getInstruments);
  return Promise.all(
    listed.map(async (instrument) => ({
      ...(await rpc.call(getTicker, { instrument: instrument.instrument })),
      ...instrument,
    })),
  );
}
