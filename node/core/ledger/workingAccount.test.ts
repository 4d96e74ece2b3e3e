import { expect, it } from 'vitest';
import { accountId, instrumentId } from '../protocol/ids.ts';
import { WorkingAccount, WorkingSet } from './workingAccount.ts';

const ALICE = accountId(1, 1);
const refused = (code: string) => expect.objectContaining({ code, data: expect.objectContaining({ account: ALICE }) });
const holding = (positions: readonly (readonly [instrument: number, lots: number])[], cash = 0n): WorkingAccount => {
  const account = new WorkingAccount(ALICE, null);
  account.cash = cash;
  for (const [instrument, lots] of positions) account.addLots(instrument, lots);
  return account;
};
const many = (count: number) => Array.from({ length: count }, (_, k) => [instrumentId(1, k + 1), 1] as const);

it('cash has 64 signed bits', () => {
  expect(holding([], 2n ** 63n - 1n).finish().cash).toBe(2n ** 63n - 1n);
  expect(() => holding([], 2n ** 63n).finish()).toThrow(refused('LEDGER_RANGE'));
  expect(() => holding([], -(2n ** 63n) - 1n).finish()).toThrow(refused('LEDGER_RANGE'));
});

it('a position has 32 signed bits, and goes when it is closed', () => {
  const call = instrumentId(1, 1);
  expect(holding([[call, 2 ** 31 - 1]]).finish().positions).toEqual([{ instrument: call, lots: 2 ** 31 - 1 }]);
  expect(() => holding([[call, 2 ** 31]]).finish()).toThrow(refused('LEDGER_RANGE'));
  const closed = holding([
    [call, 5],
    [call, -5],
  ]);
  expect(closed.finish().positions).toEqual([]);
});

it('an account holds 128 positions, of its own market', () => {
  expect(holding(many(128)).finish().positions).toHaveLength(128);
  expect(() => holding(many(129)).finish()).toThrow(refused('LEDGER_POSITIONS'));
  expect(() => holding([[instrumentId(2, 1), 1]]).finish()).toThrow(refused('LEDGER_MARKET'));
});

it('an account that is not open can be touched, not used', () => {
  const accounts = new WorkingSet(() => null);
  expect(accounts.touch(ALICE).isOpen).toBe(false);
  expect(() => accounts.opened(ALICE)).toThrow(expect.objectContaining({ code: 'LEDGER_ACCOUNT_UNKNOWN' }));
});
