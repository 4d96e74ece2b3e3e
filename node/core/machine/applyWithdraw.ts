import { intentSlot } from '../protocol/limits.ts';
import { NO_ROWS } from '../protocol/rowCounts.ts';
import type { SignedWithdrawIntent } from '../protocol/rows.ts';
import { MAX_UINT32 } from '../protocol/widths.ts';
import { isUint } from './checkIntent.ts';
import type { Exchange } from './exchange.ts';
import type { OpenTradeRow } from './openBatch.ts';
import type { RejectionName } from './rejections.ts';

const ONE_ROW = { ...NO_ROWS, withdrawals: 1 };

/** Withdrawals are posted before trades: one must not overtake, in its slot, a trade of the same batch. */
function overtakesTrade(exchange: Exchange, account: number, nonce: number): boolean {
  const inSlot = (row: OpenTradeRow): boolean => row.signed !== null && intentSlot(row.nonce) === intentSlot(nonce);
  return exchange.batch.trades.some((row) => row.account === account && inSlot(row));
}

/** Pays a signed withdrawal if the account meets initial margin without the amount. */
export function applyWithdraw(exchange: Exchange, signed: SignedWithdrawIntent): RejectionName | null {
  const { account: id, nonce, expirySec, amount } = signed.intent;
  const fields = isUint(id, 24) && isUint(nonce, 32) && isUint(expirySec, 40);
  if (!fields || amount < 1n || amount >= 2n ** 63n) return 'MALFORMED_WITHDRAWAL';
  const account = exchange.accounts.get(id);
  if (account === undefined) return 'UNKNOWN_ACCOUNT';
  if (!exchange.fresh) return 'NO_FRESH_REPORT';
  if (expirySec < exchange.timeSec) return 'EXPIRED';
  if (nonce <= account.accepted.get(intentSlot(nonce))) return 'NONCE_TOO_LOW';
  if (account.worst < amount) return 'INSUFFICIENT_MARGIN';
  if (account.cash - amount < -(2n ** 63n)) return 'AMOUNT_OUT_OF_BOUNDS';
  const conflict = account.liquidatedBatch === exchange.batch.number || overtakesTrade(exchange, id, nonce);
  exchange.makeRoom(ONE_ROW, [{ account, positions: account.lots.length }], conflict);
  exchange.takeNonce(account, nonce);
  const { batch } = exchange;
  batch.touch(account, exchange.timeSec);
  account.signedBatch = batch.number;
  account.slots.write(batch.number, intentSlot(nonce), nonce, MAX_UINT32);
  account.addCash(-amount);
  exchange.withdrawn += amount;
  batch.withdrawals.push({ account: id, nonce, amount });
  batch.signedWithdrawals.push(signed);
  exchange.events.push({ type: 'withdrawal', account: id, nonce, amount });
  return null;
}
