import { OrderBook } from '../matching/orderBook.ts';
import type { PriceLevel } from '../matching/priceLevel.ts';
import { intentSlot } from '../protocol/limits.ts';
import type { AccountState } from './accountState.ts';
import type { InstrumentState } from './instrumentState.ts';
import type { Order } from './order.ts';

const NONE: ReadonlyMap<number, Order> = new Map();

/** The orders that rest: by account and nonce, and in the books of their instruments. */
export class OpenOrders {
  size = 0;
  private readonly byAccount = new Map<number, Map<number, Order>>();
  private readonly books = new Map<number, OrderBook<Order>>();

  openBook(instrument: InstrumentState): void {
    this.books.set(instrument.id, new OrderBook<Order>());
  }

  /** Of an instrument that is no longer listed. */
  closeBook(instrument: InstrumentState): void {
    this.books.delete(instrument.id);
  }

  book(instrument: InstrumentState): OrderBook<Order> {
    const book = this.books.get(instrument.id);
    if (book === undefined) throw new Error('invariant: a listed instrument has a book');
    return book;
  }

  /** By nonce. */
  of(account: AccountState): ReadonlyMap<number, Order> {
    return this.byAccount.get(account.id) ?? NONE;
  }

  /** The one whose place an order of this nonce would take: the latest accepted in its slot, if it still rests. */
  replacedBy(account: AccountState, nonce: number): Order | undefined {
    const last = account.accepted.get(intentSlot(nonce));
    return last < 0 ? undefined : this.of(account).get(last);
  }

  /** @returns the level that it rests at */
  add(order: Order): PriceLevel<Order> {
    const { account, instrument, nonce, sign } = order;
    if (instrument === null) throw new Error('invariant: a package cannot rest');
    const own = this.byAccount.get(account.id);
    if (own === undefined) this.byAccount.set(account.id, new Map([[nonce, order]]));
    else own.set(nonce, order);
    this.size += 1;
    return this.book(instrument).side(sign).add(order);
  }

  /** @returns the level that it rested at */
  remove(order: Order): PriceLevel<Order> {
    const { account, instrument, nonce, sign } = order;
    if (instrument === null) throw new Error('invariant: a package does not rest');
    this.byAccount.get(account.id)?.delete(nonce);
    this.size -= 1;
    return this.book(instrument).side(sign).remove(order);
  }
}
