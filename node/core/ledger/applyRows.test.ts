import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createCircomHasher } from '../../crypto/circomHasher.ts';
import { withdrawMessage } from '../codec/message.ts';
import { decodeRows, encodeRows } from '../codec/words.ts';
import { publicKey, sign } from '../crypto/eddsa.ts';
import type { Hasher } from '../crypto/hasher.ts';
import type { RiskTable } from '../protocol/riskRow.ts';
import { type BatchRows, L1_OP_KIND, type SignedWithdrawIntent } from '../protocol/rows.ts';
import {
  ALICE,
  ALICE_SEED,
  BOB,
  CALL,
  DOMAIN,
  expired,
  intentOf,
  LedgerBench,
  live,
  op,
  opening,
  rowOf,
  START,
  TABLE,
  USDC,
} from './ledgerBench.fixture.ts';
import { sealToJob } from './sealToJob.ts';
import { createSparseStore } from './sparseStore.ts';

let hasher: Hasher;
let bench: LedgerBench;
beforeAll(async () => {
  hasher = await createCircomHasher();
});
beforeEach(() => {
  bench = new LedgerBench(hasher);
});

test('accounts open, trade, deposit, change keys, withdraw and settle, to the unit', () => {
  expect(bench.openBoth().shape.name).toBe('development');
  expect(bench.store.head()).toEqual({ feePool: 0n, l1OpIndex: 2, batchNumber: 1, lastTimeSec: START + 10 });
  bench.settle(bench.tradeBatch());
  expect(bench.store.account(ALICE)).toMatchObject({
    cash: 1000n * USDC - 25_000_000n - 20_000n,
    positions: [{ instrument: CALL, lots: 200 }],
    slots: new Map([[1, (1n << 32n) | 200n]]),
  });
  expect(bench.store.account(BOB)).toMatchObject({
    cash: 1000n * USDC + 25_000_000n,
    positions: [{ instrument: CALL, lots: -200 }],
  });
  expect(bench.store.head().feePool).toBe(20_000n);

  const newSeed = new Uint8Array(32).fill(7);
  const key = publicKey(newSeed);
  const withdraw = { account: ALICE, nonce: 5, expirySec: START + 1000, amount: 100n * USDC };
  const signedWithdraw: SignedWithdrawIntent = {
    intent: withdraw,
    signature: sign(hasher, newSeed, withdrawMessage(hasher, DOMAIN, withdraw)),
  };
  bench.settle({
    rows: bench.rowsOf({
      l1Ops: [
        op(L1_OP_KIND.CHANGE_KEY, ALICE, { keyX: key.x, keyY: key.y }),
        op(L1_OP_KIND.DEPOSIT, BOB, { amount: 5n * USDC }),
      ],
      withdrawals: [{ account: ALICE, nonce: 5, amount: 100n * USDC }],
    }),
    authorisations: { withdrawals: [signedWithdraw], trades: [] },
    riskTable: TABLE,
  });
  expect(bench.store.account(ALICE)).toMatchObject({ keyX: key.x, keyY: key.y, cash: 874_980_000n });
  expect(bench.store.account(ALICE)?.slots.get(5)).toBe((5n << 32n) | 0xffffffffn);
  expect(bench.store.account(BOB)?.cash).toBe(1030n * USDC);

  bench.settle({
    rows: bench.rowsOf({
      settlements: [
        { account: ALICE, instrument: CALL, lots: 200, payoff: 300_000n },
        { account: BOB, instrument: CALL, lots: -200, payoff: 300_000n },
      ],
    }),
    riskTable: [expired(CALL, 300_000n)],
  });
  expect(bench.store.account(ALICE)).toMatchObject({ cash: 934_980_000n, positions: [] });
  expect(bench.store.account(BOB)).toMatchObject({ cash: 970n * USDC, positions: [] });
  // 2005 deposited, 100 withdrawn: what accounts and fee pool hold together is 1905.
  const total = bench.store.accounts().reduce((sum, [, { cash }]) => sum + cash, bench.store.head().feePool);
  expect(total).toBe(1905n * USDC);
});

test('a forced withdrawal may be shaved to where margin binds', () => {
  bench.openBoth();
  const row = op(L1_OP_KIND.FORCED_WITHDRAWAL, ALICE, { amount: 2000n * USDC, paid: 1000n * USDC });
  bench.settle({ rows: bench.rowsOf({ l1Ops: [row] }), riskTable: TABLE });
  expect(bench.store.account(ALICE)?.cash).toBe(0n);
  expect(bench.codeOf({ l1Ops: [opening(ALICE, ALICE_SEED, 1n)] }, undefined)).toBe('LEDGER_ACCOUNT_EXISTS');
});

describe('liquidation', () => {
  // Bob has 225 USDC and is short 2.00 calls; the mark goes from 12.50 to 80 USDC: E_0 = 225 - 160 = 65 USDC.
  const stressed: RiskTable = [live(CALL, 800_000n, 700_000n, 1_500_000n)];
  const close = (net: bigint): BatchRows =>
    bench.rowsOf({
      trades: [
        { account: BOB, nonce: 0, lots: 100, net, fee: 0n, liquidation: true, legs: [{ instrument: CALL, ratio: 1 }] },
        rowOf(intentOf(ALICE), { nonce: 2, lots: 100, net: -net, fee: 0n, legs: [{ instrument: CALL, ratio: -1 }] }),
      ],
    });
  beforeEach(() => {
    bench.openBoth(1000n, 200n);
    bench.settle(bench.tradeBatch());
  });

  test('of an account below maintenance, at the mark and up to the cost bound', () => {
    // W: 225 - 200 * 1.50 - 4 = -79 before; at the mark after: 145 - 150 - 2 = -7. E_0 stays 65: the bound is 18 USDC.
    expect(bench.codeOf(close(80n * USDC), undefined, stressed)).toBe('accepted');
    // Paying x more costs x of E_0 and of W: 4 x <= 72 - x, so x <= 14.4.
    expect(bench.codeOf(close(94_400_000n), undefined, stressed)).toBe('accepted');
    expect(bench.codeOf(close(94_400_001n), undefined, stressed)).toBe('LEDGER_LIQUIDATION');
  });

  test('not beside an L1 op of the account', () => {
    const l1Ops = [op(L1_OP_KIND.DEPOSIT, BOB, { amount: 1n })];
    expect(bench.codeOf({ ...close(80n * USDC), l1Ops }, undefined, stressed)).toBe('LEDGER_LIQUIDATION');
  });
});

test('words of a batch are decoded to the rows they were made of', () => {
  bench.openBoth();
  const { rows } = bench.tradeBatch();
  expect(decodeRows(encodeRows(rows))).toEqual(rows);
});

test('an opening that lies about a record is refused', () => {
  bench.openBoth();
  bench.timeSec += 10;
  const { job } = sealToJob(bench.context, bench.store, { ...bench.sealing(), ...bench.tradeBatch() });
  const accounts = job.opening.accounts.map(
    ([id, record]) => [id, record && { ...record, cash: record.cash + 1n }] as const,
  );
  expect(() => createSparseStore(hasher, { ...job.opening, accounts })).toThrow('does not agree with the root');
});
