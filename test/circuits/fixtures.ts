import { intentMessage, withdrawMessage } from '../../node/core/codec/message.ts';
import { publicKey, sign } from '../../node/core/crypto/eddsa.ts';
import type { Hasher } from '../../node/core/crypto/hasher.ts';
import type { Batch } from '../../node/core/ledger/applyRows.ts';
import { MemoryStore } from '../../node/core/ledger/memoryStore.ts';
import type { AccountRecord, Position } from '../../node/core/protocol/account.ts';
import { INSTRUMENT_STATUS, type RiskRow, type RiskTable } from '../../node/core/protocol/riskRow.ts';
import {
  type Intent,
  L1_OP_KIND,
  type L1OpRow,
  type Leg,
  type SettlementRow,
  type SignedIntent,
  type SignedWithdrawIntent,
  type TradeRow,
  type WithdrawIntent,
} from '../../node/core/protocol/rows.ts';
import type { BatchOpening } from '../../prover/witness/batchOpening.ts';

/** Batches written out by hand, every balance a literal: what they state is the test's expectation of the circuit. */

const MARKET = 1;
export const DOMAIN = 0x1234567890abcdefn;
export const TIME = 1_800_000_000;

export const account = (serial: number): number => (MARKET << 20) + serial;
export const instrument = (serial: number): number => (MARKET << 16) + serial;

export const CALL = instrument(1);
export const PUT = instrument(2);
export const EXPIRED = instrument(3);
export const FUTURE = instrument(40);

const row = (id: number, mark: bigint, step: bigint, shortCharge: bigint): RiskRow => ({
  instrument: id,
  status: INSTRUMENT_STATUS.LIVE,
  shortCharge,
  values: Array.from({ length: 15 }, (_, s) => mark + step * BigInt(s)),
});

/** CALL runs from 100,000 (the mark) to 170,000, PUT from 50,000 down to 15,000; both charge 1,000 when short. */
export const TABLE: RiskTable = [
  row(CALL, 100_000n, 5_000n, 1_000n),
  row(PUT, 50_000n, -2_500n, 1_000n),
  { instrument: EXPIRED, status: INSTRUMENT_STATUS.EXPIRED, shortCharge: 0n, values: Array<bigint>(15).fill(30_000n) },
  row(FUTURE, 2_000_000n, 10_000n, 0n),
];

export const privateKey = (seed: number): Uint8Array => new Uint8Array(32).fill(seed);

/** A fresh account of the key with that seed. */
export const record = (
  seed: number,
  cash: bigint,
  positions: readonly [number, number][] = [],
  slots: readonly [number, bigint][] = [],
): AccountRecord => {
  const { x, y } = publicKey(privateKey(seed));
  const held: Position[] = positions.map(([id, lots]) => ({ instrument: id, lots }));
  return { keyX: x, keyY: y, owner: BigInt(seed) << 100n, cash, positions: held, slots: new Map(slots) };
};

export const slotValue = (nonce: number, filled: number): bigint => (BigInt(nonce) << 32n) + BigInt(filled);

export const op = (fields: Partial<L1OpRow> & Pick<L1OpRow, 'kind' | 'account'>): L1OpRow => ({
  amount: 0n,
  paid: 0n,
  owner: 0n,
  keyX: 0n,
  keyY: 0n,
  ...fields,
});

/** A signed trade: what the row says, what the intent allows, and whose key signs. */
export interface TradeSpec {
  readonly account: number;
  readonly nonce: number;
  readonly lots: number;
  readonly net: bigint;
  readonly fee: bigint;
  readonly legs: readonly Leg[];
  readonly limit: bigint;
  readonly maxLots: number;
  readonly maxFeePerLot: number;
  readonly expirySec: number;
  /** null: a liquidation. */
  readonly signer: number | null;
}

export interface WithdrawSpec extends WithdrawIntent {
  readonly signer: number;
}

/** Expected of the batch: records as they are before and after it. */
export interface ExpectedMove {
  readonly account: number;
  readonly before: AccountRecord | null;
  readonly after: AccountRecord;
}

/** A batch in the making; `openingOf` signs it and plants its accounts in a tree beside a stranger's. */
export interface BatchSpec {
  readonly timeSec: number;
  readonly table: RiskTable;
  readonly ops: readonly L1OpRow[];
  readonly withdrawals: readonly WithdrawSpec[];
  readonly trades: readonly TradeSpec[];
  readonly settlements: readonly SettlementRow[];
  readonly accounts: readonly ExpectedMove[];
}

