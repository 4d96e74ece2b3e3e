import { INSTRUMENT_STATUS } from '../protocol/riskRow.ts';
import { NO_ROWS } from '../protocol/rowCounts.ts';
import type { AccountState } from './accountState.ts';
import type { Exchange } from './exchange.ts';
import type { InstrumentState } from './instrumentState.ts';

const ONE_ROW = { ...NO_ROWS, settlements: 1 };

function isExpired(instrument: InstrumentState): boolean {
  return instrument.row?.status === INSTRUMENT_STATUS.EXPIRED;
}

/**
 * Pays the position's payoff and closes it. Every column of an expired row is the payoff and its short charge
 * is 0, so u_s, C and W stay as they are: a settlement never moves margin.
 */
function settle(exchange: Exchange, account: AccountState, instrument: InstrumentState): void {
  const lots = account.lotsOf(instrument.id);
  const price = instrument.row?.values[0] ?? 0n;
  const amount = price * BigInt(lots);
  exchange.makeRoom(ONE_ROW, [{ account, positions: account.lots.length - 1 }], false);
  exchange.batch.touch(account, exchange.timeSec);
  account.placePosition(instrument, 0);
  account.setCash(account.cash + amount);
  exchange.batch.resize(account);
  exchange.addSettlement({ account: account.id, instrument: instrument.id, lots, payoff: price });
  const event = { type: 'settled', account: account.id, instrument: instrument.id, lots, amount } as const;
  exchange.events.push({ ...event, price: Number(price) });
}

/** Settles every holder of every expired instrument, accounts and then instruments ascending. */
export function settleAll(exchange: Exchange): void {
  const held = (instrument: InstrumentState): boolean => instrument.holders > 0 && isExpired(instrument);
  if (![...exchange.instruments.values()].some(held)) return;
  for (const account of exchange.sortedAccounts()) {
    for (const instrument of account.instruments.filter(isExpired)) settle(exchange, account, instrument);
  }
}
