import { INSTRUMENT_STATUS, type RiskRow } from '../../node/core/protocol/riskRow.ts';
import { L1_OP_KIND } from '../../node/core/protocol/rows.ts';
import {
  ALICE,
  type Bound,
  type Edit,
  holding,
  inTurn,
  knownToL1,
  moved,
  NOTHING,
  resigned,
  rootFollows,
  slot,
  sold,
} from './Bound.ts';
import {
  account,
  type BatchSpec,
  CALL,
  deposit,
  EXPIRED,
  instrument,
  liquidation,
  op,
  record,
  TABLE,
  trading,
} from './fixtures.ts';
import { both, set, withAccount } from './Lie.ts';
import { posted } from './postBlindly.ts';
import { TRADE_WIDTHS } from './tradeWidths.ts';

const OWNER = 1n << 100n;
const MAX_WORD = (1n << 64n) - 1n;

const credit = (amount: bigint) => op({ kind: L1_OP_KIND.DEPOSIT, account: account(ALICE), amount, owner: OWNER });

const full = (amount: bigint) =>
  op({ kind: L1_OP_KIND.FORCED_WITHDRAWAL, account: account(ALICE), amount, paid: amount, owner: OWNER });

const credited = (before: bigint): BatchSpec =>
  withAccount(deposit(), 0, { before: { cash: before }, after: { cash: before + 5n } });

/** Alice's 20 short options settle: her cash falls, her equity stays. */
const settledDown = (cash: bigint): BatchSpec =>
  posted({
    ...NOTHING,
    settlements: [{ account: account(ALICE), instrument: EXPIRED, lots: -20, payoff: 30_000n }],
    before: new Map([[account(ALICE), record(ALICE, cash + 600_000n, [[EXPIRED, -20]])]]),
  });

const flat = (id: number, value: bigint, status: RiskRow['status'] = INSTRUMENT_STATUS.LIVE): RiskRow => ({
  instrument: id,
  status,
  shortCharge: 0n,
  values: Array<bigint>(15).fill(value),
});

/** Alice's one option settles at that payoff. */
const paying = (payoff: bigint): BatchSpec =>
  posted({
    ...NOTHING,
    table: TABLE.map((row) => (row.instrument === EXPIRED ? flat(EXPIRED, payoff, row.status) : row)),
    settlements: [{ account: account(ALICE), instrument: EXPIRED, lots: 1, payoff }],
    before: new Map([[account(ALICE), record(ALICE, 5n, [[EXPIRED, 1]])]]),
  });

const held = (serials: readonly number[]): BatchSpec => {
  const ids = serials.map((serial) => (1 << 16) + serial);
  return holding(
    ids.map((id) => [id, 1]),
    ids.map((id) => flat(id, 7n)),
  );
};

/** A table of as many rows as the circuit has, the last expired. */
const sixRows = (): BatchSpec =>
  holding(
    [[CALL, 1]],
    [...TABLE.slice(0, 2), ...[50, 51, 52].map((serial) => flat(instrument(serial), 1n))].concat(
      flat(instrument(60), 1n, INSTRUMENT_STATUS.EXPIRED),
    ),
  );

const charged = (shortCharge: bigint): BatchSpec =>
  holding(
    [[CALL, 1]],
    TABLE.map((row, m) => (m === 1 ? { ...row, shortCharge } : row)),
  );

const idle = (): BatchSpec => ({
  ...deposit(),
  accounts: [...deposit().accounts, { account: account(2), before: record(2, 5n), after: record(2, 5n) }],
});

const batchNumber = (value: bigint): Edit =>
  inTurn(
    set('batchNumber', [], () => value),
    knownToL1,
  );