const signedTrade = (hasher: Hasher, spec: TradeSpec): SignedIntent | null => {
  const { signer, nonce, expirySec, maxLots, maxFeePerLot, limit, legs } = spec;
  if (signer === null) return null;
  const intent: Intent = { account: spec.account, nonce, expirySec, maxLots, maxFeePerLot, limit, flags: 5, legs };
  return { intent, signature: sign(hasher, privateKey(signer), intentMessage(hasher, DOMAIN, intent)) };
};

const signedWithdrawal = (hasher: Hasher, { signer, ...intent }: WithdrawSpec): SignedWithdrawIntent => ({
  intent,
  signature: sign(hasher, privateKey(signer), withdrawMessage(hasher, DOMAIN, intent)),
});

const tradeRow = ({ account: id, nonce, lots, net, fee, legs, signer }: TradeSpec): TradeRow => ({
  account: id,
  nonce,
  lots,
  net,
  fee,
  liquidation: signer === null,
  legs,
});

const HEAD_BEFORE = { feePool: 4_000n, l1OpIndex: 17, batchNumber: 5, lastTimeSec: TIME - 10 };

/** The state before the batch: its accounts, and a stranger's. */
export const stateBefore = (hasher: Hasher, spec: BatchSpec): MemoryStore => {
  const planted = new Map<number, AccountRecord>([[account(900), record(90, 7n)]]);
  // The first of two rows of one account opens what the tree holds.
  for (const { account: id, before } of spec.accounts) if (before !== null && !planted.has(id)) planted.set(id, before);
  return new MemoryStore(hasher, planted, HEAD_BEFORE);
};

/** Rows and signatures of the batch. */
export const signedBatch = (hasher: Hasher, spec: BatchSpec): Required<Batch> => ({
  timeSec: spec.timeSec,
  riskTable: spec.table,
  rows: {
    batchNumber: HEAD_BEFORE.batchNumber,
    l1Ops: spec.ops,
    withdrawals: spec.withdrawals.map(({ account: id, nonce, amount }) => ({ account: id, nonce, amount })),
    trades: spec.trades.map(tradeRow),
    settlements: spec.settlements,
  },
  authorisations: {
    withdrawals: spec.withdrawals.map((one) => signedWithdrawal(hasher, one)),
    trades: spec.trades.map((one) => signedTrade(hasher, one)),
  },
});

export const openingOf = (hasher: Hasher, spec: BatchSpec): BatchOpening => {
  const store = stateBefore(hasher, spec);
  const { accountNodes, slotNodes } = store;
  const { accounts } = spec;
  return { ...signedBatch(hasher, spec), domain: DOMAIN, headBefore: store.head(), accounts, accountNodes, slotNodes };
};

const EMPTY: BatchSpec = {
  timeSec: TIME,
  table: TABLE,
  ops: [],
  withdrawals: [],
  trades: [],
  settlements: [],
  accounts: [],
};

const ALICE = 1;
const BOB = 2;
const CAROL = 3;

const spreadLegs = (sign: 1 | -1): Leg[] => [
  { instrument: CALL, ratio: sign },
  { instrument: PUT, ratio: sign === 1 ? -1 : 1 },
];

const tradingMoves = (): ExpectedMove[] => [
  {
    account: account(ALICE),
    before: record(ALICE, 50_000_000_000n, [[CALL, 10]], [[1, slotValue(1, 3)]]),
    after: record(
      ALICE,
      49_999_749_900n,
      [
        [CALL, 15],
        [PUT, -5],
      ],
      [[1, slotValue(1, 8)]],
    ),
  },
  {
    account: account(BOB),
    before: record(
      BOB,
      80_000_000_000n,
      [
        [CALL, -10],
        [EXPIRED, 20],
      ],
      [[1, slotValue(1, 4)]],
    ),
    after: record(
      BOB,
      80_000_849_950n,
      [
        [CALL, -15],
        [PUT, 5],
      ],
      [[1, slotValue(4097, 5)]],
    ),
  },
  {
    account: account(CAROL),
    before: record(CAROL, 20_000_000_000n),
    after: record(CAROL, 24_000_000_000n, [], [[7, slotValue(7, 0xffffffff)]]),
  },
];

