import { NO_ROWS } from '../protocol/rowCounts.ts';
import { L1_OP_KIND, type L1Op } from '../protocol/rows.ts';
import { AccountState } from './accountState.ts';
import type { Exchange } from './exchange.ts';
import { L1OpOrderError } from './l1OpOrderError.ts';

const ONE_ROW = { ...NO_ROWS, l1Ops: 1 };

function isKeyOp({ kind }: L1Op): boolean {
  return kind === L1_OP_KIND.OPEN || kind === L1_OP_KIND.CHANGE_KEY;
}

/** Whether the batch already holds what the op must not stand beside (protocol, section 6). */
function conflicts(exchange: Exchange, op: L1Op, account: AccountState): boolean {
  const { number } = exchange.batch;
  if (account.liquidatedBatch === number) return true;
  if (isKeyOp(op) && account.keyBatch === number) return true;
  return op.kind === L1_OP_KIND.CHANGE_KEY && account.signedBatch === number;
}

/** What a forced withdrawal gets: the amount asked, or what keeps initial margin met. */
function forcedPayment(account: AccountState, asked: bigint): bigint {
  const most = account.worst > 0n ? account.worst : 0n;
  return asked < most ? asked : most;
}

function accountFor(exchange: Exchange, index: number, op: L1Op): AccountState {
  const known = exchange.accounts.get(op.account);
  const opens = op.kind === L1_OP_KIND.OPEN;
  if (opens === (known !== undefined)) {
    const detail = opens ? `account ${op.account} is opened twice` : `account ${op.account} is not open`;
    throw new L1OpOrderError('L1_OP_ACCOUNT', index, exchange.l1OpsTaken, detail);
  }
  return known ?? new AccountState(op.account, op.owner, op.keyX, op.keyY, exchange.columns);
}

function makeL1OpRow(exchange: Exchange, index: number, op: L1Op): void {
  const account = accountFor(exchange, index, op);
  const touches = [{ account, positions: account.lots.length }];
  exchange.makeRoom(ONE_ROW, touches, conflicts(exchange, op, account));
  const { batch } = exchange;
  batch.touch(account, exchange.timeSec, op.kind !== L1_OP_KIND.OPEN);
  account.opBatch = batch.number;
  if (isKeyOp(op)) account.keyBatch = batch.number;
  let paid = 0n;
  if (op.kind === L1_OP_KIND.FORCED_WITHDRAWAL) {
    paid = forcedPayment(account, op.amount);
    account.addCash(-paid);
    exchange.withdrawn += paid;
  } else if (op.kind === L1_OP_KIND.CHANGE_KEY) {
    account.keyX = op.keyX;
    account.keyY = op.keyY;
    exchange.cancelAllOf(account, 'keyChanged');
  } else {
    exchange.accounts.set(account.id, account);
    account.addCash(op.amount);
    exchange.deposited += op.amount;
  }
  const row = { ...op, paid };
  batch.l1Ops.push(row);
  exchange.l1OpIndex += 1;
  exchange.events.push({ type: 'l1Op', index, row });
  // Later rows of the batch could lift the account's margin above what excuses paying less.
  if (op.kind === L1_OP_KIND.FORCED_WITHDRAWAL && paid < op.amount) exchange.closeBatch();
}

/** Takes the next op of the L1 queue. Without a fresh report no batch may be made, so it waits for one. */
export function applyL1Op(exchange: Exchange, index: number, op: L1Op): void {
  if (index !== exchange.l1OpsTaken) {
    throw new L1OpOrderError('L1_OP_INDEX', index, exchange.l1OpsTaken, `expected index ${exchange.l1OpsTaken}`);
  }
  const waits = !exchange.fresh || exchange.deferred.length > 0;
  if (!waits) {
    makeL1OpRow(exchange, index, op);
    exchange.l1OpsTaken += 1;
    return;
  }
  exchange.l1OpsTaken += 1;
  exchange.deferred.push({ index, op });
  exchange.events.push({ type: 'l1OpDeferred', index });
}

/** Makes the rows of the ops that waited for a report. */
export function applyDeferredL1Ops(exchange: Exchange): void {
  const waiting = exchange.deferred;
  exchange.deferred = [];
  for (const { index, op } of waiting) makeL1OpRow(exchange, index, op);
}
