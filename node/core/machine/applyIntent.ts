import { TIME_IN_FORCE } from '../protocol/flags.ts';
import type { SignedIntent } from '../protocol/rows.ts';
import { checkIntent } from './checkIntent.ts';
import type { CancelReason } from './events.ts';
import type { Exchange } from './exchange.ts';
import { makeRoomForFill } from './fillRoom.ts';
import type { InstrumentState } from './instrumentState.ts';
import { judgeFill, reducible } from './judgeFill.ts';
import { matchPackage } from './matchPackage.ts';
import { Order } from './order.ts';
import { PostJournal } from './postJournal.ts';
import type { RejectionName } from './rejections.ts';

/** A taker on its way: accepted with the first thing that it changes. */
class Acceptance {
  private readonly exchange: Exchange;
  private readonly order: Order;
  done = false;

  constructor(exchange: Exchange, order: Order) {
    this.exchange = exchange;
    this.order = order;
  }

  now(): void {
    if (this.done) return;
    this.done = true;
    const { account, nonce } = this.order;
    this.exchange.events.push({ type: 'accepted', account: account.id, nonce });
    this.exchange.takeNonce(account, nonce);
  }

  /** Ends the order: a rejection while nothing has changed, else the rest is cancelled. */
  stop(rejection: RejectionName, reason: CancelReason): RejectionName | null {
    if (!this.done) return rejection;
    const { account, nonce, remaining: lots } = this.order;
    this.exchange.events.push({ type: 'cancelled', account: account.id, nonce, lots, reason });
    return null;
  }
}

function crosses(order: Order, price: number): boolean {
  return order.sign * (order.price - price) >= 0;
}

/** Lots that the taker may still trade now. */
function wantedLots(order: Order, instrument: InstrumentState): number {
  return order.flags.reduceOnly ? Math.min(order.remaining, reducible(order, instrument)) : order.remaining;
}

/** Runs a fill-or-kill order on trial: why it cannot be filled whole, or null. Changes nothing. */
function fokProblem(exchange: Exchange, order: Order, instrument: InstrumentState): RejectionName | null {
  const journal = new PostJournal();
  let wanted = order.remaining;
  let problem: RejectionName | null = null;
  const { levels } = exchange.orders.book(instrument).opposite(order.sign);
  const replaced = exchange.orders.replacedBy(order.account, order.nonce);
  for (let k = levels.length - 1; k >= 0 && wanted > 0 && problem === null; k--) {
    const level = levels[k];
    if (level === undefined || !crosses(order, level.price)) break;
    for (let maker = level.head; maker !== null && wanted > 0; maker = maker.next) {
      if (maker === replaced) continue;
      const verdict = judgeFill(exchange, order, maker, wanted);
      if (verdict.kind === 'stop') problem = verdict.rejection;
      if (verdict.kind === 'stop') break;
      if (verdict.kind === 'dropMaker') continue;
      journal.post(order.account, instrument, exchange.takerScratch);
      journal.post(maker.account, instrument, exchange.makerScratch);
      wanted -= verdict.lots;
    }
  }
  journal.rollBack();
  return problem ?? (wanted > 0 ? 'NOT_ENOUGH_LIQUIDITY' : null);
}

function executeFill(exchange: Exchange, taker: Order, maker: Order, lots: number, fees: [number, number]): void {
  const instrument = maker.instrument as InstrumentState;
  makeRoomForFill(exchange, taker.account, taker, taker.rowBatch === exchange.batch.number, maker);
  const { batch } = exchange;
  batch.touch(taker.account, exchange.timeSec);
  batch.touch(maker.account, exchange.timeSec);
  taker.account.commit(exchange.takerScratch, instrument);
  maker.account.commit(exchange.makerScratch, instrument);
  batch.resize(taker.account);
  batch.resize(maker.account);
  const net = taker.sign * maker.price * lots;
  exchange.addSigned(taker, lots, net, fees[1]);
  exchange.fillEvent(maker, taker.account, taker.nonce, lots, fees);
  exchange.fillMaker(maker, lots, -net, fees[0]);
}

/** Price-time matching of a one-leg order. Null: accepted (what is left rests or is cancelled). */
function matchOutright(exchange: Exchange, order: Order, instrument: InstrumentState): RejectionName | null {
  const acceptance = new Acceptance(exchange, order);
  const opposite = exchange.orders.book(instrument).opposite(order.sign);
  const replaced = exchange.orders.replacedBy(order.account, order.nonce);
  for (let wanted = wantedLots(order, instrument); wanted > 0; wanted = wantedLots(order, instrument)) {
    const maker = opposite.best()?.head ?? null;
    if (maker === null || !crosses(order, maker.price)) break;
    if (order.flags.postOnly) return 'POST_ONLY_WOULD_CROSS';
    if (maker === replaced) {
      acceptance.now();
      continue;
    }
    const verdict = judgeFill(exchange, order, maker, wanted);
    if (verdict.kind !== 'stop' || verdict.dropMaker) acceptance.now();
    if (verdict.kind === 'stop') {
      if (verdict.dropMaker) exchange.cancel(maker, 'selfTrade');
      return acceptance.stop(verdict.rejection, verdict.reason);
    }
    if (verdict.kind === 'dropMaker') exchange.cancel(maker, verdict.reason);
    else executeFill(exchange, order, maker, verdict.lots, [verdict.makerFee, verdict.takerFee]);
  }
  if (order.remaining === 0) return null;
  if (order.flags.reduceOnly && reducible(order, instrument) === 0)
    return acceptance.stop('NOTHING_TO_REDUCE', 'reduceOnly');
  acceptance.now();
  if (order.flags.timeInForce === TIME_IN_FORCE.GTC) exchange.rest(order);
  else acceptance.stop('NOT_ENOUGH_LIQUIDITY', 'ioc');
  return null;
}

/** Takes a signed intent: matches it, and rests what a GTC order has left. */
export function applyIntent(exchange: Exchange, signed: SignedIntent): RejectionName | null {
  const checked = checkIntent(exchange, signed.intent);
  if (typeof checked === 'string') return checked;
  const { account, flags, instruments } = checked;
  const instrument = checked.outright ? (instruments[0] as InstrumentState) : null;
  const order = new Order(account, signed, flags, exchange.nextSequence, instrument);
  exchange.nextSequence += 1;
  if (instrument === null) return matchPackage(exchange, order, instruments);
  if (flags.reduceOnly && reducible(order, instrument) === 0) return 'NOTHING_TO_REDUCE';
  if (flags.timeInForce === TIME_IN_FORCE.FOK) {
    const problem = fokProblem(exchange, order, instrument);
    if (problem !== null) return problem;
  }
  return matchOutright(exchange, order, instrument);
}
