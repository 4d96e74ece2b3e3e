import type { AccountState } from './accountState.ts';
import { isUint } from './checkIntent.ts';
import type { Exchange } from './exchange.ts';
import type { RejectionName } from './rejections.ts';

interface CancelMessage {
  readonly account: number;
  readonly nonce: number;
  readonly expirySec: number;
}

function accountOf(exchange: Exchange, { account, nonce, expirySec }: CancelMessage): AccountState | RejectionName {
  if (!isUint(account, 24) || !isUint(nonce, 32) || !isUint(expirySec, 40)) return 'MALFORMED_CANCEL';
  const found = exchange.accounts.get(account);
  if (found === undefined) return 'UNKNOWN_ACCOUNT';
  return expirySec < exchange.timeSec ? 'EXPIRED' : found;
}

/** Cancels one resting intent. */
export function applyCancel(exchange: Exchange, message: CancelMessage): RejectionName | null {
  const account = accountOf(exchange, message);
  if (typeof account === 'string') return account;
  const order = exchange.orders.of(account).get(message.nonce);
  if (order === undefined) return 'UNKNOWN_ORDER';
  exchange.cancel(order, 'user');
  return null;
}

/** Cancels every resting intent whose nonce is at most the message's; none is fine. */
export function applyCancelAll(exchange: Exchange, message: CancelMessage): RejectionName | null {
  const account = accountOf(exchange, message);
  if (typeof account === 'string') return account;
  exchange.cancelAllOf(account, 'user', message.nonce);
  return null;
}
