import { TEST_SHAPE } from '../../node/core/protocol/presets.ts';
import { INSTRUMENT_STATUS } from '../../node/core/protocol/riskRow.ts';
import { L1_OP_KIND } from '../../node/core/protocol/rows.ts';
import { riskTableHash } from '../../node/core/risk/tableHash.ts';
import { createCircomHasher } from '../../node/crypto/circomHasher.ts';
import { tableInput } from '../../prover/witness/tableInput.ts';
import { account, CALL, deposit, instrument, liquidation, op, signedBatch, TABLE, trading } from './fixtures.ts';
import { both, type Lie, lots, set, withAccount, withTrade } from './Lie.ts';

const hasher = await createCircomHasher();

const [FIRST, WIDE] = [0, 2];

const UNUSED_INSTRUMENT = instrument(77);
const WITH_PHANTOM = [
  ...TABLE,
  {
    instrument: UNUSED_INSTRUMENT,
    status: INSTRUMENT_STATUS.LIVE,
    shortCharge: 0n,
    values: Array<bigint>(15).fill(0n),
  },
];

/** What claims a margin, an equity or a risk table that is not so. */
export const MARGIN_LIES: readonly Lie[] = [
  {
    name: 'margin breached',
    spec: withAccount(
      { ...trading(), withdrawals: trading().withdrawals.map((one) => ({ ...one, amount: 26_000_000_000n })) },
      2,
      { after: { cash: -1_000_000_000n } },
    ),
    input: both(
      set('useInitial', [WIDE], () => 1n),
      set('floor', [WIDE], () => 0n),
    ),
    at: [/^main\.accountRows\.row\[2\]\.margin/],
  },
  {
    name: 'margin breached, the floor lowered below W before',
    spec: withAccount(
      { ...trading(), withdrawals: trading().withdrawals.map((one) => ({ ...one, amount: 26_000_000_000n })) },
      2,
      { after: { cash: -1_000_000_000n } },
    ),
    input: both(
      set('useInitial', [WIDE], () => 0n),
      set('floor', [WIDE], () => -1_000_000_000n),
    ),
    at: [/^main\.accountRows\.row\[2\]\.margin\.(floorHigh|cheap|noNewDebt)/],
  },
  {
    name: 'scenario value after misstated',
    spec: trading(),
    input: set('valuesAfter', [FIRST, 3], (value) => value + 1n),
    identities: ['values'],
  },
  {
    name: 'scenario value before misstated',
    spec: trading(),
    input: set('valuesBefore', [FIRST, 3], (value) => value - 1n),
    identities: ['values'],
  },
  {
    name: 'short charge misstated',
    spec: trading(),
    input: set('shortAfter', [FIRST], (charge) => charge - 1n),
    identities: ['shortCharges'],
  },
  {
    name: 'risk table other than the signed one',
    spec: { ...trading(), table: TABLE.map((row) => (row.instrument === CALL ? { ...row, shortCharge: 0n } : row)) },
    publish: (input) => ({ ...input, riskTableHash: riskTableHash(hasher, TABLE) }),
    at: [/^main/],
  },
  {
    name: 'risk table out of order',
    spec: trading(),
    input: (input) => {
      const [a, b, ...rest] = TABLE;
      const swapped = a && b ? [b, a, ...rest] : TABLE;
      return {
        ...input,
        ...tableInput(swapped, signedBatch(hasher, trading()).rows.trades, 15, TEST_SHAPE),
        riskTableHash: riskTableHash(hasher, swapped),
      };
    },
    // The order's equation may be merged into that of a row whose id it names.
    at: [/^main\.riskTableRows\.(row|order)\[[01]\]$/],
  },
  {
    name: 'instrument outside the table',
    spec: {
      ...withAccount(deposit(), 0, { before: lots([UNUSED_INSTRUMENT, 3]), after: lots([UNUSED_INSTRUMENT, 3]) }),
      table: WITH_PHANTOM,
    },
    input: (input) => ({
      ...input,
      ...tableInput(TABLE, [], 15, TEST_SHAPE),
      riskTableHash: riskTableHash(hasher, TABLE),
    }),
    identities: ['poles'],
  },
  {
    name: 'healthy account liquidated',
    spec: withAccount(liquidation(), 0, { before: { cash: 153_250_000n }, after: { cash: 111_250_000n } }),
    at: [/^main\.accountRows\.row\[0\]\.margin\.breached/],
  },
  {
    name: 'liquidation dearer than its bound',
    spec: withAccount(
      withAccount(withTrade(withTrade(liquidation(), 0, { net: 52_000_000n }), 1, { net: -52_000_000n }), 0, {
        after: { cash: 98_000_000n },
      }),
      1,
      { after: { cash: 1_051_999_500n } },
    ),
    at: [/^main\.accountRows\.row\[0\]\.margin\.cheap/],
  },
  {
    name: 'liquidation that does not raise W',
    spec: withAccount(
      withAccount(withTrade(withTrade(liquidation(), 0, { net: 68_400_000n }), 1, { net: -68_400_000n }), 0, {
        after: { cash: 81_600_000n },
      }),
      1,
      { after: { cash: 1_068_399_500n } },
    ),
    at: [/^main\.accountRows\.row\[0\]\.margin\.(cheap|floorHigh)/],
  },
  {
    name: 'liquidated account with a signed row',
    spec: withTrade(liquidation(), 0, { signer: 1, nonce: 2, limit: 105_000n, maxLots: 400, maxFeePerLot: 10 }),
    input: both(
      set('accountControl', [FIRST, 0], () => 1n),
      set('useInitial', [FIRST], () => 0n),
      set('floor', [FIRST], () => 0n),
    ),
    identities: ['authority'],
  },
  {
    name: 'liquidation row of an account that is not declared liquidated',
    spec: liquidation(),
    input: both(
      set('accountControl', [FIRST, 0], () => 0n),
      set('useInitial', [FIRST], () => 1n),
      set('floor', [FIRST], () => 0n),
    ),
    identities: ['authority'],
  },
  {
    name: 'liquidated account with an L1 op',
    spec: withAccount(
      {
        ...liquidation(),
        ops: [op({ kind: L1_OP_KIND.DEPOSIT, account: account(1), amount: 1n }), ...liquidation().ops],
      },
      0,
      { after: { cash: 108_000_001n } },
    ),
    at: [/^main$/],
  },
];
