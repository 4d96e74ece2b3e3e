import { SELF_TRADE, TIME_IN_FORCE } from '../protocol/flags.ts';
import { NO_ROWS } from '../protocol/rowCounts.ts';
import { isNoWorse } from '../risk/margin.ts';
import type { AccountState } from './accountState.ts';
import type { CancelReason } from './events.ts';
import type { Exchange } from './exchange.ts';
import type { InstrumentState } from './instrumentState.ts';
import { reducible } from './judgeFill.ts';
import type { Touch } from './openBatch.ts';
import type { Order } from './order.ts';
import { PostJournal } from './postJournal.ts';
import type { RejectionName } from './rejections.ts';

/** One maker's part in a package fill. */
interface PackageStep {
  readonly maker: Order;
  readonly instrument: InstrumentState;
  /** +1: the package buys this leg. */
  readonly sign: number;
  readonly lots: number;
  readonly net: number;
  readonly takerFee: number;
  readonly makerFee: number;
}

interface Drop {
  readonly maker: Order;
  readonly reason: CancelReason;
}

interface Plan {
  readonly lots: number;
  readonly steps: readonly PackageStep[];
}

type Drops = Map<Order, CancelReason>;

/** Matches a package atomically: as many whole units as the books give within its net limit, all in one batch. */
class PackageMatcher {
  private readonly exchange: Exchange;
  private readonly order: Order;
  private readonly instruments: readonly InstrumentState[];
  private readonly replaced: Order | undefined;

  constructor(exchange: Exchange, order: Order, instruments: readonly InstrumentState[]) {
    this.exchange = exchange;
    this.order = order;
    this.instruments = instruments;
    this.replaced = exchange.orders.replacedBy(order.account, order.nonce);
  }

  /** The makers that give `lots` units, best first for each leg; null when the books have fewer. */
  private steps(lots: number, drops: Drops): readonly PackageStep[] | null {
    const out: PackageStep[] = [];
    for (const [k, { ratio }] of this.order.signed.intent.legs.entries()) {
      const instrument = this.instruments[k] as InstrumentState;
      const sign = Math.sign(ratio);
      let wanted = Math.abs(ratio) * lots;
      const { levels } = this.exchange.orders.book(instrument).opposite(sign);
      for (let at = levels.length - 1; at >= 0 && wanted > 0; at--) {
        for (let maker = levels[at]?.head ?? null; maker !== null && wanted > 0; maker = maker.next) {
          if (drops.has(maker) || maker === this.replaced) continue;
          const room = maker.flags.reduceOnly ? reducible(maker, instrument) : maker.remaining;
          const part = Math.min(wanted, maker.remaining, room);
          if (part === 0) continue;
          wanted -= part;
          const takerFee = instrument.fee(instrument.takerFee, maker.price, part);
          const makerFee = instrument.fee(instrument.makerFee, maker.price, part);
          out.push({ maker, instrument, sign, lots: part, net: sign * maker.price * part, takerFee, makerFee });
        }
      }
      if (wanted > 0) return null;
    }
    return out;
  }

  /** Accounts with the most positions that they can have after the steps. */
  private touches(steps: readonly PackageStep[]): Touch[] {
    const added = new Map<AccountState, Set<number>>([[this.order.account, new Set()]]);
    for (const { maker, instrument } of steps) {
      for (const account of [this.order.account, maker.account]) {
        const fresh = added.get(account) ?? new Set<number>();
        if (account.lotsOf(instrument.id) === 0) fresh.add(instrument.id);
        added.set(account, fresh);
      }
    }
    return [...added].map(([account, fresh]) => ({ account, positions: account.lots.length + fresh.size }));
  }

  private fitsFresh(steps: readonly PackageStep[]): boolean {
    const trades = 1 + new Set(steps.map((step) => step.maker)).size;
    const want = { ...NO_ROWS, trades };
    return this.exchange.batch.fits(want, this.touches(steps), true);
  }

  private withinLimit(lots: number, steps: readonly PackageStep[]): boolean {
    const net = steps.reduce((sum, step) => sum + BigInt(step.net), 0n);
    return net <= this.order.signed.intent.limit * BigInt(lots);
  }

  /** Why `lots` units cannot be had, or null. Depth, limit and rows only get worse with more units. */
  private problem(lots: number, drops: Drops): RejectionName | null {
    const steps = this.steps(lots, drops);
    if (steps === null || !this.withinLimit(lots, steps)) return 'NOT_ENOUGH_LIQUIDITY';
    return this.fitsFresh(steps) ? null : 'SHAPE_TOO_SMALL';
  }

