import type { Instrument } from '../protocol/instrument.ts';
import { isUint } from './checkIntent.ts';
import type { Exchange } from './exchange.ts';
import type { RejectionName } from './rejections.ts';

/** Ids within their width, serial not 0, none listed before nor twice, no more than a report's table has rows for. */
export function checkListing(exchange: Exchange, instruments: readonly Instrument[]): RejectionName | null {
  const seen = new Set<number>();
  for (const { instrument, expirySec, strike } of instruments) {
    const fields = isUint(instrument, 20) && instrument % 65_536 !== 0 && isUint(expirySec, 40);
    if (!fields || strike < 0n || strike >= 2n ** 40n) return 'MALFORMED_LISTING';
    if (seen.has(instrument) || exchange.instruments.has(instrument)) return 'INSTRUMENT_LISTED';
    seen.add(instrument);
  }
  return exchange.instruments.size + instruments.length > exchange.instrumentLimit ? 'LISTING_FULL' : null;
}
