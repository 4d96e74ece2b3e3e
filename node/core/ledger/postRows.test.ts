import { expect, it } from 'vitest';
import { accountId } from '../protocol/ids.ts';
import { L1_OP_KIND, type L1OpRow } from '../protocol/rows.ts';
import { postL1Op } from './postRows.ts';
import { WorkingSet } from './workingAccount.ts';

const ALICE = accountId(1, 1);
const op = (kind: L1OpRow['kind'], change: Partial<L1OpRow> = {}): L1OpRow => ({
  kind,
  account: ALICE,
  amount: 100n,
  paid: 0n,
  owner: 9n,
  keyX: 1n,
  keyY: 2n,
  ...change,
});
const opened = (): WorkingSet => {
  const accounts = new WorkingSet(() => null);
  postL1Op(accounts, op(L1_OP_KIND.OPEN));
  return accounts;
};

it.each<readonly [what: string, code: string, row: L1OpRow]>([
  ['an id that no account has', 'LEDGER_OP', op(L1_OP_KIND.OPEN, { account: 0 })],
  ['an opening that is paid', 'LEDGER_OP', op(L1_OP_KIND.OPEN, { account: accountId(1, 2), paid: 1n })],
  ['a deposit that is paid', 'LEDGER_OP', op(L1_OP_KIND.DEPOSIT, { paid: 1n })],
  ['more than was asked', 'LEDGER_OP', op(L1_OP_KIND.FORCED_WITHDRAWAL, { paid: 101n })],
  ['less than nothing', 'LEDGER_OP', op(L1_OP_KIND.FORCED_WITHDRAWAL, { paid: -1n })],
  ['a second opening', 'LEDGER_ACCOUNT_EXISTS', op(L1_OP_KIND.OPEN)],
  ['a second key', 'LEDGER_KEY_TWICE', op(L1_OP_KIND.CHANGE_KEY)],
  ['another owner', 'LEDGER_OWNER', op(L1_OP_KIND.DEPOSIT, { owner: 8n })],
  ['an account that is not open', 'LEDGER_ACCOUNT_UNKNOWN', op(L1_OP_KIND.DEPOSIT, { account: accountId(1, 2) })],
])('an L1 op with %s is refused', (_, code, row) => {
  expect(() => postL1Op(opened(), row)).toThrow(expect.objectContaining({ code }));
});

it('a deposit and a forced withdrawal move cash', () => {
  const accounts = opened();
  postL1Op(accounts, op(L1_OP_KIND.DEPOSIT, { amount: 7n }));
  postL1Op(accounts, op(L1_OP_KIND.FORCED_WITHDRAWAL, { amount: 50n, paid: 50n }));
  expect(accounts.opened(ALICE).cash).toBe(57n);
});
