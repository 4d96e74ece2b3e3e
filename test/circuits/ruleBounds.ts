import { L1_OP_KIND } from '../../node/core/protocol/rows.ts';
import { ALICE, alone, type Bound, inTurn, moved, rootFollows, slot } from './Bound.ts';
import { account, type BatchSpec, CALL, liquidation, op, robbery, TIME } from './fixtures.ts';
import { both, set, withAccount, withTrade } from './Lie.ts';

const OWNER = 1n << 100n;

const forced = (amount: bigint, paid: bigint): BatchSpec =>
  moved([op({ kind: L1_OP_KIND.FORCED_WITHDRAWAL, account: account(ALICE), amount, paid, owner: OWNER })], [], 5_000n);

const credit = (amount: bigint) => op({ kind: L1_OP_KIND.DEPOSIT, account: account(ALICE), amount, owner: OWNER });

/** Carol, short 100 calls, gets a part of what she asked for; W is her cash less 17,100,000. */
const shaved = (cash: bigint): BatchSpec =>
  withAccount({ ...liquidation(), trades: [], accounts: liquidation().accounts.slice(2) }, 0, {
    before: { cash: cash + 2_500_000n },
    after: { cash },
  });

/** Alice is short 1,000 calls: 4 E_0 + 3 (W - E_0) = 4 cash - 613,000,000. */
const liquidated = (cash: bigint): BatchSpec =>
  withAccount(liquidation(), 0, { before: { cash }, after: { cash: cash - 42_000_000n } });

/** W rises from -21,000,000 to above 0, at a cost of 400 times what the price is above the mark of 100,000. */
const bought = (price: bigint): BatchSpec => {
  const net = 400n * price;
  const spec = withTrade(withTrade(liquidation(), 0, { net }), 1, { net: -net, limit: -price });
  const alice = withAccount(spec, 0, { after: { cash: 150_000_000n - net } });
  return withAccount(alice, 1, { after: { cash: 999_999_500n + net } });
};

/** Short one call: W is cash less 171,000. */
const left = (cash: bigint): BatchSpec => moved([], [{ amount: 172_000n - cash }], 172_000n, [[CALL, -1]]);

/** The widest terms of a trade, without a fee. */
const MOST = { lots: 2 ** 32 - 1, maxLots: 2 ** 32 - 1, maxFeePerLot: 2 ** 24 - 1 };

/** The account is said to be shaved: so only the op's own check is in question. */
const asShaved = both(
  set('accountControl', [0, 1], () => 1n),
  set('accountControl', [0, 5], () => 0n),
  set('accountControl', [0, 6], () => 1n),
);

/** An account in debt and below initial margin that lost a unit: its W fell, it paid for that, and owes more. */
const FALLEN = ['floorHigh', 'cheap', 'noNewDebt'].map(
  (name) => new RegExp(`^main\\.accountRows\\.row\\[0\\]\\.margin\\.${name}`),
);