const L1: readonly Bound[] = [
  {
    name: 'the largest withdrawal',
    on: { spec: moved([credit(MAX_WORD), credit(1n)], [{ amount: MAX_WORD }], 100n) },
    beyond: {
      spec: moved([credit(MAX_WORD), credit(1n)], [{ amount: MAX_WORD }], 100n),
      input: inTurn(
        both(
          set('withdrawalAmount', [0], () => 1n << 64n),
          set('accountAfter', [0, 3], (cash) => cash - 1n),
        ),
        resigned('withdrawal', 0),
      ),
      at: [/^main\.withdrawalRows\.row\[0\]\.amountBits/],
    },
  },
  {
    name: 'the last expiry of a withdrawal',
    on: { spec: moved([], [{ expirySec: 2 ** 40 - 1 }], 5n) },
    beyond: {
      spec: moved([], [{}], 5n),
      input: inTurn(
        set('withdrawalExpiry', [0], () => 1n << 40n),
        resigned('withdrawal', 0),
      ),
      at: [/^main\.withdrawalRows\.row\[0\]\.expiryBits/],
    },
  },
  {
    name: 'the last nonce of a withdrawal',
    on: { spec: moved([], [{ nonce: 0xffffffff }], 5n) },
    beyond: {
      spec: moved([], [{ nonce: 8194 }], 5n, [], [slot(2, 4098, 0)]),
      input: inTurn(
        set('withdrawalNonce', [0], () => (1n << 32n) + 2n),
        resigned('withdrawal', 0),
        rootFollows('withdrawalRows.row[0]'),
      ),
      at: [/^main\.withdrawalRows\.row\[0\]\.nonceBits/],
    },
  },
  {
    name: 'a withdrawal of an account beyond 24 bits',
    on: { spec: moved([], [{}], 5n) },
    beyond: {
      spec: moved([], [{ amount: 1n }], 5n),
      input: inTurn(
        set('withdrawalAccount', [0], (id) => id + (1n << 24n)),
        resigned('withdrawal', 0),
      ),
      identities: ['ledger', 'authority', 'slots'],
      at: [/^main\.withdrawalRows\.row\[0\]\.accountBits/],
    },
  },
  {
    name: 'the largest deposit',
    on: { spec: moved([credit(MAX_WORD)], [{ amount: MAX_WORD }, {}], 100n) },
    beyond: {
      spec: moved([credit(MAX_WORD)], [{ amount: MAX_WORD }, {}], 100n),
      input: inTurn(
        both(
          set('opAmount', [0], () => 1n << 64n),
          set('withdrawalAmount', [1], () => 1n),
        ),
        resigned('withdrawal', 1),
      ),
      at: [/^main\.l1OpRows\.row\[0\]\.amountBits/, /^main\.l1OpRows\.row\[0\]\.unpaid/],
    },
  },
  {
    name: 'a kind of op beyond those there are',
    on: { spec: deposit() },
    beyond: { spec: deposit(), input: set('opKind', [0], () => 10n), at: [/^main\.l1OpRows\.row\[0\]\.kindBits/] },
  },
  {
    name: 'an op of an account beyond 24 bits, its amount the less',
    on: { spec: deposit() },
    beyond: {
      spec: deposit(),
      // The same word: 2^24 accounts are one unit.
      input: both(
        set('opAccount', [0], (id) => id + (1n << 24n)),
        set('opAmount', [0], (amount) => amount - 1n),
      ),
      identities: ['ledger', 'authority'],
      at: [/^main\.l1OpRows\.row\[0\]\.accountBits/],
    },
  },
  {
    name: 'the largest forced withdrawal',
    on: { spec: moved([credit(MAX_WORD), full(MAX_WORD)], [], 100n) },
    beyond: {
      spec: moved([credit(MAX_WORD), full(MAX_WORD)], [], 100n),
      input: both(
        set('opAmount', [1], () => 1n << 64n),
        set('opPaid', [1], () => 1n << 64n),
        set('accountAfter', [0, 3], (cash) => cash - 1n),
      ),
      at: [/^main\.l1OpRows\.row\[1\]\.amountBits/, /^main\.l1OpRows\.row\[1\]\.paidBits/],
    },
  },
];

const ACCOUNTS: readonly Bound[] = [
  {
    name: 'the most cash',
    on: { spec: credited((1n << 63n) - 6n) },
    beyond: { spec: credited((1n << 63n) - 5n), at: [/^main\.accountRows\.row\[0\]\.cashBits/] },
  },
  {
    name: 'the least cash',
    on: { spec: settledDown(-(1n << 63n)) },
    beyond: { spec: settledDown(-(1n << 63n) - 1n), at: [/^main\.accountRows\.row\[0\]\.cashBits/] },
  },
  {
    name: 'the largest position',
    on: { spec: sold(2 ** 31 - 1) },
    beyond: {
      spec: sold(2 ** 31),
      // Read as a short one, it is charged like one, the wrong way round.
      input: set('shortAfter', [0], () => -(1_000n << 31n)),
      at: [/^main\.accountRows\.row\[0\]\.after\.sign/],
    },
  },
  {
    name: 'the last serial of a market',
    on: { spec: held([65_000, 65_535]) },
    beyond: { spec: held([65_000, 65_536 + 20]), at: [/^main\.accountRows\.row\[0\]\.after\.last/] },
  },
  {
    name: 'a position before of an instrument beyond 20 bits, by another reading of an empty one',
    on: { spec: deposit() },
    beyond: {
      spec: deposit(),
      input: both(
        set('instrumentBefore', [0], () => 1n << 20n),
        set('lotsBefore', [0], () => -1n),
      ),
      identities: ['ledger', 'poles'],
      at: [/^main\.accountRows\.row\[0\]\.before\.idBits/],
    },
  },
  {
    name: 'an idle account beyond 24 bits',
    on: { spec: idle() },
    beyond: {
      spec: idle(),
      input: set('accountId', [1], (id) => id + (1n << 24n)),
      at: [/^main\.accountRows\.row\[1\]\.idBits/],
    },
  },
  {
    name: 'more signed rows than 16 bits, an op the less',
    on: { spec: trading() },
    beyond: {
      spec: trading(),
      input: both(
        set('accountControl', [2, 4], (signed) => signed + (1n << 16n)),
        set('accountControl', [2, 5], (ops) => ops - 1n),
      ),
      identities: ['authority'],
      at: [/^main\.accountRows\.row\[2\]\.signedBits/],
    },
  },
  {
    name: 'more ops than 16 bits, a shaved withdrawal the less',
    on: { spec: liquidation() },
    beyond: {
      spec: liquidation(),
      input: both(
        set('accountControl', [2, 5], (ops) => ops + (1n << 16n)),
        set('accountControl', [2, 6], (shaved) => shaved - 1n),
      ),
      identities: ['authority'],
      at: [/^main\.accountRows\.row\[2\]\.opBits/],
    },
  },
  {
    name: 'more shaved withdrawals than 16 bits, a settled position the less',
    on: { spec: settledDown(0n) },
    beyond: {
      spec: settledDown(0n),
      input: both(
        set('accountControl', [0, 1], () => 1n),
        set('accountControl', [0, 6], () => 1n << 16n),
        set('settled', [0], () => 0n),
      ),
      identities: ['authority', 'settlements'],
      at: [/^main\.accountRows\.row\[0\]\.boundBits/],
    },
  },
];

