import { expect, it } from 'vitest';
import { Prng } from '../../../test/property/prng.ts';
import { AccountState } from '../machine/accountState.ts';
import { InstrumentState } from '../machine/instrumentState.ts';
import { Order } from './order.ts';
import { BookSide } from './orderBook.ts';

const FLAGS = { timeInForce: 0, postOnly: false, reduceOnly: false, selfTrade: 0 } as const;
const account = new AccountState(1, 0n, 0n, 0n, 15);
const instrument = new InstrumentState({ instrument: 1, kind: 'call', expirySec: 9, strike: 1n }, 15);

function makeOrder(sign: number, price: number, lots: number, sequence: number): Order {
  const legs = [{ instrument: 1, ratio: sign }];
  const base = { account: 1, nonce: sequence, expirySec: 9, maxLots: lots, maxFeePerLot: 0, flags: 0, legs };
  const signed = { intent: { ...base, limit: BigInt(price * sign) }, signature: { rX: 0n, rY: 0n, s: 0n } };
  return new Order(account, signed, FLAGS, sequence, instrument);
}

/** Orders in an unsorted list, ranked anew each time. */
function ranked(orders: readonly Order[], sign: number): string[] {
  const sorted = [...orders].sort((a, b) => sign * (b.price - a.price) || a.sequence - b.sequence);
  return sorted.map((order) => `${order.price}:${order.sequence}:${order.remaining}`);
}

function walked(side: BookSide): string[] {
  const out: string[] = [];
  for (const level of [...side.levels].reverse()) {
    let lots = 0;
    let orders = 0;
    for (let order = level.head; order !== null; order = order.next) {
      out.push(`${order.price}:${order.sequence}:${order.remaining}`);
      lots += order.remaining;
      orders += 1;
    }
    expect([level.lots, level.orders]).toEqual([lots, orders]);
  }
  return out;
}

it.each([1, -1])('a side of sign %i stands as a list sorted anew after every change', (sign) => {
  const seed = Number(process.env.SEED ?? 5);
  const random = new Prng(seed);
  const side = new BookSide(sign);
  const naive: Order[] = [];
  for (let k = 0; k < 2_000; k++) {
    if (naive.length > 0 && random.chance(48)) {
      const [order] = naive.splice(random.below(naive.length), 1);
      if (order !== undefined) side.remove(order);
    } else {
      const order = makeOrder(sign, random.between(1, 30), random.between(1, 9), k);
      naive.push(order);
      side.add(order);
    }
    expect(walked(side), `seed ${seed}, step ${k}`).toEqual(ranked(naive, sign));
  }
});