/** Rules with an exact bound: on it, and beyond it by one unit. */
export const RULE_BOUNDS: readonly Bound[] = [
  {
    name: 'an intent expires with the second of the batch',
    on: { spec: alone({ expirySec: TIME }) },
    beyond: { spec: alone({ expirySec: TIME - 1 }), at: [/^main\.tradeRows\.row\[0\]\.inTime/] },
  },
  {
    name: 'a withdrawal expires with the second of the batch',
    on: { spec: moved([], [{ expirySec: TIME }], 5n) },
    beyond: { spec: moved([], [{ expirySec: TIME - 1 }], 5n), at: [/^main\.withdrawalRows\.row\[0\]\.inTime/] },
  },
  {
    name: 'the premium is the limit on all lots',
    on: { spec: alone({ net: 300n }, { net: -300n }) },
    beyond: { spec: alone({ net: 301n }, { net: -301n }), at: [/^main\.tradeRows\.row\[0\]\.premiumBits/] },
  },
  {
    name: 'the fee is what was signed on all lots',
    on: { spec: alone({ fee: 30n }) },
    beyond: { spec: alone({ fee: 31n }), at: [/^main\.tradeRows\.row\[0\]\.feeRoomBits/] },
  },
  {
    name: 'the highest fee per lot on the most lots',
    on: { spec: alone(MOST, MOST) },
    beyond: {
      spec: alone({ ...MOST, fee: BigInt(MOST.maxFeePerLot) * BigInt(MOST.lots) + 1n }, MOST),
      at: [/^main\.tradeRows\.row\[0\]\.feeRoomBits/],
    },
  },
  {
    name: 'a trade of one lot',
    on: { spec: alone({ lots: 1 }, { lots: 1 }) },
    beyond: {
      spec: alone({ lots: 0 }, { lots: 0 }),
      at: [/^main\.tradeRows\.row\[0\]\.noLots/, /^main\.tradeRows\.row\[1\]\.noLots/],
    },
  },
  {
    name: 'an intent filled to its last lot',
    on: { spec: alone({}, { maxLots: 10 }, [slot(2, 2, 7)]) },
    beyond: { spec: alone({}, { maxLots: 9 }, [slot(2, 2, 7)]), at: [/^main\.tradeRows\.row\[1\]\.slot\.room/] },
  },
  {
    name: 'an intent filled anew, by another reading of what its slot holds',
    on: { spec: alone({}, { maxLots: 10 }, [slot(2, 2, 7)]) },
    beyond: {
      spec: alone({}, { maxLots: 9 }, [slot(2, 2, 7)]),
      // Nonce 2 and 7 lots, read as nonce 1 and 2^32 + 7.
      input: inTurn(
        both(
          set('tradeSlot', [1, 0], () => 1n),
          set('tradeSlot', [1, 1], (filled) => filled + (1n << 32n)),
        ),
        rootFollows('tradeRows.row[1]'),
      ),
      at: [/^main\.tradeRows\.row\[1\]\.slot\.filledBeforeBits/],
    },
  },
  {
    name: 'the nonce that its slot has',
    on: { spec: alone({}, { nonce: 4098, maxLots: 10 }, [slot(2, 4098, 6)]) },
    beyond: {
      spec: alone({}, { nonce: 4098, maxLots: 10 }, [slot(2, 8194, 6)]),
      at: [/^main\.tradeRows\.row\[1\]\.slot\.nonceForward/],
    },
  },
  {
    name: 'a forced withdrawal paid in full',
    on: { spec: forced(100n, 100n) },
    beyond: { spec: forced(99n, 100n), input: asShaved, at: [/^main\.l1OpRows\.row\[0\]\.unpaid/] },
  },
  {
    name: 'a forced withdrawal paid nothing',
    on: { spec: forced(100n, 0n) },
    beyond: {
      spec: forced(100n, 0n),
      input: both(
        set('opPaid', [0], () => -5n),
        set('accountAfter', [0, 3], (cash) => cash + 5n),
      ),
      at: [/^main\.l1OpRows\.row\[0\]\.paidBits/],
    },
  },
  {
    name: 'a forced withdrawal shaved while a scenario is below 1 USDC',
    on: { spec: shaved(18_099_999n) },
    beyond: { spec: shaved(18_100_000n), at: [/^main\.accountRows\.row\[0\]\.margin\.binding/] },
  },
  {
    name: 'maintenance breached by one unit',
    on: { spec: liquidated(153_249_999n) },
    beyond: { spec: liquidated(153_250_000n), at: [/^main\.accountRows\.row\[0\]\.margin\.breached/] },
  },
  {
    name: 'a liquidation that costs what its bound allows',
    on: { spec: bought(113_125n) },
    beyond: { spec: bought(113_126n), at: [/^main\.accountRows\.row\[0\]\.margin\.cheap/] },
  },
  {
    name: 'a liquidation that leaves nothing',
    on: { spec: robbery(0n) },
    beyond: { spec: robbery(-1n), at: [/^main\.accountRows\.row\[0\]\.margin\.noNewDebt/] },
  },
  {
    name: 'initial margin met with nothing to spare',
    on: { spec: left(171_000n) },
    beyond: {
      spec: left(170_999n),
      at: [/^main\.accountRows\.row\[0\]\.margin\.cheap/, /^main\.accountRows\.row\[0\]\.margin\.floorHigh/],
    },
  },
  {
    name: 'an account no worse than it was',
    on: { spec: moved([credit(0n)], [], 10n, [[CALL, -1]]) },
    beyond: { spec: moved([], [{ amount: 1n }], 10n, [[CALL, -1]]), at: FALLEN },
  },
  {
    name: 'an account no worse than it was, its floor raised to where it was',
    on: { spec: moved([credit(0n)], [], 10n, [[CALL, -1]]) },
    beyond: {
      spec: moved([], [{ amount: 1n }], 10n, [[CALL, -1]]),
      input: set('floor', [0], (floor) => floor + 1n),
      at: [...FALLEN.slice(1), /^main\.accountRows\.row\[0\]\.margin\.above/],
    },
  },
];