const TABLES: readonly Bound[] = [
  {
    name: 'the last batch number',
    on: { spec: deposit(), input: batchNumber(MAX_WORD) },
    beyond: { spec: deposit(), input: batchNumber(1n << 64n), at: [/^main\.data\.batchNumberBits/] },
  },
  {
    name: 'the highest short charge',
    on: { spec: charged((1n << 40n) - 1n) },
    beyond: {
      spec: charged(0n),
      input: inTurn(
        set('tableShortCharge', [1], () => 1n << 40n),
        knownToL1,
      ),
      at: [/^main\.riskTableRows\.row\[1\]\.chargeBits/],
    },
  },
  {
    name: 'a status beyond 4 bits, the short charge the less',
    on: { spec: holding([[CALL, -1]]) },
    beyond: {
      spec: holding([[CALL, -1]]),
      input: both(
        set('tableStatus', [0], () => 16n),
        set('tableShortCharge', [0], () => 999n),
        set('shortBefore', [0], () => 999n),
        set('shortAfter', [0], () => 999n),
      ),
      at: [/^main\.riskTableRows\.row\[0\]\.statusBits/],
    },
  },
  {
    name: 'an instrument of the table beyond 20 bits, its status the less',
    on: { spec: sixRows() },
    beyond: {
      spec: sixRows(),
      input: both(
        set('tableId', [5], (id) => id + (1n << 20n)),
        set('tableStatus', [5], () => 0n),
      ),
      at: [/^main\.riskTableRows\.row\[5\]\.idBits/],
    },
  },
  {
    name: 'an instrument offered more often than 16 bits say, the next one the less',
    on: { spec: trading() },
    beyond: {
      spec: trading(),
      input: both(
        set('tableTrades', [0], (trades) => trades + (1n << 16n)),
        set('tableTrades', [1], (trades) => trades - 1n),
      ),
      identities: ['balance'],
      at: [/^main\.riskTableRows\.row\[0\]\.tradesBits/],
    },
  },
  {
    name: 'the highest payoff',
    on: { spec: paying((1n << 40n) - 1n) },
    beyond: {
      spec: paying((1n << 40n) - 1n),
      input: inTurn(
        (input) =>
          Array.from({ length: 15 }, (_, column) =>
            both(
              set('tableValues', [2, column], (value) => value + 1n),
              set('valuesBefore', [0, column], (value) => value + 1n),
            ),
          ).reduce((sum, change) => change(sum), input),
        set('accountAfter', [0, 3], (cash) => cash + 1n),
        knownToL1,
      ),
      at: [/^main\.settlementRows\.row\[0\]\.payoffBits/],
    },
  },
  {
    name: 'a settlement of more lots than a position can have',
    on: { spec: trading() },
    beyond: {
      spec: trading(),
      input: set('settlementLots', [0], () => 1n << 31n),
      identities: ['ledger', 'settlements'],
      at: [/^main\.settlementRows\.row\[0\]\.lotsBits/],
    },
  },
  {
    name: 'a settlement of an account beyond 24 bits',
    on: { spec: trading() },
    beyond: {
      spec: trading(),
      input: set('settlementAccount', [0], (id) => id + (1n << 24n)),
      identities: ['ledger', 'settlements'],
      at: [/^main\.settlementRows\.row\[0\]\.accountBits/],
    },
  },
  {
    name: 'a settlement of an instrument beyond 20 bits, of a status of its own',
    on: { spec: trading() },
    beyond: {
      spec: trading(),
      input: inTurn(
        both(
          set('settlementInstrument', [0], (id) => id + (1n << 20n)),
          set('tableStatus', [2], () => 2n),
        ),
        knownToL1,
      ),
      identities: ['ledger', 'settlements'],
      at: [/^main\.settlementRows\.row\[0\]\.instrumentBits/],
    },
  },
];

/** Widths: the last value that fits, and the first that does not. */
export const WIDTH_BOUNDS: readonly Bound[] = [...TRADE_WIDTHS, ...L1, ...ACCOUNTS, ...TABLES];
