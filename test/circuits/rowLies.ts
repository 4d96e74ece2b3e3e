import { INSTRUMENT_STATUS } from '../../node/core/protocol/riskRow.ts';
import { L1_OP_KIND } from '../../node/core/protocol/rows.ts';
import type { CircuitInput } from '../../prover/witness/circuitInput.ts';
import {
  account,
  type BatchSpec,
  CALL,
  deposit,
  EXPIRED,
  instrument,
  liquidation,
  op,
  opening,
  PUT,
  record,
  robbery,
  settling,
  slotValue,
  TABLE,
  type TradeSpec,
  trading,
} from './fixtures.ts';
import { both, type Lie, lots, set, withAccount, withTrade } from './Lie.ts';

/** Lies about which legs may trade, what a settlement closes, what a liquidation may cost, and what unused rows add. */

const [FIRST, SECOND] = [0, 1];
const FOREIGN = (2 << 16) + 40;
const PHANTOM = instrument(77);

/** CALL has expired at its mark; Alice and Bob trade it all the same. */
const expiredCall = (): BatchSpec => ({
  ...trading(),
  table: TABLE.map((row) =>
    row.instrument === CALL
      ? { ...row, status: INSTRUMENT_STATUS.EXPIRED, shortCharge: 0n, values: Array<bigint>(15).fill(100_000n) }
      : row,
  ),
});

/** Alice buys lots of an instrument and sells them again in one batch: no position and no balance shows it. */
const thereAndBack = (id: number): BatchSpec => {
  const leg: Omit<TradeSpec, 'nonce' | 'legs'> = {
    account: account(1),
    lots: 3,
    net: 0n,
    fee: 0n,
    limit: 0n,
    maxLots: 3,
    maxFeePerLot: 0,
    expirySec: trading().timeSec,
    signer: 1,
  };
  const slots = new Map([
    [1, slotValue(1, 3)],
    [2, slotValue(2, 3)],
  ]);
  return {
    ...deposit(),
    ops: [],
    trades: [
      { ...leg, nonce: 1, legs: [{ instrument: id, ratio: 1 }] },
      { ...leg, nonce: 2, legs: [{ instrument: id, ratio: -1 }] },
    ],
    table: [
      ...TABLE,
      { instrument: id, status: INSTRUMENT_STATUS.LIVE, shortCharge: 0n, values: Array<bigint>(15).fill(9n) },
    ],
    accounts: [{ account: account(1), before: record(1, 10n), after: { ...record(1, 10n), slots } }],
  };
};

const leg = (row: number, at: number, id: number, ratio: bigint) =>
  both(
    set('tradeInstrument', [row, at], () => BigInt(id)),
    set('tradeRatio', [row, at], () => ratio),
  );

const trades = (row: number, count: bigint) => set('tableTrades', [row], (known) => known + count);

/** Bob's 20 expired options close by these rows, at the payoff, and leave what they leave. */
const closing = (rows: readonly number[], left: number): BatchSpec => {
  const paid = rows.reduce((sum, count) => sum + count, 0);
  const rest: [number, number][] = left === 0 ? [] : [[EXPIRED, left]];
  return withAccount(
    {
      ...trading(),
      settlements: rows.map((count) => ({ account: account(2), instrument: EXPIRED, lots: count, payoff: 30_000n })),
    },
    1,
    { after: { cash: 80_000_249_950n + 30_000n * BigInt(paid), ...lots([CALL, -15], [PUT, 5], ...rest) } },
  );
};

/** Nothing of Carol's is signed or held, and yet she is given 7 expired options for what they pay. */
const planted = (): BatchSpec => {
  const spec = withAccount({ ...trading(), ops: [], withdrawals: [] }, 2, {
    after: { cash: 20_000_000_000n - 7n * 30_000n, ...lots([EXPIRED, 7]), slots: new Map() },
  });
  const row = { account: account(3), instrument: EXPIRED, lots: -7, payoff: 30_000n };
  return { ...spec, settlements: [...spec.settlements, row] };
};

