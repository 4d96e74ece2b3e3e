import { SELF_TRADE } from '../protocol/flags.ts';
import type { PostVerdict } from './accountState.ts';
import type { CancelReason } from './events.ts';
import type { Exchange } from './exchange.ts';
import { fillFitsFresh } from './fillRoom.ts';
import type { InstrumentState } from './instrumentState.ts';
import type { Order } from './order.ts';
import type { RejectionName } from './rejections.ts';

/** What becomes of a taker and the maker at the top of the book. */
export type FillJudgement =
  | { readonly kind: 'fill'; readonly lots: number; readonly takerFee: number; readonly makerFee: number }
  | { readonly kind: 'dropMaker'; readonly reason: CancelReason }
  | {
      readonly kind: 'stop';
      readonly rejection: RejectionName;
      readonly reason: CancelReason;
      readonly dropMaker: boolean;
    };

function stop(rejection: RejectionName, reason: CancelReason, dropMaker = false): FillJudgement {
  return { kind: 'stop', rejection, reason, dropMaker };
}

/** Lots that a reduce-only order may still trade: the position against its direction. */
export function reducible(order: Order, instrument: InstrumentState): number {
  return Math.max(-order.sign * order.account.lotsOf(instrument.id), 0);
}

function takerStop(verdict: PostVerdict): FillJudgement {
  if (verdict === 'margin') return stop('INSUFFICIENT_MARGIN', 'riskTaker');
  return stop(verdict === 'positions' ? 'POSITION_LIMIT' : 'AMOUNT_OUT_OF_BOUNDS', 'limitTaker');
}

/**
 * Judges the next fill of an outright taker, `wanted` lots at most, on the exact integers that the circuit checks.
 * After 'fill' the exchange's scratches hold both accounts as they would be. Nothing is changed.
 */
export function judgeFill(exchange: Exchange, taker: Order, maker: Order, wanted: number): FillJudgement {
  const instrument = maker.instrument as InstrumentState;
  if (maker.account === taker.account) {
    const rule = taker.flags.selfTrade;
    if (rule === SELF_TRADE.CANCEL_OLDEST) return { kind: 'dropMaker', reason: 'selfTrade' };
    return stop('SELF_TRADE', 'selfTrade', rule === SELF_TRADE.CANCEL_BOTH);
  }
  let lots = Math.min(wanted, maker.remaining);
  if (maker.flags.reduceOnly) lots = Math.min(lots, reducible(maker, instrument));
  if (lots === 0) return { kind: 'dropMaker', reason: 'reduceOnly' };
  const takerFee = instrument.fee(instrument.takerFee, maker.price, lots);
  const makerFee = instrument.fee(instrument.makerFee, maker.price, lots);
  // Rounded products only beyond 2^53, where both sides of the comparison are that large: the order still holds.
  if (takerFee > taker.maxFeePerLot * lots) return stop('FEE_CAP_TOO_LOW', 'feeTaker');
  if (makerFee > maker.maxFeePerLot * lots) return { kind: 'dropMaker', reason: 'feeMaker' };
  const { takerScratch, makerScratch, positionLimit } = exchange;
  const net = taker.sign * maker.price * lots;
  const forTaker = taker.account.tryPost(takerScratch, instrument, taker.sign * lots, -net - takerFee, positionLimit);
  if (forTaker !== 'ok') return takerStop(forTaker);
  const forMaker = maker.account.tryPost(makerScratch, instrument, maker.sign * lots, net - makerFee, positionLimit);
  if (forMaker !== 'ok') return { kind: 'dropMaker', reason: forMaker === 'margin' ? 'riskMaker' : 'limitMaker' };
  if (!fillFitsFresh(exchange, taker.account, maker.account, instrument)) return stop('SHAPE_TOO_SMALL', 'limitTaker');
  return { kind: 'fill', lots, takerFee, makerFee };
}
