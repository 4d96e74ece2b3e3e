import { parseFlags } from '../../node/core/protocol/flags.ts';
import type { Intent } from '../../node/core/protocol/rows.ts';

interface NaiveOrder {
  readonly intent: Intent;
  readonly sign: number;
  readonly price: number;
  readonly arrival: number;
  left: number;
}

export interface NaiveFill {
  readonly maker: string;
  readonly taker: string;
  readonly price: number;
  readonly lots: number;
}

/** Price-time matching of outright orders over one unsorted list: no levels, no links, no margins, no fees. */
export class NaiveExchange {
  private orders: NaiveOrder[] = [];
  private arrivals = 0;
  private readonly positions = new Map<string, number>();

  private position(account: number, instrument: number): number {
    return this.positions.get(`${account}:${instrument}`) ?? 0;
  }

  private trade(maker: NaiveOrder, taker: NaiveOrder, lots: number): NaiveFill {
    const instrument = maker.intent.legs[0]?.instrument ?? 0;
    for (const order of [maker, taker]) {
      const { account } = order.intent;
      this.positions.set(`${account}:${instrument}`, this.position(account, instrument) + order.sign * lots);
      order.left -= lots;
    }
    const name = ({ intent }: NaiveOrder): string => `${intent.account}:${intent.nonce}`;
    return { maker: name(maker), taker: name(taker), price: maker.price, lots };
  }

  private drop(order: NaiveOrder): void {
    this.orders = this.orders.filter((one) => one !== order);
  }

  /** Best counterparty that the order crosses, looked for anew for every fill. */
  private best(taker: NaiveOrder): NaiveOrder | undefined {
    const instrument = taker.intent.legs[0]?.instrument;
    const crossing = this.orders.filter(
      (one) =>
        one.intent.legs[0]?.instrument === instrument &&
        one.sign === -taker.sign &&
        taker.sign * (taker.price - one.price) >= 0,
    );
    return crossing.sort((a, b) => taker.sign * (a.price - b.price) || a.arrival - b.arrival)[0];
  }

  private reducible({ intent, sign }: NaiveOrder): number {
    return Math.max(-sign * this.position(intent.account, intent.legs[0]?.instrument ?? 0), 0);
  }

  cancel(account: number, nonce: number): void {
    this.orders = this.orders.filter(({ intent }) => intent.account !== account || intent.nonce !== nonce);
  }

  submit(intent: Intent): NaiveFill[] {
    const { timeInForce, postOnly, reduceOnly, selfTrade } = parseFlags(intent.flags) ?? { timeInForce: 3 };
    const sign = intent.legs[0]?.ratio ?? 0;
    const taker = { intent, sign, price: Number(intent.limit) * sign, arrival: this.arrivals++, left: intent.maxLots };
    if (postOnly && this.best(taker) !== undefined) return [];
    if (timeInForce === 2) throw new Error('the naive exchange does not know FOK');
    const fills: NaiveFill[] = [];
    for (;;) {
      const wanted = reduceOnly ? Math.min(taker.left, this.reducible(taker)) : taker.left;
      const maker = wanted > 0 ? this.best(taker) : undefined;
      if (maker === undefined) break;
      if (maker.intent.account === intent.account) {
        if (selfTrade !== 0) this.drop(maker);
        if (selfTrade === 1) continue;
        return fills;
      }
      const makerReduces = parseFlags(maker.intent.flags)?.reduceOnly === true;
      const lots = Math.min(wanted, makerReduces ? Math.min(maker.left, this.reducible(maker)) : maker.left);
      if (lots > 0) fills.push(this.trade(maker, taker, lots));
      if (lots === 0 || maker.left === 0) this.drop(maker);
    }
    const rests = timeInForce === 0 && taker.left > 0 && (!reduceOnly || this.reducible(taker) > 0);
    if (rests) this.orders.push(taker);
    return fills;
  }

  /** Price, lots and orders of a side's levels, best first. */
  depth(instrument: number, sign: number): { price: number; lots: number; orders: number }[] {
    const levels = new Map<number, { price: number; lots: number; orders: number }>();
    for (const { intent, sign: own, price, left } of this.orders) {
      if (own !== sign || intent.legs[0]?.instrument !== instrument) continue;
      const level = levels.get(price) ?? { price, lots: 0, orders: 0 };
      levels.set(price, { price, lots: level.lots + left, orders: level.orders + 1 });
    }
    return [...levels.values()].sort((a, b) => sign * (b.price - a.price));
  }
}