/** Key changed without an op, announced as one: Alice's new key is a stranger's. */
const stolenKey = (): BatchSpec => {
  const { keyX, keyY } = record(9, 0n);
  return withAccount(deposit(), 0, { after: { keyX, keyY } });
};
const announced = set('accountControl', [FIRST, 2], () => 1n);

const sold = (price: bigint): BatchSpec => {
  const net = 1_000n * price;
  const all = { lots: 1_000, net };
  const spec = withTrade(withTrade(liquidation(), 0, all), 1, { ...all, net: -net });
  const alice = withAccount(spec, 0, { after: { cash: 150_000_000n - net, positions: [] } });
  return withAccount(alice, 1, {
    after: { cash: 999_999_500n + net, ...lots([instrument(40), 3]), slots: new Map([[3, slotValue(3, 1_000)]]) },
  });
};

/** Alice's liquidation row is signed by herself instead. */
const signedRobbery = (equity: bigint): BatchSpec => {
  const spec = robbery(equity);
  const [alice] = spec.trades;
  const terms = { signer: 1, nonce: 1, limit: 200_000n, maxLots: 1_000, maxFeePerLot: 0 };
  return alice === undefined
    ? spec
    : withAccount(withTrade(spec, 0, terms), 0, { after: { slots: new Map([[1, slotValue(1, 1_000)]]) } });
};

/** Alice, E_0 = 60,000,000 and W = -11,000,000, not in breach of maintenance, buys her 1,000 calls back at a price. */
const closed = (price: bigint): BatchSpec => {
  const spec = signedRobbery(0n);
  const net = 1_000n * price;
  const trades = withTrade(withTrade(spec, 0, { net }), 1, { net: -net });
  const alice = withAccount(trades, 0, { before: { cash: 160_000_000n }, after: { cash: 160_000_000n - net } });
  return withAccount(alice, 1, { after: { cash: 999_999_500n + net } });
};

/** Alice buys back at 114,201: with a unit less a contract she stands at the bound. */
const dearer = (): BatchSpec => {
  const spec = withTrade(withTrade(opening(), 0, { net: -5_710_050n }), 1, { net: 5_710_050n, limit: 114_201n });
  const bob = withAccount(spec, 0, { after: { cash: 1_005_710_050n } });
  return withAccount(bob, 1, { after: { cash: 23_289_950n } });
};

/** Alice's calls closed at the mark, and she withdraws 71,000,000. */
const emptied = (): BatchSpec => {
  const spec = closed(100_000n);
  return withAccount(
    {
      ...spec,
      withdrawals: [{ account: account(1), nonce: 7, amount: 71_000_000n, expirySec: trading().timeSec, signer: 1 }],
    },
    0,
    {
      after: {
        cash: -11_000_000n,
        slots: new Map([
          [1, slotValue(1, 1_000)],
          [7, slotValue(7, 0xffffffff)],
        ]),
      },
    },
  );
};

const swapped =
  (name: string) =>
  (input: CircuitInput): CircuitInput => {
    const value = input[name];
    return typeof value === 'object' ? { ...input, [name]: [...value].reverse() } : input;
  };

