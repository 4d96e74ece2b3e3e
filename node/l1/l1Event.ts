import type { Instrument } from '../core/protocol/instrument.ts';
import type { L1Op } from '../core/protocol/rows.ts';
import { decodeExchangeLog, type ExchangeLog, instrumentIn, l1OpIn } from './exchangeEvent.ts';

/** What the sequencer needs to know of L1, in L1's order. */
export type L1Event =
  | { readonly type: 'l1Op'; readonly index: number; readonly op: L1Op }
  | { readonly type: 'list'; readonly instrument: Instrument }
  | { readonly type: 'delist'; readonly instrument: number };

/**
 * One log of the exchange; null for those that order nothing (accepted batches, claims, governance).
 * @throws FollowError L1_LOG_UNREADABLE for anything that is not in the contract's ABI.
 */
export function l1EventIn(log: ExchangeLog): L1Event | null {
  const event = decodeExchangeLog(log);
  switch (event.eventName) {
    case 'L1OpQueued':
      return { type: 'l1Op', index: Number(event.args.index), op: l1OpIn(event.args, log) };
    case 'InstrumentListed':
      return { type: 'list', instrument: instrumentIn(event.args, log) };
    case 'InstrumentDelisted':
      return { type: 'delist', instrument: event.args.id };
    default:
      return null;
  }
}
