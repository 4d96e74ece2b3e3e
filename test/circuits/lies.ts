import {
  account,
  type BatchSpec,
  CALL,
  deposit,
  FUTURE,
  liquidation,
  opening,
  PUT,
  record,
  TABLE,
  TIME,
  trading,
} from './fixtures.ts';
import { both, type Lie, lots, number, set, slots, withAccount, withTrade } from './Lie.ts';
import { MARGIN_LIES } from './marginLies.ts';
import { ROW_LIES } from './rowLies.ts';
import { SETTLEMENT_LIES } from './settlementLies.ts';

const [FIRST, SECOND, WIDE] = [0, 1, 2];

/** Alice's account in two rows, each crediting a part of one deposit; an idle account before her moves her second row to the wide one. */
const doubled = (idle: boolean): BatchSpec => {
  const first = { account: account(1), before: record(1, 10n), after: record(1, 12n) };
  const second = { account: account(1), before: record(1, 12n), after: record(1, 15n) };
  const other = { account: 5, before: record(6, 1n), after: record(6, 1n) };
  return { ...deposit(), accounts: [...(idle ? [other] : []), first, second] };
};

export const LIES: readonly Lie[] = [
  // -- signed rows --
  {
    name: 'wrong signature',
    spec: trading(),
    input: set('tradeSignature', [0, 4], (s) => s + 1n),
    at: [/^main\.tradeRows\.row\[0\]\.signature/],
  },
  {
    name: 'wrong signature of a withdrawal',
    spec: { ...trading(), withdrawals: trading().withdrawals.map((one) => ({ ...one, signer: 2 })) },
    at: [/^main\.withdrawalRows\.row\[0\]\.signature/],
  },
  {
    name: 'terms that were not signed',
    spec: trading(),
    input: set('tradeTerms', [1, 4], () => 0n),
    at: [/^main\.tradeRows\.row\[1\]\.signature/],
  },
  {
    name: 'signature scalar not below the subgroup order',
    spec: trading(),
    input: set(
      'tradeSignature',
      [0, 4],
      (s) => s + 2736030358979909402780800718157159386076813972158567259200215660948447373041n,
    ),
    at: [/^main\.tradeRows\.row\[0\]\.signature/],
  },
  {
    name: 'replayed nonce: the slot has moved on',
    spec: withAccount(trading(), 1, { before: slots(1, 8193, 0), after: slots(1, 4097, 5) }),
    at: [/^main\.tradeRows\.row\[1\]\.slot\.nonceForward/],
  },
  {
    name: 'replayed withdrawal: the nonce is consumed',
    spec: withAccount(trading(), 2, {
      before: slots(7, 7, 0xffffffff),
      after: { slots: new Map([[7, (7n << 32n) + 2n * 0xffffffffn]]) },
    }),
    at: [/^main\.withdrawalRows\.row\[0\]\.slot\.room/],
  },
  {
    name: 'over-limit price',
    spec: withAccount(
      withAccount(withTrade(withTrade(trading(), 0, { net: 250_001n }), 1, { net: -250_001n }), 0, {
        after: { cash: 49_999_749_899n },
      }),
      1,
      { after: { cash: 80_000_849_951n } },
    ),
    at: [/^main\.tradeRows\.row\[0\]\.premiumBits/],
  },
  {
    name: 'overfill',
    spec: withAccount(trading(), 0, { before: slots(1, 1, 6), after: slots(1, 1, 11) }),
    at: [/^main\.tradeRows\.row\[0\]\.slot\.room/],
  },
  {
    name: 'expired intent',
    spec: withTrade(trading(), 0, { expirySec: TIME - 1 }),
    at: [/^main\.tradeRows\.row\[0\]\.inTime/],
  },
  {
    name: 'expired intent, its expiry raised by 2^40 at the cost of one lot of maxLots',
    spec: withTrade(trading(), 0, { expirySec: TIME - 1 }),
    input: both(
      set('tradeTerms', [0, 0], (expiry) => expiry + (1n << 40n)),
      set('tradeTerms', [0, 1], (maxLots) => maxLots - 1n),
    ),
    at: [/^main\.tradeRows\.row\[0\]\.expiryBits/],
  },
  {
    name: 'expired withdrawal',
    spec: { ...trading(), withdrawals: trading().withdrawals.map((one) => ({ ...one, expirySec: TIME - 1 })) },
    at: [/^main\.withdrawalRows\.row\[0\]\.inTime/],
  },
  {
    name: 'fee above the signed maximum',
    spec: withAccount(withTrade(trading(), 0, { fee: 101n }), 0, { after: { cash: 49_999_749_899n } }),
    at: [/^main\.tradeRows\.row\[0\]\.feeRoomBits/],
  },
  {
    name: 'a trade of no lots',
    spec: withAccount(
      withAccount(
        withTrade(withTrade(trading(), 0, { lots: 0, net: 0n, fee: 0n }), 1, { lots: 0, net: 0n, fee: 0n }),
        0,
        {
          after: { cash: 50_000_000_000n, ...lots([CALL, 10]), ...slots(1, 1, 3) },
        },
      ),
      1,
      { after: { cash: 80_000_600_000n, ...lots([CALL, -10]), ...slots(1, 4097, 0) } },
    ),
    at: [/^main\.tradeRows\.row\[0\]/, /^main\.tradeRows\.row\[1\]/],
  },

  // -- conservation --
  {
    name: 'unbalanced legs',
    spec: withAccount(withTrade(trading(), 1, { lots: 4 }), 1, {
      after: { ...lots([CALL, -14], [PUT, 4]), ...slots(1, 4097, 4) },
    }),
    identities: ['balance'],
  },
  {
    name: 'unbalanced cash',
    spec: withAccount(withTrade(trading(), 1, { net: -150_000n, limit: -30_000n }), 1, {
      after: { cash: 80_000_749_950n },
    }),
    identities: ['premium'],
    // The compiler solves the sum for the last row's net: where that row uses it, it shows.
    at: [/^main\.tradeRows\.row\[2\]\.netBits$/, /^main\.data(\.horner)?$/, /^main\.transcript\.commit\./],
  },
  {
    name: 'minted position',
    spec: withAccount(trading(), 0, { after: lots([CALL, 16], [PUT, -5]) }),
    identities: ['ledger'],
  },
  {
    name: 'account changed without a posting',
    spec: withAccount(trading(), 0, { after: { cash: 49_999_749_901n } }),
    identities: ['ledger'],
  },
  {
    name: 'an account paid that the batch does not touch',
    spec: {
      ...deposit(),
      accounts: [...deposit().accounts, { account: account(2), before: record(2, 5n), after: record(2, 6n) }],
    },
    identities: ['ledger'],
  },
  {
    name: 'a new leaf that does not start empty',
    spec: deposit(),
    input: set('accountControl', [FIRST, 3], () => 1n),
    at: [/^main$/, /^main\.accountRows\.row\[0\]/],
  },
  {
    name: 'a leaf that the tree does not hold',
    spec: withAccount(deposit(), 0, {}),
    input: both(
      set('accountBefore', [FIRST, 3], () => 11n),
      set('accountAfter', [FIRST, 3], () => 16n),
    ),
    at: [/^main\.accountRows\.row\[0\]/],
  },

  // -- authority --
  {
    name: 'foreign key',
    spec: withTrade(trading(), 0, { signer: 2 }),
    input: both(
      set('tradeSignature', [0, 0], () => trading().accounts[1]?.after.keyX ?? 0n),
      set('tradeSignature', [0, 1], () => trading().accounts[1]?.after.keyY ?? 0n),
    ),
    identities: ['authority'],
  },
  {
    name: 'key changed without an op, unannounced',
    spec: withAccount(deposit(), 0, { after: { keyX: record(9, 0n).keyX, keyY: record(9, 0n).keyY } }),
    at: [/^main$/],
  },
  {
    name: 'key changed without an op, announced',
    spec: withAccount(deposit(), 0, { after: { keyX: record(9, 0n).keyX, keyY: record(9, 0n).keyY } }),
    input: set('accountControl', [FIRST, 2], () => 1n),
    identities: ['keys'],
  },
  {
    name: 'owner changed',
    spec: withAccount(deposit(), 0, { after: { owner: 77n } }),
    // The compiler solves the equality for the owner after: where the row's terms use it, it shows.
    at: [/^main\.account(Rows\.row|Contributions\.arguments)\[0\]/],
  },
  {
    name: 'another key than the op asked for',
    spec: withAccount(opening(), 0, { after: { keyX: record(9, 0n).keyX, keyY: record(9, 0n).keyY } }),
    input: both(
      set('tradeSignature', [0, 0], () => record(2, 0n).keyX),
      set('tradeSignature', [0, 1], () => record(2, 0n).keyY),
    ),
    identities: ['keys', 'authority'],
  },

  // -- slots --
  {
    name: 'slot rolled back: the account keeps its first intents root',
    spec: trading(),
    input: (input) => set('accountAfter', [WIDE, 4], () => number(input, 'accountBefore', [WIDE, 4]))(input),
    identities: ['slots'],
  },

  ...MARGIN_LIES,

  // -- positions and rows --
  {
    name: 'positions out of order',
    spec: withAccount(trading(), 0, { after: lots([PUT, -5], [CALL, 15]) }),
    at: [/^main\.accountRows\.row\[0\]\.after/],
  },
  {
    name: 'positions doubled',
    spec: withAccount(trading(), 0, { after: lots([CALL, 14], [CALL, 1], [PUT, -5]) }),
    at: [/^main\.accountRows\.row\[0\]\.after/],
  },
  {
    name: 'an empty position before a used one',
    spec: liquidation(),
    // Carol's one position, the first of the wide row, moves one place down.
    input: both(
      set('instrumentAfter', [32], () => 0n),
      set('instrumentAfter', [33], () => BigInt(CALL)),
      set('lotsAfter', [32], () => 0n),
      set('lotsAfter', [33], () => -100n),
    ),
    // The second: instrument = serial + market, whose market is spelt in bits of the id.
    at: [/^main\.accountRows\.row\[2\]\.after/, /^main\.accountRows\.row\[2\]\.idBits$/],
  },
  {
    name: 'a position of another market',
    spec: withAccount(
      {
        ...deposit(),
        table: TABLE.map((row) => (row.instrument === FUTURE ? { ...row, instrument: (2 << 16) + 40 } : row)),
      },
      0,
      { before: lots([(2 << 16) + 40, 3]), after: lots([(2 << 16) + 40, 3]) },
    ),
    at: [/^main\.accountRows\.row\[0\]\.after/],
  },
  {
    name: 'an account in two rows of one width',
    spec: doubled(false),
    input: set('accountControl', [SECOND, 5], () => 0n),
    // The compiler solves the order for an id: where that row's terms use it, it shows.
    at: [/^main\.account(Rows\.order\[1\]|Contributions\.arguments\[0\])/],
  },
  {
    name: 'an account in two rows of different width',
    spec: doubled(true),
    input: set('accountControl', [WIDE, 5], () => 0n),
    at: [/^main/],
  },
  {
    name: 'a trade behind an unused row',
    spec: trading(),
    input: (input) =>
      Object.fromEntries(
        Object.entries(input).map(([name, value]) => {
          if (!name.startsWith('trade') || typeof value !== 'object') return [name, value];
          const [a = 0n, b = 0n, c = 0n] = value;
          return [name, [a, c, b]];
        }),
      ),
    at: [/^main/],
  },

  ...SETTLEMENT_LIES,
  ...ROW_LIES,
];