/** Alice buys 5 call-put spreads at 50,000 from Bob (her second fill), Bob's 20 expired options settle, Carol deposits and withdraws. */
export const trading = (): BatchSpec => ({
  ...EMPTY,
  ops: [op({ kind: L1_OP_KIND.DEPOSIT, account: account(CAROL), amount: 5_000_000_000n, owner: 3n << 100n })],
  withdrawals: [{ account: account(CAROL), nonce: 7, amount: 1_000_000_000n, expirySec: TIME, signer: CAROL }],
  trades: [
    {
      account: account(ALICE),
      nonce: 1,
      lots: 5,
      net: 250_000n,
      fee: 100n,
      legs: spreadLegs(1),
      limit: 50_000n,
      maxLots: 10,
      maxFeePerLot: 20,
      expirySec: TIME,
      signer: ALICE,
    },
    {
      account: account(BOB),
      nonce: 4097,
      lots: 5,
      net: -250_000n,
      fee: 50n,
      legs: spreadLegs(-1),
      limit: -40_000n,
      maxLots: 5,
      maxFeePerLot: 20,
      expirySec: TIME + 60,
      signer: BOB,
    },
  ],
  settlements: [{ account: account(BOB), instrument: EXPIRED, lots: 20, payoff: 30_000n }],
  accounts: tradingMoves(),
});

/**
 * Alice is short 1,000 calls and below maintenance: E_0 = 50,000,000, W = -21,000,000. Bob sells 400 to her at 105,000; W
 * becomes 5,400,000 at a cost of 2,000,000. Carol asks for 1,000 USDC and gets 2.5, which leaves W = 400,000.
 */
export const liquidation = (): BatchSpec => ({
  ...EMPTY,
  ops: [
    op({
      kind: L1_OP_KIND.FORCED_WITHDRAWAL,
      account: account(CAROL),
      amount: 1_000_000_000n,
      paid: 2_500_000n,
      owner: 3n << 100n,
    }),
  ],
  trades: [
    {
      account: account(ALICE),
      nonce: 0,
      lots: 400,
      net: 42_000_000n,
      fee: 0n,
      legs: [{ instrument: CALL, ratio: 1 }],
      limit: 0n,
      maxLots: 0,
      maxFeePerLot: 0,
      expirySec: TIME,
      signer: null,
    },
    {
      account: account(BOB),
      nonce: 3,
      lots: 400,
      net: -42_000_000n,
      fee: 500n,
      legs: [{ instrument: CALL, ratio: -1 }],
      limit: -100_000n,
      maxLots: 1_000,
      maxFeePerLot: 2,
      expirySec: TIME + 5,
      signer: BOB,
    },
  ],
  accounts: [
    {
      account: account(ALICE),
      before: record(ALICE, 150_000_000n, [[CALL, -1_000]]),
      after: record(ALICE, 108_000_000n, [[CALL, -600]]),
    },
    {
      account: account(BOB),
      before: record(BOB, 1_000_000_000n, [
        [CALL, 1_000],
        [FUTURE, 3],
      ]),
      after: record(
        BOB,
        1_041_999_500n,
        [
          [CALL, 600],
          [FUTURE, 3],
        ],
        [[3, slotValue(3, 400)]],
      ),
    },
    {
      account: account(CAROL),
      before: record(CAROL, 20_000_000n, [[CALL, -100]]),
      after: record(CAROL, 17_500_000n, [[CALL, -100]]),
    },
  ],
});

const CHANGED = 31;

/**
 * Bob's account is opened with a deposit and sells 50 calls at 114,200 to Alice, whose margin is not met but gets no worse: W
 * from -5,200,000 to -2,360,000, at a quarter of that. Carol changes her key and withdraws under the new one.
 */
export const opening = (): BatchSpec => {
  const bob = record(BOB, 1_005_710_000n, [[CALL, -50]], [[0, slotValue(0, 50)]]);
  const carol = record(CAROL, 5_000_000n);
  const key = publicKey(privateKey(CHANGED));
  return {
    ...EMPTY,
    ops: [
      op({
        kind: L1_OP_KIND.OPEN,
        account: account(BOB),
        amount: 1_000_000_000n,
        owner: bob.owner,
        keyX: bob.keyX,
        keyY: bob.keyY,
      }),
      op({ kind: L1_OP_KIND.CHANGE_KEY, account: account(CAROL), owner: carol.owner, keyX: key.x, keyY: key.y }),
    ],
    withdrawals: [{ account: account(CAROL), nonce: 9, amount: 5_000_000n, expirySec: TIME + 9, signer: CHANGED }],
    trades: [
      {
        account: account(BOB),
        nonce: 0,
        lots: 50,
        net: -5_710_000n,
        fee: 0n,
        legs: [{ instrument: CALL, ratio: -1 }],
        limit: -114_200n,
        maxLots: 50,
        maxFeePerLot: 0,
        expirySec: TIME + 5,
        signer: BOB,
      },
      {
        account: account(ALICE),
        nonce: 2,
        lots: 50,
        net: 5_710_000n,
        fee: 0n,
        legs: [{ instrument: CALL, ratio: 1 }],
        limit: 114_200n,
        maxLots: 50,
        maxFeePerLot: 0,
        expirySec: TIME + 5,
        signer: ALICE,
      },
    ],
    accounts: [
      { account: account(BOB), before: null, after: bob },
      {
        account: account(ALICE),
        before: record(ALICE, 29_000_000n, [[CALL, -200]]),
        after: record(ALICE, 23_290_000n, [[CALL, -150]], [[2, slotValue(2, 50)]]),
      },
      {
        account: account(CAROL),
        before: carol,
        after: {
          ...carol,
          keyX: key.x,
          keyY: key.y,
          cash: 0n,
          slots: new Map([[9, slotValue(9, 0xffffffff)]]),
        },
      },
    ],
  };
};

