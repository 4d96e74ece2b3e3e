import { expect, it } from 'vitest';
import { Prng } from '../../../test/property/prng.ts';
import type { BookEntry } from './bookEntry.ts';
import { BookSide } from './orderBook.ts';

interface Entry extends BookEntry<Entry> {
  remaining: number;
}

const makeOrder = (sign: number, price: number, lots: number, sequence: number): Entry => ({
  sign,
  price,
  remaining: lots,
  expirySec: 9,
  sequence,
  level: null,
  previous: null,
  next: null,
});

/** Orders in an unsorted list, ranked anew each time. */
function ranked(orders: readonly Entry[], sign: number): string[] {
  const sorted = [...orders].sort((a, b) => sign * (b.price - a.price) || a.sequence - b.sequence);
  return sorted.map((order) => `${order.price}:${order.sequence}:${order.remaining}`);
}

function walked(side: BookSide<Entry>): string[] {
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
  const side = new BookSide<Entry>(sign);
  const naive: Entry[] = [];
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
