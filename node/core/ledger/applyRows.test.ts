import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createCircomHasher } from '../../crypto/circomHasher.ts';
import { intentMessage, withdrawMessage } from '../codec/message.ts';
import { decodeRows, encodeRows } from '../codec/words.ts';
import { publicKey, sign } from '../crypto/eddsa.ts';
import type { Hasher } from '../crypto/hasher.ts';
import { accountId, instrumentId } from '../protocol/ids.ts';
import { DEVELOPMENT_PRESET } from '../protocol/presets.ts';
import type { RiskRow, RiskTable } from '../protocol/riskRow.ts';
import {
  type BatchRows,
  type Intent,
  L1_OP_KIND,
  type L1OpRow,
  type SignedIntent,
  type SignedWithdrawIntent,
  type TradeRow,
} from '../protocol/rows.ts';
import { applyRows, type Batch, type LedgerContext } from './applyRows.ts';
import { decodeBatchJob, encodeBatchJob } from './batchJob.ts';
import type { BatchTransition } from './batchTransition.ts';
import { MemoryStore } from './memoryStore.ts';
import { sealToJob } from './sealToJob.ts';
import { readSnapshot, writeSnapshot } from './snapshot.ts';
import { createSparseStore } from './sparseStore.ts';

const ALICE = accountId(1, 1);
const BOB = accountId(1, 2);
const CALL = instrumentId(1, 1);
const PUT = instrumentId(1, 2);
const FOREIGN = instrumentId(2, 1);
const DOMAIN = 987654321n;
const USDC = 1_000_000n;
const START = 1_800_000_000;
const ALICE_SEED = new Uint8Array(32).fill(1);
const BOB_SEED = new Uint8Array(32).fill(2);

let hasher: Hasher;
let context: LedgerContext;
let store: MemoryStore;
let timeSec: number;

const live = (instrument: number, mark: bigint, low: bigint, high: bigint): RiskRow => ({
  instrument,
  status: 0,
  shortCharge: 20_000n,
  values: [mark, ...Array.from({ length: 14 }, (_, i) => (i % 2 === 0 ? low : high))],
});
const expired = (instrument: number, payoff: bigint): RiskRow => ({
  instrument,
  status: 1,
  shortCharge: 0n,
  values: Array<bigint>(15).fill(payoff),
});
const TABLE: RiskTable = [live(CALL, 125_000n, 20_000n, 900_000n), live(PUT, 80_000n, 10_000n, 600_000n)];

const NO_ROWS = { l1Ops: [], withdrawals: [], trades: [], settlements: [] };
const NO_AUTHORISATIONS = { withdrawals: [], trades: [] };
const rowsOf = (rows: Partial<BatchRows>): BatchRows => ({
  batchNumber: store.head().batchNumber,
  ...NO_ROWS,
  ...rows,
});

const op = (kind: L1OpRow['kind'], account: number, fields: Partial<L1OpRow> = {}): L1OpRow => ({
  kind,
  account,
  amount: 0n,
  paid: 0n,
  owner: BigInt(account) + 0xa000n,
  keyX: 0n,
  keyY: 0n,
  ...fields,
});
const opening = (account: number, seed: Uint8Array, amount: bigint): L1OpRow => {
  const { x, y } = publicKey(seed);
  return op(L1_OP_KIND.OPEN, account, { amount, keyX: x, keyY: y });
};

const intentOf = (account: number, fields: Partial<Intent> = {}): Intent => ({
  account,
  nonce: 1,
  expirySec: START + 1000,
  maxLots: 200,
  maxFeePerLot: 100,
  limit: 125_000n,
  flags: 0,
  legs: [{ instrument: CALL, ratio: 1 }],
  ...fields,
});
const signed = (intent: Intent, seed: Uint8Array): SignedIntent => ({
  intent,
  signature: sign(hasher, seed, intentMessage(hasher, DOMAIN, intent)),
});
const rowOf = (intent: Intent, fields: Partial<TradeRow> = {}): TradeRow => ({
  account: intent.account,
  nonce: intent.nonce,
  lots: 200,
  net: 125_000n * 200n,
  fee: 100n * 200n,
  liquidation: false,
  legs: intent.legs,
  ...fields,
});

