import type { BookEntry } from './bookEntry.ts';

/** What the heap needs of an order. */
type Expiring = Pick<BookEntry<unknown>, 'expirySec' | 'sequence' | 'level'>;

function earlier(a: Expiring, b: Expiring): boolean {
  return a.expirySec !== b.expirySec ? a.expirySec < b.expirySec : a.sequence < b.sequence;
}

/**
 * Resting orders by expiry, then arrival: a total order, so the heap's history never shows. Orders that have
 * left the book stay in the heap until they surface, or until they are the majority.
 */
export class ExpiryHeap<Entry extends Expiring> {
  private items: Entry[] = [];

  push(order: Entry, resting: number): void {
    if (this.items.length > 64 && this.items.length > 4 * resting) this.compact();
    const { items } = this;
    let at = items.length;
    items.push(order);
    while (at > 0) {
      const parent = (at - 1) >>> 1;
      const above = items[parent] as Entry;
      if (!earlier(order, above)) break;
      items[at] = above;
      at = parent;
    }
    items[at] = order;
  }

  /** The next resting order whose expiry lies before `timeSec`, taken off; null when there is none. */
  popExpired(timeSec: number): Entry | null {
    for (let top = this.items[0]; top !== undefined; top = this.items[0]) {
      if (top.level !== null && top.expirySec >= timeSec) return null;
      this.pop();
      if (top.level !== null) return top;
    }
    return null;
  }

  private pop(): void {
    const { items } = this;
    const last = items.pop();
    if (last === undefined || items.length === 0) return;
    let at = 0;
    for (let child = 1; child < items.length; child = 2 * at + 1) {
      const right = items[child + 1];
      if (right !== undefined && earlier(right, items[child] as Entry)) child += 1;
      const below = items[child] as Entry;
      if (!earlier(below, last)) break;
      items[at] = below;
      at = child;
    }
    items[at] = last;
  }

  private compact(): void {
    const live = this.items.filter((order) => order.level !== null);
    live.sort((a, b) => (earlier(a, b) ? -1 : 1));
    this.items = live;
  }
}
