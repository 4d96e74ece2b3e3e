import type { BookEntry } from './bookEntry.ts';
import { PriceLevel } from './priceLevel.ts';

/**
 * One side of a book. Levels stand in an array with the best one last, so that what trading touches is at the
 * cheap end; a level in the middle is found by bisection.
 */
export class BookSide<Entry extends BookEntry<Entry>> {
  /** +1: bids, higher is better. -1: asks, lower is better. */
  readonly sign: number;
  readonly levels: PriceLevel<Entry>[] = [];

  constructor(sign: number) {
    this.sign = sign;
  }

  best(): PriceLevel<Entry> | null {
    return this.levels.length === 0 ? null : (this.levels[this.levels.length - 1] ?? null);
  }

  /** Index of the first level that is at this price or better. */
  private find(price: number): number {
    const { levels, sign } = this;
    const key = price * sign;
    let low = 0;
    let high = levels.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((levels[middle] as PriceLevel<Entry>).price * sign < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  add(order: Entry): PriceLevel<Entry> {
    const at = this.find(order.price);
    let level = this.levels[at];
    if (level === undefined || level.price !== order.price) {
      level = new PriceLevel<Entry>(order.price);
      if (at === this.levels.length) this.levels.push(level);
      else this.levels.splice(at, 0, level);
    }
    order.level = level;
    order.previous = level.tail;
    order.next = null;
    if (level.tail === null) level.head = order;
    else level.tail.next = order;
    level.tail = order;
    level.lots += order.remaining;
    level.orders += 1;
    return level;
  }

  /** Takes the order out; its remaining lots leave the level's total. */
  remove(order: Entry): PriceLevel<Entry> {
    const level = order.level;
    if (level === null) throw new Error('invariant: an order that does not rest cannot leave the book');
    if (order.previous === null) level.head = order.next;
    else order.previous.next = order.next;
    if (order.next === null) level.tail = order.previous;
    else order.next.previous = order.previous;
    level.lots -= order.remaining;
    level.orders -= 1;
    order.level = null;
    order.previous = null;
    order.next = null;
    if (level.orders === 0) {
      if (this.best() === level) this.levels.pop();
      else this.levels.splice(this.find(level.price), 1);
    }
    return level;
  }
}

/** The resting outright orders of one instrument, by price and then by arrival. */
export class OrderBook<Entry extends BookEntry<Entry>> {
  readonly bids = new BookSide<Entry>(1);
  readonly asks = new BookSide<Entry>(-1);

  side(sign: number): BookSide<Entry> {
    return sign > 0 ? this.bids : this.asks;
  }

  /** Where an order of this sign finds its counterparties. */
  opposite(sign: number): BookSide<Entry> {
    return sign > 0 ? this.asks : this.bids;
  }
}
