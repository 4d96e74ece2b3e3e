import { expect, it } from 'vitest';
import { SELF_TRADE, TIME_IN_FORCE } from '../protocol/flags.ts';
import { INTENT_SLOTS, intentSlot } from '../protocol/limits.ts';
import { AccountState } from './accountState.ts';
import { InstrumentState } from './instrumentState.ts';
import { OpenOrders } from './openOrders.ts';
import { Order } from './order.ts';

const FLAGS = {
  timeInForce: TIME_IN_FORCE.GTC,
  postOnly: false,
  reduceOnly: false,
  selfTrade: SELF_TRADE.CANCEL_NEWEST,
} as const;
const account = new AccountState(7, 0n, 0n, 0n, 1);
const instrument = new InstrumentState({ instrument: 5, kind: 'future', expirySec: 9, strike: 0n }, 1);

const orderOf = (nonce: number, on: InstrumentState | null): Order => {
  const intent = { account: 7, nonce, expirySec: 9, maxLots: 3, maxFeePerLot: 0, limit: 11n, flags: 0 };
  const legs = [{ instrument: 5, ratio: 1 }];
  return new Order(account, { intent: { ...intent, legs }, signature: { rX: 0n, rY: 0n, s: 0n } }, FLAGS, nonce, on);
};

it('an order rests with its account and in the book, and leaves both', () => {
  const orders = new OpenOrders();
  orders.openBook(instrument);
  const [first, second] = [orderOf(1, instrument), orderOf(2, instrument)];
  for (const order of [first, second]) expect(orders.add(order)).toMatchObject({ price: 11 });
  expect([...orders.of(account)]).toEqual([
    [1, first],
    [2, second],
  ]);
  expect(orders.book(instrument).bids.best()).toMatchObject({ lots: 6, orders: 2, head: first });
  expect(orders.remove(first)).toMatchObject({ lots: 3, orders: 1 });
  expect([orders.size, [...orders.of(account).keys()]]).toEqual([1, [2]]);
  expect(orders.of(new AccountState(8, 0n, 0n, 0n, 1)).size).toBe(0);
});

it('a later nonce of a slot replaces what was accepted in it last, while that rests', () => {
  const orders = new OpenOrders();
  orders.openBook(instrument);
  const order = orderOf(3, instrument);
  expect(orders.replacedBy(account, 3 + INTENT_SLOTS)).toBeUndefined();
  orders.add(order);
  account.accepted.set(intentSlot(3), 3);
  expect(orders.replacedBy(account, 3 + INTENT_SLOTS)).toBe(order);
  expect(orders.replacedBy(account, 4 + INTENT_SLOTS)).toBeUndefined();
  orders.remove(order);
  expect(orders.replacedBy(account, 3 + INTENT_SLOTS)).toBeUndefined();
});

it('nothing rests without a book', () => {
  const orders = new OpenOrders();
  expect(() => orders.add(orderOf(1, null))).toThrow('invariant: a package cannot rest');
  expect(() => orders.add(orderOf(1, instrument))).toThrow('invariant: a listed instrument has a book');
  orders.openBook(instrument);
  orders.closeBook(instrument);
  expect(() => orders.book(instrument)).toThrow('invariant: a listed instrument has a book');
});
