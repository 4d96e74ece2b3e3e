import { type BatchRows, L1_OP_KIND } from '../core/protocol/rows.ts';
import type { EventArgs } from '../l1/exchangeEvent.ts';
import { WatcherAlarm } from './WatcherAlarm.ts';

/** Account, owner and amount of each payment of a batch, in the contract's order. */
export function paymentsOf({ l1Ops, withdrawals }: BatchRows, owners: ReadonlyMap<number, string>): readonly string[] {
  const forced = l1Ops
    .filter(({ kind }) => kind === L1_OP_KIND.FORCED_WITHDRAWAL)
    .map((op) => ({ ...op, amount: op.paid }));
  const paid = [...forced, ...withdrawals].filter(({ amount }) => amount > 0n);
  return paid.map(({ account, amount }) => `${amount} to ${owners.get(account)} of account ${account}`);
}

/** L1 must credit what the batch pays, to the owner of the account, and nothing else. */
export function checkCredits(
  batch: number,
  credits: readonly EventArgs<'WithdrawalCredited'>[],
  payments: readonly string[],
): void {
  const credited = credits
    .filter(({ amount }) => amount > 0n)
    .map(({ account, amount, owner }) => `${amount} to ${owner} of account ${account}`);
  if (credited.join() === payments.join() && credits.every(({ batchNumber }) => batchNumber === BigInt(batch))) return;
  const message = `For batch ${batch} L1 credited ${credited.join(', ') || 'nothing'}; the batch pays ${payments.join(', ') || 'nothing'}.`;
  throw new WatcherAlarm('WATCH_MONEY_MISSING', message, { batchNumber: batch });
}