/** Applies a batch in every way there is, requires that all agree, and commits it. */
function settle(batch: Omit<Batch, 'timeSec'>): BatchTransition {
  timeSec += 10;
  const head = store.head();
  const sealed = {
    batchNumber: batch.rows.batchNumber,
    timeSec,
    rows: batch.rows,
    authorisations: batch.authorisations ?? NO_AUTHORISATIONS,
    riskTable: batch.riskTable,
    reportIndex: 0,
    lastEntryIndex: 0,
    accountsBefore: new Map(),
    l1OpIndexBefore: head.l1OpIndex,
    feePoolBefore: head.feePool,
    lastTimeSec: head.lastTimeSec,
  };
  const { job, transition, words } = sealToJob(context, store, sealed);
  const watched = applyRows(context, store, { rows: decodeRows(words), timeSec, riskTable: batch.riskTable });
  expect(watched.stateRootAfter).toBe(transition.stateRootAfter);
  const text = encodeBatchJob(job);
  const decoded = decodeBatchJob(text);
  expect(decoded).toEqual(job);
  expect(applyRows(context, createSparseStore(hasher, decoded.opening), decoded)).toEqual(transition);
  store.commit(transition);
  expect(store.stateRoot(DOMAIN)).toBe(transition.stateRootAfter);
  const restored = readSnapshot(hasher, writeSnapshot(store));
  expect(restored.stateRoot(DOMAIN)).toBe(transition.stateRootAfter);
  return transition;
}