/** One deposit; two account rows stay unused. */
export const deposit = (): BatchSpec => ({
  ...EMPTY,
  ops: [op({ kind: L1_OP_KIND.DEPOSIT, account: account(ALICE), amount: 5n, owner: 1n << 100n })],
  accounts: [{ account: account(ALICE), before: record(ALICE, 10n), after: record(ALICE, 15n) }],
});

/**
 * Alice is short 1,000 calls with next to nothing left: E_0 = 200,000, W = -70,800,000. Bob's bid closes all of them at the
 * price that leaves her `equity`.
 */
export const robbery = (equity: bigint): BatchSpec => {
  const net = 100_200_000n - equity;
  const [alice, bob] = liquidation().trades;
  const accounts = liquidation().accounts.slice(0, 2);
  if (alice === undefined || bob === undefined) throw new Error('a liquidation has two rows');
  return {
    ...liquidation(),
    ops: [],
    trades: [
      { ...alice, lots: 1_000, net },
      { ...bob, lots: 1_000, net: -net },
    ],
    accounts: accounts.map((move, i) =>
      i === 0
        ? { ...move, before: record(ALICE, 100_200_000n, [[CALL, -1_000]]), after: record(ALICE, equity) }
        : { ...move, after: record(BOB, 999_999_500n + net, [[FUTURE, 3]], [[3, slotValue(3, 1_000)]]) },
    ),
  };
};

/** Bob's 20 and Alice's -20 expired options settle, and both withdraw: two rows of a kind, of different accounts. */
export const settling = (): BatchSpec => ({
  ...EMPTY,
  withdrawals: [
    { account: account(ALICE), nonce: 8, amount: 1_000_000n, expirySec: TIME, signer: ALICE },
    { account: account(BOB), nonce: 9, amount: 2_000_000n, expirySec: TIME + 1, signer: BOB },
  ],
  settlements: [
    { account: account(ALICE), instrument: EXPIRED, lots: -20, payoff: 30_000n },
    { account: account(BOB), instrument: EXPIRED, lots: 20, payoff: 30_000n },
  ],
  accounts: [
    {
      account: account(ALICE),
      before: record(ALICE, 9_000_000n, [
        [EXPIRED, -20],
        [FUTURE, 1],
      ]),
      after: record(ALICE, 7_400_000n, [[FUTURE, 1]], [[8, slotValue(8, 0xffffffff)]]),
    },
    {
      account: account(BOB),
      before: record(BOB, 9_000_000n, [[EXPIRED, 20]]),
      after: record(BOB, 7_600_000n, [], [[9, slotValue(9, 0xffffffff)]]),
    },
  ],
});

/** Alice's two buys share a slot, the later nonce first; Bob sells to both. */
export const fallingNonces = (): BatchSpec => {
  const [buy, sell] = trading().trades;
  if (buy === undefined || sell === undefined) throw new Error('a trade has two rows');
  const legs: Leg[] = [{ instrument: CALL, ratio: 1 }];
  const alice = { ...buy, legs, fee: 0n, limit: 100_000n };
  return {
    ...EMPTY,
    trades: [
      { ...alice, nonce: 4097, lots: 2, net: 200_000n },
      { ...alice, nonce: 1, lots: 3, net: 300_000n },
      { ...sell, legs: [{ instrument: CALL, ratio: -1 }], nonce: 4097, net: -500_000n, limit: -100_000n, fee: 0n },
    ],
    accounts: [
      {
        account: account(ALICE),
        before: record(ALICE, 50_000_000_000n, [], [[1, slotValue(1, 7)]]),
        after: record(ALICE, 49_999_500_000n, [[CALL, 5]], [[1, slotValue(4097, 2)]]),
      },
      {
        account: account(BOB),
        before: record(BOB, 80_000_000_000n),
        after: record(BOB, 80_000_500_000n, [[CALL, -5]], [[1, slotValue(4097, 5)]]),
      },
    ],
  };
};