export const ROW_LIES: readonly Lie[] = [
  // -- what may trade --
  {
    name: 'a series that has expired is traded',
    spec: expiredCall(),
    at: [/^main\.riskTable(Rows\.row\[0\]|Contributions)$/],
  },
  {
    name: 'a series that has expired is traded, and not offered',
    spec: expiredCall(),
    input: set('tableTrades', [0], () => 0n),
    identities: ['balance'],
  },
  {
    name: 'an instrument outside the table is traded there and back',
    spec: thereAndBack(PHANTOM),
    input: (input) => {
      const without = (name: string): CircuitInput => ({
        [name]: (input[name] as readonly bigint[]).map((value, m) => (m === TABLE.length ? 0n : value)),
      });
      const names = ['tableId', 'tableStatus', 'tableShortCharge', 'tableTrades'];
      return Object.assign({ ...input }, ...names.map(without));
    },
    identities: ['balance'],
    at: [/^main/],
  },
  {
    name: 'an instrument is offered to more legs than trade it',
    spec: trading(),
    input: trades(0, 1n),
    identities: ['balance'],
  },
  {
    name: 'a leg of another market, there and back',
    spec: thereAndBack(FOREIGN),
    at: [/^main\.tradeRows\.row\[[01]\]\.(canonical|instrumentBits)/],
  },
  {
    name: 'an instrument twice in the legs of a liquidation',
    spec: liquidation(),
    input: both(leg(0, 0, CALL, 2n), leg(0, 1, CALL, -1n), trades(0, 1n)),
    at: [/^main\.tradeRows\.row\[0\]\.canonical/],
  },
  {
    name: 'a gap in the legs of a liquidation',
    spec: liquidation(),
    input: both(leg(0, 0, 0, 0n), leg(0, 1, CALL, 1n)),
    at: [/^main\.tradeRows\.row\[0\]/, /^main\.tradeContributions\.postings\[0\]/],
  },
  {
    name: 'a leg of ratio 0 in a liquidation',
    spec: liquidation(),
    input: leg(0, 1, PUT, 0n),
    // The compiler solves a leg's `used` for its ratio: where the contributions take it, it shows.
    at: [/^main\.trade(Rows\.row\[0\]|Contributions)$/],
  },
  {
    name: 'a leg of instrument 0 in a liquidation',
    spec: liquidation(),
    input: leg(0, 1, 0, 1n),
    identities: ['ledger', 'balance'],
    at: [/^main\.trade(Rows\.row\[0\]|Contributions)$/],
  },

  // -- settlements --
  { name: 'a settlement of more than the position', spec: closing([25], -5), identities: ['settlements'] },
  { name: 'a settlement of less than the position', spec: closing([15], 5), identities: ['settlements'] },
  { name: 'a settlement in two rows', spec: closing([5, 15], 0), identities: ['settlements'] },
  { name: 'a position settled twice', spec: closing([20, 20], -20), identities: ['settlements'] },
  {
    name: 'a position settled twice, and marked so',
    spec: closing([20, 20], -20),
    // Bob's second position, in the row behind Alice's 16.
    input: set('settled', [17], () => 2n),
    at: [/^main$/],
  },
  {
    name: 'a settlement that plants a position in an account that signed nothing',
    spec: planted(),
    identities: ['settlements'],
  },
  {
    name: 'a settlement of no lots of an account that does not exist',
    spec: {
      ...trading(),
      settlements: [...trading().settlements, { account: account(77), instrument: EXPIRED, lots: 0, payoff: 30_000n }],
    },
    identities: ['settlements'],
  },
  {
    name: 'a position marked as settled that no row closes',
    spec: trading(),
    input: set('settled', [16], () => 1n),
    identities: ['settlements'],
  },
  {
    name: "two settlements that close each other's lots",
    spec: settling(),
    input: swapped('settlementLots'),
    identities: ['ledger', 'settlements'],
  },
  {
    name: 'a first trade row that is unused',
    spec: { ...trading(), trades: trading().trades.slice(0, 2) },
    input: (input) =>
      Object.fromEntries(
        Object.entries(input).map(([name, value]) => {
          if (!name.startsWith('trade') || typeof value !== 'object') return [name, value];
          const [a = 0n, b = 0n, unused = 0n] = value;
          return [name, [unused, a, b]];
        }),
      ),
    at: [/^main/],
  },
  {
    name: 'an L1 op of a liquidated account, counted among its liquidation rows',
    spec: withAccount(
      {
        ...liquidation(),
        ops: [op({ kind: L1_OP_KIND.DEPOSIT, account: account(1), amount: 1n }), ...liquidation().ops],
      },
      0,
      { after: { cash: 108_000_001n } },
    ),
    input: both(
      set('accountControl', [FIRST, 4], (rows) => rows + 1n),
      set('accountControl', [FIRST, 5], () => 0n),
    ),
    identities: ['authority'],
  },
  {
    name: 'a settlement behind an unused row',
    spec: trading(),
    input: both(
      swapped('settlementAccount'),
      swapped('settlementInstrument'),
      swapped('settlementLots'),
      swapped('settlementSelect'),
    ),
    at: [/^main/],
  },
  {
    name: 'a withdrawal behind an unused row',
    spec: trading(),
    input: (input) =>
      Object.keys(input)
        .filter((name) => name.startsWith('withdrawal'))
        .reduce((sum, name) => swapped(name)(sum), input),
    at: [/^main/],
  },
  {
    name: "two withdrawals under each other's signatures",
    spec: settling(),
    input: swapped('withdrawalSignature'),
    identities: ['authority'],
    at: [/^main\.withdrawalRows\.row\[[01]\]\.signature/, /^main/],
  },

  // -- liquidations --
  {
    name: 'a fee that nobody signed for in a liquidation',
    spec: withAccount(withTrade(liquidation(), 0, { fee: 1_000n }), 0, { after: { cash: 107_999_000n } }),
    at: [/^main$/],
  },
  {
    name: 'a liquidation into debt: a bid far off the mark takes all that the account has, and more',
    spec: robbery(-14_000_000n),
    at: [/^main\.accountRows\.row\[0\]\.margin\.noNewDebt/],
  },
  {
    name: 'a liquidation into debt by one unit',
    spec: robbery(-1n),
    at: [/^main\.accountRows\.row\[0\]\.margin\.noNewDebt/],
  },
  {
    name: 'a liquidation into debt, which is said to stay where it was',
    spec: robbery(-1n),
    input: set('inDebt', [FIRST], () => 0n),
    at: [/^main\.accountRows\.row\[0\]\.margin\.noNewDebt/],
  },
  {
    name: 'a liquidation that pays for health beyond initial margin',
    spec: sold(107_000n),
    at: [/^main\.accountRows\.row\[0\]\.margin\.cheap/],
  },
  {
    name: 'a liquidation that pays for health beyond initial margin, shown as a floor above it',
    spec: sold(107_000n),
    input: set('floor', [FIRST], () => 43_000_000n),
    at: [/^main\.accountRows\.row\[0\]\.margin\.noExcess/],
  },
  {
    name: 'a liquidation one unit a contract dearer than its bound',
    spec: sold(105_251n),
    at: [/^main\.accountRows\.row\[0\]\.margin\.cheap/],
  },

  // -- accounts below initial margin --
  {
    name: 'all risk closed at the mark, and all that is left withdrawn but the W that was there before',
    spec: emptied(),
    at: [/^main\.accountRows\.row\[0\]\.margin\.(cheap|noNewDebt)/],
  },
  {
    name: 'all risk closed at a price that gives a friend more than there is',
    spec: closed(171_000n),
    at: [/^main\.accountRows\.row\[0\]\.margin\.(cheap|noNewDebt)/],
  },
  {
    name: 'risk closed at a price one unit beyond a quarter of it',
    spec: dearer(),
    at: [/^main\.accountRows\.row\[0\]\.margin\.cheap/],
  },
  {
    name: 'risk closed into debt by a unit, at less than a quarter of it',
    spec: signedRobbery(-1n),
    at: [/^main\.accountRows\.row\[0\]\.margin\.noNewDebt/],
  },

  // -- unused rows --
  {
    name: 'the sum of key changes made good by an unused row',
    spec: stolenKey(),
    input: announced,
    signals: [{ name: `main.accountContributions.arguments[${SECOND}].keyChange.out`, add: 1n }],
    identities: ['keys'],
    at: [/^main\.accountContributions\.arguments\[1\]\.keyChange/],
  },
];