  private mostLots(drops: Drops): number | RejectionName {
    const { order } = this;
    const most = this.wanted();
    if (most === 0) return 'NOTHING_TO_REDUCE';
    const whole = this.problem(most, drops);
    if (whole === null) return most;
    if (order.flags.timeInForce === TIME_IN_FORCE.FOK) return whole;
    const one = this.problem(1, drops);
    if (one !== null) return one;
    let low = 1;
    let high = most;
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (this.problem(middle, drops) === null) low = middle;
      else high = middle;
    }
    return low;
  }

  private wanted(): number {
    const { account, flags, maxLots, signed } = this.order;
    if (!flags.reduceOnly) return maxLots;
    const units = signed.intent.legs.map(({ instrument, ratio }) =>
      Math.floor(Math.max(-Math.sign(ratio) * account.lotsOf(instrument), 0) / Math.abs(ratio)),
    );
    const most = Math.min(maxLots, ...units);
    return flags.timeInForce === TIME_IN_FORCE.FOK && most < maxLots ? 0 : most;
  }

  /** Tries the steps on the accounts and takes them back: a maker to leave out, a rejection, or null: all holds. */
  private trial({ lots, steps }: Plan): Drop | RejectionName | null {
    const journal = new PostJournal();
    const { account } = this.order;
    const before = account.health;
    const found = this.tryAll(steps, journal);
    const after = account.health;
    journal.rollBack();
    if (found !== null) return found;
    if (after.worst < 0n && !isNoWorse(before, after)) return 'INSUFFICIENT_MARGIN';
    const fee = steps.reduce((sum, step) => sum + BigInt(step.takerFee), 0n);
    return fee > BigInt(this.order.maxFeePerLot) * BigInt(lots) ? 'FEE_CAP_TOO_LOW' : null;
  }

  private tryAll(steps: readonly PackageStep[], journal: PostJournal): Drop | RejectionName | null {
    const { exchange } = this;
    const { account, flags } = this.order;
    const { takerScratch, makerScratch, positionLimit } = exchange;
    for (const { maker, instrument, sign, lots, net, takerFee, makerFee } of steps) {
      if (maker.account === account) {
        return flags.selfTrade === SELF_TRADE.CANCEL_OLDEST ? { maker, reason: 'selfTrade' } : 'SELF_TRADE';
      }
      if (makerFee > maker.maxFeePerLot * lots) return { maker, reason: 'feeMaker' };
      const forMaker = maker.account.tryPost(makerScratch, instrument, -sign * lots, net - makerFee, positionLimit);
      if (forMaker !== 'ok') return { maker, reason: forMaker === 'margin' ? 'riskMaker' : 'limitMaker' };
      const forTaker = account.tryPost(takerScratch, instrument, sign * lots, -net - takerFee, positionLimit);
      if (forTaker === 'positions') return 'POSITION_LIMIT';
      if (forTaker === 'bounds') return 'AMOUNT_OUT_OF_BOUNDS';
      journal.post(maker.account, instrument, makerScratch);
      journal.post(account, instrument, takerScratch);
    }
    return null;
  }

  run(): RejectionName | null {
    const drops: Drops = new Map();
    for (;;) {
      const lots = this.mostLots(drops);
      if (typeof lots === 'string') return lots;
      const plan = { lots, steps: this.steps(lots, drops) ?? [] };
      const found = this.trial(plan);
      if (typeof found === 'string') return found;
      if (found === null) {
        this.execute(plan, drops);
        return null;
      }
      drops.set(found.maker, found.reason);
    }
  }

  private execute({ lots, steps }: Plan, drops: Drops): void {
    const { exchange, order } = this;
    const { account, nonce } = order;
    exchange.events.push({ type: 'accepted', account: account.id, nonce });
    exchange.takeNonce(account, nonce);
    for (const [maker, reason] of drops) exchange.cancel(maker, reason);
    const { number } = exchange.batch;
    const makers = new Set(steps.map((step) => step.maker));
    const conflict = [account, ...[...makers].map((maker) => maker.account)].some((a) => a.liquidatedBatch === number);
    const trades = 1 + [...makers].filter((maker) => maker.rowBatch !== number).length;
    exchange.makeRoom({ ...NO_ROWS, trades }, this.touches(steps), conflict);
    exchange.batch.touch(account, exchange.timeSec);
    for (const step of steps) this.executeStep(step);
    // The row counts package units, the steps leg lots: units are added once, premium and fees step by step.
    exchange.addSigned(order, lots, 0, 0);
    if (order.remaining > 0) {
      exchange.events.push({ type: 'cancelled', account: account.id, nonce, lots: order.remaining, reason: 'ioc' });
    }
  }

  private executeStep({ maker, instrument, sign, lots, net, takerFee, makerFee }: PackageStep): void {
    const { exchange } = this;
    const { account, nonce } = this.order;
    const { takerScratch, makerScratch, batch, positionLimit } = exchange;
    batch.touch(maker.account, exchange.timeSec);
    const forMaker = maker.account.tryPost(makerScratch, instrument, -sign * lots, net - makerFee, positionLimit);
    const forTaker = account.tryPost(takerScratch, instrument, sign * lots, -net - takerFee, positionLimit);
    if (forMaker !== 'ok' || forTaker === 'positions' || forTaker === 'bounds') {
      throw new Error('invariant: a package step that held on trial holds');
    }
    maker.account.commit(makerScratch, instrument);
    account.commit(takerScratch, instrument);
    batch.resize(maker.account);
    batch.resize(account);
    exchange.addSigned(this.order, 0, net, takerFee);
    exchange.fillEvent(maker, account, nonce, lots, [makerFee, takerFee]);
    exchange.fillMaker(maker, lots, -net, makerFee);
  }
}

/** Executes a package against the outright books. Null: accepted (what was not filled is cancelled). */
export function matchPackage(
  exchange: Exchange,
  order: Order,
  instruments: readonly InstrumentState[],
): RejectionName | null {
  return new PackageMatcher(exchange, order, instruments).run();
}
