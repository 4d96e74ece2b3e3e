import type { Entry } from '../protocol/entry.ts';
import { applyCancel, applyCancelAll } from './applyCancel.ts';
import { applyEpoch } from './applyEpoch.ts';
import { applyIntent } from './applyIntent.ts';
import { applyL1Op } from './applyL1Op.ts';
import { applyDelist, applyList } from './applyListing.ts';
import { applyReport } from './applyReport.ts';
import { applyWithdraw } from './applyWithdraw.ts';
import type { Exchange } from './exchange.ts';
import { GenesisError } from './GenesisError.ts';
import type { RejectionName } from './rejections.ts';

/** Moves the clock on and cancels the resting orders whose time is up, earliest first. */
function applyTick(exchange: Exchange, timeSec: number): RejectionName | null {
  if (timeSec < exchange.timeSec) return 'TIME_BACKWARDS';
  exchange.timeSec = timeSec;
  for (
    let order = exchange.expiries.popExpired(timeSec);
    order !== null;
    order = exchange.expiries.popExpired(timeSec)
  ) {
    exchange.cancel(order, 'expired');
  }
  return null;
}

/** The state machine's step: what each entry does. One result per submission. */
export function applyEntry(exchange: Exchange, entry: Entry): (RejectionName | null)[] {
  switch (entry.type) {
    case 'genesis': {
      const message = `entry ${exchange.entryIndex} is a genesis entry, which only entry 0 is: restore the log from a copy`;
      throw new GenesisError('GENESIS_MISPLACED', message, { index: exchange.entryIndex });
    }
    case 'epoch':
      return [applyEpoch(exchange, entry.epoch, entry.nodeKey)];
    case 'tick':
      return [applyTick(exchange, entry.timeSec)];
    case 'l1Op':
      applyL1Op(exchange, entry.index, entry.op);
      return [null];
    case 'list':
      return [applyList(exchange, entry.instruments)];
    case 'delist':
      return [applyDelist(exchange, entry.instruments)];
    case 'report':
      return [applyReport(exchange, entry)];
    case 'intent':
      return [applyIntent(exchange, entry.signed)];
    case 'massQuote':
      return entry.quotes.map((quote) => applyIntent(exchange, quote));
    case 'cancel':
      return [applyCancel(exchange, entry)];
    case 'cancelAll':
      return [applyCancelAll(exchange, entry)];
    case 'withdraw':
      return [applyWithdraw(exchange, entry.signed)];
    case 'seal':
      exchange.closeBatch();
      return [null];
  }
}
