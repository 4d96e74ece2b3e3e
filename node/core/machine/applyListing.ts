import type { Instrument } from '../protocol/instrument.ts';
import { checkListing } from './checkListing.ts';
import type { Exchange } from './exchange.ts';
import type { RejectionName } from './rejections.ts';

/** Adds instruments; they trade from the next report on. All or none. */
export function applyList(exchange: Exchange, instruments: readonly Instrument[]): RejectionName | null {
  const problem = checkListing(exchange, instruments);
  if (problem !== null) return problem;
  for (const spec of instruments) {
    exchange.addInstrument(exchange.newInstrument(spec));
    exchange.events.push({ type: 'listed', instrument: spec });
  }
  return null;
}

/** Takes instruments off that nobody holds; their orders are cancelled. All or none. */
export function applyDelist(exchange: Exchange, ids: readonly number[]): RejectionName | null {
  const states = [...new Set(ids)].map((id) => exchange.instruments.get(id));
  for (const state of states) {
    if (state === undefined) return 'UNKNOWN_INSTRUMENT';
    if (state.holders > 0) return 'INSTRUMENT_HELD';
  }
  for (const state of states) {
    if (state === undefined) continue;
    exchange.cancelBook(state, 'delisted');
    exchange.orders.closeBook(state);
    exchange.instruments.delete(state.id);
    exchange.events.push({ type: 'delisted', instrument: state.id });
  }
  return null;
}
