import type { PriceLevel } from './priceLevel.ts';

/**
 * What a book needs of an order, and no more: whose it is and what it may do is the machine's business. `Self` is the
 * order's own type, so that its neighbours are orders too.
 */
export interface BookEntry<Self> {
  /** +1 buys, -1 sells. */
  readonly sign: number;
  /** Price units, exact. */
  readonly price: number;
  /** Lots that are left. */
  readonly remaining: number;
  readonly expirySec: number;
  /** Arrival order over the book's life. */
  readonly sequence: number;
  /** Where it rests; null while it does not. */
  level: PriceLevel<Self> | null;
  previous: Self | null;
  next: Self | null;
}