const codeOf = (batch: Partial<BatchRows>, authorisations: Batch['authorisations'], riskTable = TABLE): string => {
  const root = store.stateRoot(DOMAIN);
  try {
    applyRows(context, store, {
      rows: rowsOf(batch),
      timeSec: timeSec + 10,
      riskTable,
      ...(authorisations === undefined ? {} : { authorisations }),
    });
  } catch (error) {
    expect(store.stateRoot(DOMAIN)).toBe(root);
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
  return 'accepted';
};

const openBoth = (alice = 1000n, bob = 1000n): BatchTransition =>
  settle({
    rows: rowsOf({ l1Ops: [opening(ALICE, ALICE_SEED, alice * USDC), opening(BOB, BOB_SEED, bob * USDC)] }),
    riskTable: TABLE,
  });

const buy = (): Intent => intentOf(ALICE);
const sell = (): Intent => intentOf(BOB, { limit: -125_000n, legs: [{ instrument: CALL, ratio: -1 }] });
const sellRow = (fields: Partial<TradeRow> = {}): TradeRow =>
  rowOf(sell(), { net: -125_000n * 200n, fee: 0n, ...fields });
const tradeBatch = () => ({
  rows: rowsOf({ trades: [rowOf(buy()), sellRow()] }),
  authorisations: { withdrawals: [], trades: [signed(buy(), ALICE_SEED), signed(sell(), BOB_SEED)] },
  riskTable: TABLE,
});

beforeAll(async () => {
  hasher = await createCircomHasher();
  context = { hasher, domain: DOMAIN, deployment: DEVELOPMENT_PRESET };
});
beforeEach(() => {
  store = new MemoryStore(hasher);
  timeSec = START;
});

test('accounts open, trade, deposit, change keys, withdraw and settle, to the unit', () => {
  expect(openBoth().shape.name).toBe('development');
  expect(store.head()).toEqual({ feePool: 0n, l1OpIndex: 2, batchNumber: 1, lastTimeSec: START + 10 });
  settle(tradeBatch());
  expect(store.account(ALICE)).toMatchObject({
    cash: 1000n * USDC - 25_000_000n - 20_000n,
    positions: [{ instrument: CALL, lots: 200 }],
    slots: new Map([[1, (1n << 32n) | 200n]]),
  });
  expect(store.account(BOB)).toMatchObject({
    cash: 1000n * USDC + 25_000_000n,
    positions: [{ instrument: CALL, lots: -200 }],
  });
  expect(store.head().feePool).toBe(20_000n);

  const newSeed = new Uint8Array(32).fill(7);
  const key = publicKey(newSeed);
  const withdraw = { account: ALICE, nonce: 5, expirySec: START + 1000, amount: 100n * USDC };
  const signedWithdraw: SignedWithdrawIntent = {
    intent: withdraw,
    signature: sign(hasher, newSeed, withdrawMessage(hasher, DOMAIN, withdraw)),
  };
  settle({
    rows: rowsOf({
      l1Ops: [
        op(L1_OP_KIND.CHANGE_KEY, ALICE, { keyX: key.x, keyY: key.y }),
        op(L1_OP_KIND.DEPOSIT, BOB, { amount: 5n * USDC }),
      ],
      withdrawals: [{ account: ALICE, nonce: 5, amount: 100n * USDC }],
    }),
    authorisations: { withdrawals: [signedWithdraw], trades: [] },
    riskTable: TABLE,
  });
  expect(store.account(ALICE)).toMatchObject({ keyX: key.x, keyY: key.y, cash: 874_980_000n });
  expect(store.account(ALICE)?.slots.get(5)).toBe((5n << 32n) | 0xffffffffn);
  expect(store.account(BOB)?.cash).toBe(1030n * USDC);

  settle({
    rows: rowsOf({
      settlements: [
        { account: ALICE, instrument: CALL, lots: 200, payoff: 300_000n },
        { account: BOB, instrument: CALL, lots: -200, payoff: 300_000n },
      ],
    }),
    riskTable: [expired(CALL, 300_000n)],
  });
  expect(store.account(ALICE)).toMatchObject({ cash: 934_980_000n, positions: [] });
  expect(store.account(BOB)).toMatchObject({ cash: 970n * USDC, positions: [] });
  // 2005 deposited, 100 withdrawn: what accounts and fee pool hold together is 1905.
  const total = store.accounts().reduce((sum, [, { cash }]) => sum + cash, store.head().feePool);
  expect(total).toBe(1905n * USDC);
});

describe('a batch is refused', () => {
  beforeEach(() => {
    openBoth();
  });
  const trades = (rows: readonly TradeRow[], intents: readonly (SignedIntent | null)[]) =>
    codeOf({ trades: rows }, { withdrawals: [], trades: intents });
  const good = (): SignedIntent[] => [signed(buy(), ALICE_SEED), signed(sell(), BOB_SEED)];

  test('not when nothing is wrong', () => {
    expect(trades([rowOf(buy()), sellRow()], good())).toBe('accepted');
  });

  test.each<[string, () => string, string]>([
    [
      'premium beyond the limit',
      () => trades([rowOf(buy(), { net: 25_000_001n }), sellRow({ net: -25_000_001n })], good()),
      'LEDGER_LIMIT',
    ],
    ['fee above the maximum', () => trades([rowOf(buy(), { fee: 20_001n }), sellRow()], good()), 'LEDGER_FEE'],
    [
      'more lots than signed',
      () => trades([rowOf(buy(), { lots: 201 }), sellRow({ lots: 201 })], good()),
      'LEDGER_OVERFILL',
    ],
    [
      'legs that do not balance',
      () => trades([rowOf(buy()), sellRow({ lots: 199 })], good()),
      'LEDGER_LEGS_UNBALANCED',
    ],
    [
      'premiums that do not balance',
      () => trades([rowOf(buy()), sellRow({ net: -24_999_999n })], good()),
      'LEDGER_NET_UNBALANCED',
    ],
    [
      'a signature by another key',
      () => trades([rowOf(buy()), sellRow()], [signed(buy(), BOB_SEED), signed(sell(), BOB_SEED)]),
      'LEDGER_SIGNATURE',
    ],
    [
      'a signature by another key, for that reason rather than for what is wrong after it',
      () => trades([rowOf(buy()), sellRow({ fee: 20_001n })], [signed(buy(), BOB_SEED), signed(sell(), BOB_SEED)]),
      'LEDGER_SIGNATURE',
    ],
    [
      'a fee above the maximum, for that reason rather than for a wrong signature after it',
      () =>
        trades([rowOf(buy(), { fee: 20_001n }), sellRow()], [signed(buy(), ALICE_SEED), signed(sell(), ALICE_SEED)]),
      'LEDGER_FEE',
    ],
    [
      'legs other than signed',
      () =>
        trades(
          [
            rowOf(buy(), { legs: [{ instrument: PUT, ratio: 1 }] }),
            sellRow({ legs: [{ instrument: PUT, ratio: -1 }] }),
          ],
          good(),
        ),
      'LEDGER_AUTHORISATION',
    ],
    ['a signed row without a signature', () => trades([rowOf(buy()), sellRow()], [null, null]), 'LEDGER_AUTHORISATION'],
    [
      'an intent filled beyond its lots by two rows',
      () =>
        trades(
          [
            rowOf(buy(), { lots: 101, net: 12_500_000n, fee: 0n }),
            rowOf(buy(), { lots: 100, net: 12_500_000n, fee: 0n }),
            sellRow({ lots: 201 }),
          ],
          [signed(buy(), ALICE_SEED), ...good()],
        ),
      'LEDGER_OVERFILL',
    ],
    [
      'a nonce that another row overtook, wherever they stand',
      () => {
        const later = intentOf(ALICE, { nonce: 4097, maxLots: 100 });
        const sold = rowOf(sell(), { lots: 200, net: -25_000_000n, fee: 0n });
        const rows = [
          rowOf(later, { lots: 101, net: 12_500_000n, fee: 0n }),
          rowOf(buy(), { lots: 99, net: 12_500_000n, fee: 0n }),
          sold,
        ];
        return trades(rows, [signed(later, ALICE_SEED), ...good()]);
      },
      'LEDGER_OVERFILL',
    ],
    [
      'legs that name an instrument twice',
      () => {
        const twice = [CALL, CALL].map((instrument) => ({ instrument, ratio: 1 }));
        return codeOf({ trades: [rowOf(buy(), { legs: twice }), sellRow({ lots: 400 })] }, undefined);
      },
      'LEDGER_LEGS',
    ],
    [
      'a leg of another market, though it comes to nothing',
      () => {
        const there = rowOf(buy(), { legs: [{ instrument: FOREIGN, ratio: 1 }], lots: 1, net: 0n, fee: 0n });
        const back = { ...there, nonce: 2, legs: [{ instrument: FOREIGN, ratio: -1 }] };
        return codeOf({ trades: [there, back] }, undefined, [...TABLE, live(FOREIGN, 1n, 1n, 1n)]);
      },
      'LEDGER_MARKET',
    ],
    [
      'a trade in what has expired',
      () => codeOf({ trades: [rowOf(buy()), sellRow()] }, undefined, [expired(CALL, 125_000n)]),
      'LEDGER_INSTRUMENT',
    ],
    [
      'a trade in what the table does not have, though it comes to nothing',
      () => {
        const there = rowOf(buy(), { legs: [{ instrument: PUT, ratio: 1 }], lots: 1, net: 0n, fee: 0n });
        const back = { ...there, nonce: 2, legs: [{ instrument: PUT, ratio: -1 }] };
        return codeOf({ trades: [there, back] }, undefined, TABLE.slice(0, 1));
      },
      'LEDGER_INSTRUMENT',
    ],
    [
      'a liquidation row with a fee',
      () => codeOf({ trades: [rowOf(buy(), { liquidation: true, nonce: 0, fee: 1n }), sellRow()] }, undefined),
      'LEDGER_FEE',
    ],
    [
      'an expired intent',
      () => {
        const late = intentOf(ALICE, { expirySec: START + 19 });
        return trades([rowOf(late), sellRow()], [signed(late, ALICE_SEED), signed(sell(), BOB_SEED)]);
      },
      'LEDGER_EXPIRED',
    ],
    [
      'no lots',
      () => trades([rowOf(buy(), { lots: 0, net: 0n, fee: 0n }), sellRow({ lots: 0, net: 0n })], good()),
      'LEDGER_TRADE_EMPTY',
    ],
    [
      'another market',
      () =>
        codeOf(
          {
            trades: [
              rowOf(buy(), { legs: [{ instrument: FOREIGN, ratio: 1 }] }),
              sellRow({ legs: [{ instrument: FOREIGN, ratio: -1 }] }),
            ],
          },
          undefined,
        ),
      'LEDGER_MARKET',
    ],
    [
      'an instrument outside the table',
      () => codeOf({ trades: [rowOf(buy()), sellRow()] }, undefined, [live(PUT, 1n, 1n, 1n)]),
      'LEDGER_INSTRUMENT',
    ],
    [
      'margin',
      () => codeOf({ trades: [rowOf(buy(), { lots: 5000 }), sellRow({ lots: 5000 })] }, undefined),
      'LEDGER_MARGIN',
    ],
    [
      'a healthy account liquidated',
      () =>
        trades([rowOf(buy(), { nonce: 0, liquidation: true, fee: 0n }), sellRow()], [null, signed(sell(), BOB_SEED)]),
      'LEDGER_LIQUIDATION',
    ],
    [
      'an account unknown',
      () => codeOf({ l1Ops: [op(L1_OP_KIND.DEPOSIT, accountId(1, 9))] }, undefined),
      'LEDGER_ACCOUNT_UNKNOWN',
    ],
    [
      'an account opened twice',
      () => codeOf({ l1Ops: [opening(ALICE, ALICE_SEED, 1n)] }, undefined),
      'LEDGER_ACCOUNT_EXISTS',
    ],
    [
      'a foreign owner',
      () => codeOf({ l1Ops: [op(L1_OP_KIND.DEPOSIT, ALICE, { owner: 5n, amount: 1n })] }, undefined),
      'LEDGER_OWNER',
    ],
    [
      'two key ops',
      () => codeOf({ l1Ops: [op(L1_OP_KIND.CHANGE_KEY, ALICE), op(L1_OP_KIND.CHANGE_KEY, ALICE)] }, undefined),
      'LEDGER_KEY_TWICE',
    ],
    [
      'a forced withdrawal shaved',
      () =>
        codeOf(
          { l1Ops: [op(L1_OP_KIND.FORCED_WITHDRAWAL, ALICE, { amount: 999n * USDC, paid: 998n * USDC })] },
          undefined,
        ),
      'LEDGER_SHAVED',
    ],
    [
      'a forced withdrawal beyond margin',
      () =>
        codeOf(
          { l1Ops: [op(L1_OP_KIND.FORCED_WITHDRAWAL, ALICE, { amount: 1001n * USDC, paid: 1001n * USDC })] },
          undefined,
        ),
      'LEDGER_MARGIN',
    ],
    [
      'a settlement before expiry',
      () => codeOf({ settlements: [{ account: ALICE, instrument: CALL, lots: 1, payoff: 125_000n }] }, undefined),
      'LEDGER_SETTLEMENT',
    ],
    [
      'a settlement of what is not held',
      () =>
        codeOf({ settlements: [{ account: ALICE, instrument: CALL, lots: 1, payoff: 5n }] }, undefined, [
          expired(CALL, 5n),
        ]),
      'LEDGER_SETTLEMENT',
    ],
    [
      'a third L1 op',
      () => codeOf({ l1Ops: [1, 2, 3].map(() => op(L1_OP_KIND.DEPOSIT, ALICE, { amount: 1n })) }, undefined),
      'LEDGER_SHAPE',
    ],
    ['the wrong number', () => codeOf({ batchNumber: 0 }, undefined), 'LEDGER_BATCH_NUMBER'],
    [
      'cash beyond 64 bits',
      () => codeOf({ l1Ops: [op(L1_OP_KIND.DEPOSIT, ALICE, { amount: 2n ** 63n })] }, undefined),
      'LEDGER_RANGE',
    ],
  ])('%s', (_, run, code) => {
    expect(run()).toBe(code);
  });

  test('whose time goes back', () => {
    timeSec = START - 10;
    expect(codeOf({}, undefined)).toBe('LEDGER_TIME');
  });

  test('that replays a nonce', () => {
    settle(tradeBatch());
    expect(trades([rowOf(buy()), sellRow()], good())).toBe('LEDGER_OVERFILL');
    const later = [intentOf(ALICE, { nonce: 4097 }), { ...sell(), nonce: 4097 }] as const;
    settle({
      rows: rowsOf({ trades: [rowOf(later[0]), sellRow({ nonce: 4097 })] }),
      authorisations: { withdrawals: [], trades: [signed(later[0], ALICE_SEED), signed(later[1], BOB_SEED)] },
      riskTable: TABLE,
    });
    expect(trades([rowOf(buy()), sellRow()], good())).toBe('LEDGER_SLOT');
  });
});

test('a forced withdrawal may be shaved to where margin binds', () => {
  openBoth();
  const row = op(L1_OP_KIND.FORCED_WITHDRAWAL, ALICE, { amount: 2000n * USDC, paid: 1000n * USDC });
  settle({ rows: rowsOf({ l1Ops: [row] }), riskTable: TABLE });
  expect(store.account(ALICE)?.cash).toBe(0n);
  expect(codeOf({ l1Ops: [opening(ALICE, ALICE_SEED, 1n)] }, undefined)).toBe('LEDGER_ACCOUNT_EXISTS');
});

describe('liquidation', () => {
  // Bob has 225 USDC and is short 2.00 calls; the mark goes from 12.50 to 80 USDC: E_0 = 225 - 160 = 65 USDC.
  const stressed: RiskTable = [live(CALL, 800_000n, 700_000n, 1_500_000n)];
  const close = (net: bigint): BatchRows =>
    rowsOf({
      trades: [
        { account: BOB, nonce: 0, lots: 100, net, fee: 0n, liquidation: true, legs: [{ instrument: CALL, ratio: 1 }] },
        rowOf(intentOf(ALICE), { nonce: 2, lots: 100, net: -net, fee: 0n, legs: [{ instrument: CALL, ratio: -1 }] }),
      ],
    });
  beforeEach(() => {
    openBoth(1000n, 200n);
    settle(tradeBatch());
  });

  test('of an account below maintenance, at the mark and up to the cost bound', () => {
    // W: 225 - 200 * 1.50 - 4 = -79 before; at the mark after: 145 - 150 - 2 = -7. E_0 stays 65: the bound is 18 USDC.
    expect(codeOf(close(80n * USDC), undefined, stressed)).toBe('accepted');
    // Paying x more costs x of E_0 and of W: 4 x <= 72 - x, so x <= 14.4.
    expect(codeOf(close(94_400_000n), undefined, stressed)).toBe('accepted');
    expect(codeOf(close(94_400_001n), undefined, stressed)).toBe('LEDGER_LIQUIDATION');
  });

  test('not beside an L1 op of the account', () => {
    const l1Ops = [op(L1_OP_KIND.DEPOSIT, BOB, { amount: 1n })];
    expect(codeOf({ ...close(80n * USDC), l1Ops }, undefined, stressed)).toBe('LEDGER_LIQUIDATION');
  });
});

test('words of a batch are decoded to the rows they were made of', () => {
  openBoth();
  const { rows } = tradeBatch();
  expect(decodeRows(encodeRows(rows))).toEqual(rows);
});

test('an opening that lies about a record is refused', () => {
  openBoth();
  const head = store.head();
  const sealed = {
    ...tradeBatch(),
    batchNumber: 1,
    timeSec: START + 20,
    reportIndex: 0,
    lastEntryIndex: 0,
    accountsBefore: new Map(),
  };
  const { job } = sealToJob(context, store, {
    ...sealed,
    l1OpIndexBefore: head.l1OpIndex,
    feePoolBefore: head.feePool,
    lastTimeSec: head.lastTimeSec,
  });
  const accounts = job.opening.accounts.map(
    ([id, record]) => [id, record && { ...record, cash: record.cash + 1n }] as const,
  );
  expect(() => createSparseStore(hasher, { ...job.opening, accounts })).toThrow('does not agree with the root');
});
