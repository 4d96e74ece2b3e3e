import { type Health, isFairOutcome } from '../risk/margin.ts';
import type { AccountState } from './accountState.ts';
import { healthOf } from './accountSums.ts';
import type { Exchange } from './exchange.ts';
import { fillFitsFresh, makeRoomForFill } from './fillRoom.ts';
import type { InstrumentState } from './instrumentState.ts';
import { reducible } from './judgeFill.ts';
import type { Order } from './order.ts';

/**
 * How far from its mark an instrument may be closed, as a share of the market's spot: the cost bound limits what an account
 * pays for the risk it sheds, the band keeps one step from paying it all to a bid that is far off.
 */
const BAND_PPM = 10_000n;
const PPM = 1_000_000n;

/** Closes one account's positions against the books, every step inside the cost bound (protocol, section 5). */
class Liquidation {
  private readonly exchange: Exchange;
  private readonly account: AccountState;
  /** As the account was when the open batch opened: rows that came before its liquidation left its margin alone. */
  private reference: Health;

  constructor(exchange: Exchange, account: AccountState) {
    this.exchange = exchange;
    this.account = account;
    this.reference = account.health;
  }

  run(): void {
    const { exchange, account } = this;
    const { number } = exchange.batch;
    exchange.cancelAllOf(account, 'liquidation');
    exchange.events.push({ type: 'liquidation', account: account.id, phase: 'begun', excess: account.worst });
    if (account.signedBatch === number || account.opBatch === number) exchange.closeBatch();
    for (let moved = true; moved && account.worst < 0n; ) {
      moved = false;
      for (const instrument of [...account.instruments]) {
        while (account.worst < 0n && this.step(instrument)) moved = true;
      }
    }
    exchange.events.push({ type: 'liquidation', account: account.id, phase: 'ended', excess: account.worst });
  }

  /** One fill against the best maker that can take it. False: this position cannot be brought down further now. */
  private step(instrument: InstrumentState): boolean {
    const { exchange, account } = this;
    // Between its expiry and the report that settles it a series' payoff is all but known: its book is not to be used.
    if (instrument.spec.expirySec <= exchange.timeSec || !instrument.live) return false;
    for (;;) {
      const held = account.lotsOf(instrument.id);
      const sign = -Math.sign(held);
      const maker = held === 0 ? null : (exchange.orders.book(instrument).opposite(sign).best()?.head ?? null);
      if (maker === null || !this.inBand(maker, instrument)) return false;
      if (!fillFitsFresh(exchange, account, maker.account, instrument)) return false;
      if (!this.enterBatch(maker, instrument)) return false;
      const room = maker.flags.reduceOnly ? reducible(maker, instrument) : maker.remaining;
      const lots = this.lotsFor(maker, instrument, sign, Math.min(room, maker.remaining, Math.abs(held)));
      if (room > 0 && lots === 0) return false;
      if (lots > 0 && this.fill(maker, instrument, sign, lots)) return true;
      if (lots === 0) exchange.cancel(maker, 'reduceOnly');
    }
  }

  /** The best price is as near the mark as it gets: when it is outside the band, so is every other. */
  private inBand(maker: Order, instrument: InstrumentState): boolean {
    const mark = instrument.row?.values[0];
    const spot = this.exchange.report?.spots.get(instrument.market);
    if (mark === undefined || spot === undefined) return false;
    const off = BigInt(maker.price) - mark;
    return (off < 0n ? -off : off) * PPM <= spot * BAND_PPM;
  }

  /** Sees to it that the step's rows fit the open batch. False: in a new batch the account would be too healthy. */
  private enterBatch(maker: Order, instrument: InstrumentState): boolean {
    const { exchange, account } = this;
    const rowExists = exchange.batch.liquidations.has(`${account.id}:${instrument.id}`);
    makeRoomForFill(exchange, account, null, rowExists, maker);
    if (account.liquidatedBatch === exchange.batch.number) return true;
    this.reference = account.health;
    return account.maintenanceBreached;
  }

  /** The account's health after a close of so many lots; null: out of bounds. The taker scratch holds it. */
  private after(maker: Order, instrument: InstrumentState, sign: number, lots: number): Health | null {
    const { exchange, account } = this;
    const cash = -sign * maker.price * lots;
    const verdict = account.tryPost(exchange.takerScratch, instrument, sign * lots, cash, exchange.positionLimit);
    return verdict === 'bounds' || verdict === 'positions' ? null : healthOf(exchange.takerScratch.sums);
  }

  private allowed(health: Health | null): boolean {
    return health !== null && health.worst > this.account.worst && isFairOutcome(this.reference, health);
  }

  /**
   * How many lots to close: no more than initial margin needs, else as many as the cost bound allows. W is concave
   * in the lots (a minimum of linear functions less a convex charge), so both are found by bisection.
   */
  private lotsFor(maker: Order, instrument: InstrumentState, sign: number, most: number): number {
    const at = (lots: number): Health | null => this.after(maker, instrument, sign, lots);
    if (most === 0) return 0;
    if ((at(most)?.worst ?? -1n) >= 0n) {
      const enough = firstTrue(most, (lots) => (at(lots)?.worst ?? -1n) >= 0n);
      if (this.allowed(at(enough))) return enough;
    }
    for (let lots = most; lots > 0; lots = Math.floor(lots / 2)) if (this.allowed(at(lots))) return lots;
    return 0;
  }

  /** False: the maker could not take it and is cancelled. */
  private fill(maker: Order, instrument: InstrumentState, sign: number, lots: number): boolean {
    const { exchange, account } = this;
    const { takerScratch, makerScratch, batch } = exchange;
    const net = sign * maker.price * lots;
    const fee = instrument.fee(instrument.makerFee, maker.price, lots);
    if (fee > maker.maxFeePerLot * lots) {
      exchange.cancel(maker, 'feeMaker');
      return false;
    }
    const verdict = maker.account.tryPost(makerScratch, instrument, -sign * lots, net - fee, exchange.positionLimit);
    if (verdict !== 'ok') {
      exchange.cancel(maker, verdict === 'margin' ? 'riskMaker' : 'limitMaker');
      return false;
    }
    if (!this.allowed(this.after(maker, instrument, sign, lots))) throw new Error('invariant: a step keeps the bound');
    batch.touch(account, exchange.timeSec);
    batch.touch(maker.account, exchange.timeSec);
    account.commit(takerScratch, instrument);
    maker.account.commit(makerScratch, instrument);
    batch.resize(account);
    batch.resize(maker.account);
    exchange.addLiquidation(account, [{ instrument: instrument.id, ratio: sign }], lots, net);
    exchange.fillEvent(maker, account, 0, lots, [fee, 0]);
    exchange.fillMaker(maker, lots, -net, fee);
    return true;
  }
}

/** Smallest n in 1..most for which `holds`, which holds at `most` and, once true, stays true. */
function firstTrue(most: number, holds: (n: number) => boolean): number {
  let low = 0;
  let high = most;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** Liquidates every account below maintenance, ascending by id, as far as the books and the cost bound allow. */
export function liquidateAll(exchange: Exchange): void {
  for (const account of exchange.sortedAccounts()) {
    if (account.maintenanceBreached) new Liquidation(exchange, account).run();
  }
}
