import type { Instrument } from '../protocol/instrument.ts';
import type { L1OpRow } from '../protocol/rows.ts';

export type Side = 'buy' | 'sell';

export type CancelReason =
  | 'user'
  | 'replaced' // a newer nonce took the slot
  | 'selfTrade'
  | 'expired'
  | 'keyChanged'
  | 'riskMaker' // its account could no longer take a fill
  | 'feeMaker' // the maker fee rose above its signed maximum
  | 'riskTaker'
  | 'feeTaker'
  | 'limitMaker' // position count or bounds of its account
  | 'limitTaker'
  | 'reduceOnly'
  | 'ioc' // remainder of an IOC order
  | 'liquidation'
  | 'instrumentExpired'
  | 'instrumentUnpriced'
  | 'delisted';

/**
 * What an entry did, in order. Prices in price units (below 2^40), lots in 0.01 contract, both exact Numbers;
 * fees, premiums and amounts are bigint cash units (1e-6 USDC).
 */
export type MachineEvent =
  | { readonly type: 'accepted'; readonly account: number; readonly nonce: number }
  | {
      readonly type: 'resting';
      readonly account: number;
      readonly nonce: number;
      readonly instrument: number;
      readonly side: Side;
      readonly price: number;
      readonly lots: number;
    }
  | FillEvent
  | {
      readonly type: 'cancelled';
      readonly account: number;
      readonly nonce: number;
      /** Lots of the intent that were never filled. */
      readonly lots: number;
      readonly reason: CancelReason;
    }
  /** A level's new total; changeId counts 1, 2, 3.. per instrument, so a gap shows. */
  | {
      readonly type: 'bookChange';
      readonly instrument: number;
      readonly changeId: number;
      readonly side: Side;
      readonly price: number;
      readonly lots: number;
    }
  | {
      readonly type: 'settled';
      readonly account: number;
      readonly instrument: number;
      readonly lots: number;
      readonly price: number;
      readonly amount: bigint;
    }
  /** A liquidation began: maintenance breached, all orders of the account cancelled. */
  | {
      readonly type: 'liquidation';
      readonly account: number;
      readonly phase: 'begun' | 'ended';
      readonly excess: bigint;
    }
  | { readonly type: 'withdrawal'; readonly account: number; readonly nonce: number; readonly amount: bigint }
  | { readonly type: 'l1Op'; readonly index: number; readonly row: L1OpRow }
  /** The op waits for a report: no batch may be made without one. */
  | { readonly type: 'l1OpDeferred'; readonly index: number }
  | { readonly type: 'listed'; readonly instrument: Instrument }
  | { readonly type: 'delisted'; readonly instrument: number }
  | { readonly type: 'reportApplied'; readonly timeSec: number; readonly instruments: number }
  | { readonly type: 'batchSealed'; readonly batchNumber: number; readonly timeSec: number; readonly trades: number };

export interface FillEvent {
  readonly type: 'fill';
  /** Serial over the machine's life, from 1. */
  readonly tradeId: number;
  readonly batchNumber: number;
  readonly instrument: number;
  readonly price: number;
  readonly lots: number;
  readonly maker: FillParty;
  readonly taker: FillParty;
  /** Side of the taker. */
  readonly aggressor: Side;
  /** The taker is an account under liquidation (nonce 0 then). */
  readonly liquidation: boolean;
  readonly timeSec: number;
}

export interface FillParty {
  readonly account: number;
  readonly nonce: number;
  /** Cash units. A package pays one fee for all its legs: here the leg's own. */
  readonly fee: bigint;
}
