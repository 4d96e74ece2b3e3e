import type { BookSide } from '../matching/orderBook.ts';
import { intentSlot } from '../protocol/limits.ts';
import type { AccountState } from './accountState.ts';
import type { Exchange } from './exchange.ts';
import type {
  AccountView,
  BookDepth,
  DepthLevel,
  LedgerTotals,
  MachineView,
  OpenBatchView,
  OpenOrderView,
} from './machineView.ts';
import type { Order } from './order.ts';

const RECENT_TRADES = 50;

function accountView(account: AccountState, openOrders: number): AccountView {
  return {
    account: account.id,
    keyX: account.keyX,
    keyY: account.keyY,
    owner: account.owner,
    cash: account.cash,
    positions: account.positions(),
    equity: account.equity,
    initialExcess: account.worst,
    maintenanceBreached: account.maintenanceBreached,
    openOrders,
  };
}

function orderView(order: Order): OpenOrderView {
  return {
    intent: order.signed.intent,
    instrument: order.instrument?.id ?? 0,
    side: order.sign > 0 ? 'buy' : 'sell',
    price: order.price,
    remainingLots: order.remaining,
    sequence: order.sequence,
  };
}

function depthOf(side: BookSide<Order>, levels: number): DepthLevel[] {
  const best = levels > 0 ? side.levels.slice(-levels).reverse() : [];
  return best.map(({ price, lots, orders }) => ({ price, lots, orders }));
}

function totals(exchange: Exchange): LedgerTotals {
  const lotsByInstrument = new Map<number, bigint>();
  for (const { id } of exchange.sortedInstruments()) lotsByInstrument.set(id, 0n);
  let cash = 0n;
  for (const account of exchange.accounts.values()) {
    cash += account.cash;
    for (const { instrument, lots } of account.positions()) {
      lotsByInstrument.set(instrument, (lotsByInstrument.get(instrument) ?? 0n) + BigInt(lots));
    }
  }
  const { feePool, deposited, withdrawn } = exchange;
  return { cash, feePool, deposited, withdrawn, lotsByInstrument };
}

function openBatch({ batch }: Exchange): OpenBatchView {
  return {
    batchNumber: batch.number,
    timeSec: batch.empty ? null : batch.timeSec,
    l1Ops: [...batch.l1Ops],
    withdrawals: batch.withdrawals.length,
    trades: batch.trades.length,
    settlements: batch.settlements.length,
    accounts: batch.touched.length,
  };
}

function depth(exchange: Exchange, id: number, levels: number): BookDepth | null {
  const found = exchange.instruments.get(id);
  if (found === undefined) return null;
  const book = exchange.orders.book(found);
  return {
    instrument: id,
    changeId: found.changeId,
    bids: depthOf(book.bids, levels),
    asks: depthOf(book.asks, levels),
  };
}

/** Answers questions about a state; copies what it gives. */
export function viewOf(exchange: Exchange): MachineView {
  const byNonce = (id: number): ReadonlyMap<number, Order> => {
    const account = exchange.accounts.get(id);
    return account === undefined ? new Map() : exchange.orders.of(account);
  };
  const ordersOf = (id: number): Order[] => [...byNonce(id).values()].sort((a, b) => a.nonce - b.nonce);
  return {
    genesis: () => exchange.genesis,
    deployment: () => exchange.deployment,
    epoch: () => exchange.epoch,
    nodeKey: () => exchange.nodeKey,
    timeSec: () => exchange.timeSec,
    nextEntryIndex: () => exchange.entryIndex,
    account: (id) => {
      const account = exchange.accounts.get(id);
      return account === undefined ? null : accountView(account, exchange.orders.of(account).size);
    },
    tradingKey: (id) => {
      const account = exchange.accounts.get(id);
      return account === undefined ? null : { keyX: account.keyX, keyY: account.keyY };
    },
    accountIds: () => exchange.sortedAccounts().map((account) => account.id),
    openOrders: (id) => ordersOf(id).map(orderView),
    order: (id, nonce) => {
      const order = byNonce(id).get(nonce);
      return order === undefined ? null : orderView(order);
    },
    acceptedNonce: (id, nonce) => {
      const last = exchange.accounts.get(id)?.accepted.get(intentSlot(nonce)) ?? -1;
      return last < 0 ? null : last;
    },
    depth: (id, levels) => depth(exchange, id, levels),
    recentTrades: (id) => exchange.instruments.get(id)?.trades.slice(-RECENT_TRADES) ?? [],
    instruments: () => exchange.sortedInstruments().map((instrument) => instrument.spec),
    instrumentLimit: () => exchange.instrumentLimit,
    riskTable: () => exchange.table,
    reportTimeSec: () => exchange.report?.timeSec ?? null,
    spot: (market) => exchange.report?.spots.get(market) ?? null,
    openBatch: () => openBatch(exchange),
    feePool: () => exchange.feePool,
    counters: () => ({
      accounts: exchange.accounts.size,
      openOrders: exchange.orders.size,
      trades: exchange.trades,
      sealedBatches: exchange.sealedBatches,
      l1OpsTaken: exchange.l1OpsTaken,
      deferredL1Ops: exchange.deferred.length,
    }),
    totals: () => totals(exchange),
  };
}
