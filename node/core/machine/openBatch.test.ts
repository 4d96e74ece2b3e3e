import { describe, expect, it } from 'vitest';
import { NO_ROWS, type RowCounts } from '../protocol/rowCounts.ts';
import type { Shape } from '../protocol/shape.ts';
import { AccountState } from './accountState.ts';
import { InstrumentState } from './instrumentState.ts';
import { addToRow, exactSum, OpenBatch } from './openBatch.ts';

const SHAPE: Shape = {
  id: 1,
  name: 'openBatch',
  accountChunks: [1, 1, 2],
  trades: 2,
  withdrawals: 1,
  l1Ops: 1,
  settlements: 1,
  instruments: 40,
  reduction: 'compiler',
};

const account = (id: number, positions = 0): AccountState => {
  const made = new AccountState(id, 0n, 0n, 0n, 1);
  for (let k = 1; k <= positions; k++) {
    made.placePosition(new InstrumentState({ instrument: k, kind: 'future', expirySec: 9, strike: 0n }, 1), 1);
  }
  return made;
};
const opened = (): OpenBatch => new OpenBatch(3, SHAPE, 0, 0n);
const touch = (one: AccountState, positions = one.lots.length) => ({ account: one, positions });

describe('rows', () => {
  it.each(Object.keys(NO_ROWS) as (keyof RowCounts)[])('there is room for as many %s as the shape has', (kind) => {
    const batch = opened();
    expect(batch.fits({ ...NO_ROWS, [kind]: SHAPE[kind] }, [], false)).toBe(true);
    expect(batch.fits({ ...NO_ROWS, [kind]: SHAPE[kind] + 1 }, [], false)).toBe(false);
  });

  it('those that the batch has count, but not for an empty batch', () => {
    const batch = opened();
    batch.addTrade(1, 1, null, []);
    expect(batch.fits({ ...NO_ROWS, trades: 2 }, [], false)).toBe(false);
    expect(batch.fits({ ...NO_ROWS, trades: 2 }, [], true)).toBe(true);
  });
});

describe('account rows', () => {
  it('are as many as the shape has, each account once', () => {
    const batch = opened();
    const all = [1, 2, 3].map((id) => account(id));
    for (const one of all) batch.touch(one, 5);
    expect(
      batch.fits(
        NO_ROWS,
        all.map((one) => touch(one)),
        false,
      ),
    ).toBe(true);
    expect(batch.fits(NO_ROWS, [touch(account(4))], false)).toBe(false);
    expect(batch.fits(NO_ROWS, [touch(account(4))], true)).toBe(true);
  });

  it('a wide one is kept for the account that needs it: the first of 17 positions fits, the second does not', () => {
    const batch = opened();
    const wide = account(1, 16);
    batch.touch(wide, 5);
    expect(batch.fits(NO_ROWS, [touch(wide, 17)], false)).toBe(true);
    wide.placePosition(new InstrumentState({ instrument: 99, kind: 'future', expirySec: 9, strike: 0n }, 1), 1);
    batch.resize(wide);
    expect(batch.fits(NO_ROWS, [touch(account(2, 16), 17)], false)).toBe(false);
    expect(batch.fits(NO_ROWS, [touch(account(2, 16))], false)).toBe(true);
  });

  it('an account stays as wide as it was before the batch, and none is wider than the shape', () => {
    const batch = opened();
    const shrinking = account(1, 17);
    batch.touch(shrinking, 5);
    shrinking.placePosition(shrinking.instruments[0] as InstrumentState, 0);
    batch.resize(shrinking);
    expect(batch.fits(NO_ROWS, [touch(account(2, 17))], false)).toBe(false);
    expect(batch.fits(NO_ROWS, [touch(account(3, 32), 33)], true)).toBe(false);
  });

  it('keeps what an account was when it was first touched, and the time of the first', () => {
    const batch = opened();
    const one = account(1, 2);
    expect(batch.empty).toBe(true);
    batch.touch(one, 5);
    one.addCash(7n);
    batch.touch(one, 6);
    batch.touch(account(2), 6, false);
    expect([batch.timeSec, batch.before.get(1)?.cash, batch.before.get(2)]).toEqual([5, 0n, null]);
  });
});

it('sums of premium and fee stay exact beyond 2^53', () => {
  const batch = opened();
  const row = batch.trade(batch.addTrade(1, 1, null, []));
  const [net, fee] = [-(2 ** 53 - 1), 2 ** 53 - 1];
  for (let k = 0; k < 5; k++) addToRow(row, net, fee);
  addToRow(row, 1, 1);
  expect(exactSum(row.netBase, row.net)).toBe(5n * BigInt(net) + 1n);
  expect(exactSum(row.feeBase, row.fee)).toBe(5n * BigInt(fee) + 1n);
});
