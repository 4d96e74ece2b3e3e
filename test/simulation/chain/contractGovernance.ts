import type { Address } from 'viem';
import type { Instrument } from '../../../node/core/protocol/instrument.ts';
import { NOTICE_SEC } from '../../../node/oracle/inForce.ts';
import { type PriceAnchor, priceKey } from '../../../node/oracle/priceBound.ts';
import { type EmittedLog, emitted } from './contractLog.ts';
import type { CallContext } from './contractQueue.ts';
import { type ContractState, Revert, requireThat } from './contractState.ts';

/** contracts/src/Parameters.sol and StraddleGovernance.sol, as far as a run of the world changes something. */

const KINDS = [null, 'call', 'put', 'future'] as const;
const MAX_EXPIRIES = 32;
/** From one change to the next of its kind: what the exchange keeps of earlier ones is one, so no batch that settles is older. */
const SPACING_SEC = 14 * 86_400;

export interface ListedInstrument {
  readonly id: number;
  readonly kind: number;
  readonly expiry: number;
  readonly strike: number;
}

const requireGovernance = ({ config, sender }: CallContext): void =>
  requireThat(sender === config.governance, 'NotGovernance', sender);

const marketOf = (id: number): number => id >> 16;

/** The expiry has one instrument more. */
const listExpiry = (state: ContractState, market: number, expirySec: number, blockSec: number): void => {
  const key = priceKey(market, expirySec);
  const known = state.book.get(key);
  if (known === undefined) {
    const first = priceKey(market, 0);
    const expiries = [...state.book.keys()].filter((one) => one > first && one < priceKey(market + 1, 0));
    requireThat(expiries.length < MAX_EXPIRIES, 'ExpiriesFull', market);
  }
  const fresh: PriceAnchor = { price: 0n, volatilityPpm: 0n, timeSec: 0, listedAtSec: 0, listed: 0 };
  const anchor = known ?? fresh;
  const listedAtSec = anchor.listed === 0 ? blockSec : anchor.listedAtSec;
  state.book = new Map(state.book).set(key, { ...anchor, listedAtSec, listed: anchor.listed + 1 });
};

const delistExpiry = (state: ContractState, market: number, expirySec: number): void => {
  const key = priceKey(market, expirySec);
  const anchor = state.book.get(key);
  // Past expiries have left the list: nothing is asked of them any more.
  if (anchor !== undefined) state.book = new Map(state.book).set(key, { ...anchor, listed: anchor.listed - 1 });
};

export function listInstruments(
  state: ContractState,
  context: CallContext,
  items: readonly ListedInstrument[],
): EmittedLog[] {
  requireGovernance(context);
  return items.map(({ expiry, id, kind, strike }) => {
    const named = KINDS[kind];
    const serials = [...state.listings.keys()]
      .filter((one) => marketOf(one) === marketOf(id))
      .map((one) => one & 0xffff);
    const expected = (marketOf(id) << 16) | (Math.max(0, ...serials) + 1);
    requireThat(id === expected, 'InstrumentOutOfOrder', id, expected);
    if (named === null || named === undefined || expiry <= context.blockSec) throw new Revert('InstrumentInvalid', id);
    const instrument: Instrument = { instrument: id, kind: named, expirySec: expiry, strike: BigInt(strike) };
    state.listings.set(id, { instrument, delisted: false, payoff: null });
    listExpiry(state, marketOf(id), expiry, context.blockSec);
    return emitted('InstrumentListed', { id, kind, expiry, strike });
  });
}

export function delistInstruments(state: ContractState, context: CallContext, ids: readonly number[]): EmittedLog[] {
  requireGovernance(context);
  return ids.map((id) => {
    const listing = state.listings.get(id);
    if (listing === undefined || listing.delisted) throw new Revert('InstrumentNotListed', id);
    state.listings.set(id, { ...listing, delisted: true });
    delistExpiry(state, marketOf(id), listing.instrument.expirySec);
    return emitted('InstrumentDelisted', { id });
  });
}

export function setPause(state: ContractState, context: CallContext, until: number): EmittedLog[] {
  requireGovernance(context);
  if (context.blockSec >= state.pausedUntil) state.pausedFrom = context.blockSec;
  state.pausedUntil = until;
  return [emitted('Paused', { until })];
}

export function setOracleCommittee(
  state: ContractState,
  context: CallContext,
  oracles: readonly Address[],
  quorum: number,
): EmittedLog[] {
  requireGovernance(context);
  const isMajority = quorum <= oracles.length && 2 * quorum > oracles.length;
  requireThat(isMajority, 'CommitteeInvalid', BigInt(oracles.length), quorum);
  const { latest: before, sinceSec: lastSinceSec } = state.committee;
  const allowedFrom = lastSinceSec === 0 ? 0 : lastSinceSec - NOTICE_SEC + SPACING_SEC;
  requireThat(context.blockSec >= allowedFrom, 'ChangeTooSoon', BigInt(allowedFrom));
  const sinceSec = context.blockSec + NOTICE_SEC;
  state.committee = { before, sinceSec, latest: { oracles: [...oracles], quorum } };
  return [emitted('OracleCommitteeSet', { oracles, quorum })];
}
