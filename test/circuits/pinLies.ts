import { type AffinePoint, multiplyBase, SUBGROUP_ORDER, toAffine } from '../../node/core/crypto/babyJubjub.ts';
import { signatureHash } from '../../node/core/crypto/eddsa.ts';
import { FIELD_PRIME } from '../../node/core/crypto/hasher.ts';
import type { AccountRecord } from '../../node/core/protocol/account.ts';
import { L1_OP_KIND, type L1OpRow } from '../../node/core/protocol/rows.ts';
import { createCryptography } from '../../node/crypto/cryptography.ts';
import { ALICE, alone, type Edit, inTurn, knownToL1, moved, NOTHING, resigned } from './Bound.ts';
import {
  account,
  type BatchSpec,
  CALL,
  deposit,
  EXPIRED,
  liquidation,
  op,
  PUT,
  record,
  robbery,
  TIME,
  trading,
} from './fixtures.ts';
import { both, type Lie, lots, set, withAccount } from './Lie.ts';
import { posted } from './postBlindly.ts';

/** Lies that one equality alone stands against: each names a witness that satisfies everything else. */

const { hasher } = await createCryptography();
const OWNER = 1n << 100n;
const [LIQUIDATED, BOUND, KEY_CHANGED, OPENED, SIGNED] = [
  [0, 0],
  [0, 1],
  [0, 2],
  [0, 3],
  [1, 4],
];

const alice = record(ALICE, 0n);
const queued = (kind: L1OpRow['kind'], fields: Partial<L1OpRow> = {}): L1OpRow =>
  op({ kind, account: account(ALICE), owner: OWNER, ...fields });
const newKey = { keyX: alice.keyX, keyY: alice.keyY };

/** Alice's account is opened by this batch, or should be. */
const fresh = (row: L1OpRow): BatchSpec =>
  posted({ ...NOTHING, ops: [row], before: new Map([[account(ALICE), null]]) });
const opened = (): BatchSpec => fresh(queued(L1_OP_KIND.OPEN, { amount: 100n, ...newKey }));

const cash = (by: bigint): Edit =>
  both(
    set('accountBefore', [0, 3], (old) => old + by),
    set('accountAfter', [0, 3], (old) => old + by),
  );

/** The account before is said to be worth nothing: a multiple of that content's hash is the leaf that the tree holds. */
const emptied: Edit = async (input, ask) => {
  const told = cash(-7n)(input, ask);
  const [leaf = 0n] = await ask(input, ['main.accountRows.row[0].leafBefore']);
  const [hash = 1n] = await ask(await told, ['main.accountRows.row[0].hashBefore']);
  const part = (leaf * inverse(hash)) % FIELD_PRIME;
  return set('accountControl', OPENED, () => (1n - part + FIELD_PRIME) % FIELD_PRIME)(await told);
};

const inverse = (value: bigint): bigint => {
  let [result, base] = [1n, value % FIELD_PRIME];
  for (let rest = FIELD_PRIME - 2n; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * base) % FIELD_PRIME;
    base = (base * base) % FIELD_PRIME;
  }
  return result;
};

/** Alice, below maintenance, has 20 expired options settled. */
const settledUp = (): BatchSpec =>
  posted({
    ...NOTHING,
    settlements: [{ account: account(ALICE), instrument: EXPIRED, lots: 20, payoff: 30_000n }],
    before: new Map([
      [
        account(ALICE),
        record(ALICE, 150_000_000n, [
          [CALL, -1_000],
          [EXPIRED, 20],
        ]),
      ],
    ]),
  });

const shaved = (left: bigint): BatchSpec =>
  withAccount({ ...liquidation(), trades: [], accounts: liquidation().accounts.slice(2) }, 0, {
    before: { cash: left + 2_500_000n },
    after: { cash: left },
  });

/** Alice, short a call and below initial margin, withdraws a unit. */
const sinking = (): BatchSpec => moved([], [{ amount: 1n }], 10n, [[CALL, -1]]);
const SUNK = 9n - 171_000n;

/** Alice, short 1,000 calls and below initial margin, sells one more at its mark. */
const deeper = (): BatchSpec => {
  const row = { nonce: 1, lots: 1, fee: 0n, maxLots: 1, maxFeePerLot: 0, expirySec: TIME };
  const price = 100_000n;
  return posted({
    ...NOTHING,
    trades: [
      { ...row, account: account(1), net: -price, legs: [{ instrument: CALL, ratio: -1 }], limit: -price, signer: 1 },
      { ...row, account: account(2), net: price, legs: [{ instrument: CALL, ratio: 1 }], limit: price, signer: 2 },
    ],
    before: new Map([
      [account(1), record(1, 150_000_000n, [[CALL, -1_000]])],
      [account(2), record(2, 9_000_000_000n)],
    ]),
  });
};
const DEEPER = -21_071_000n;

const leg = (row: number, at: number, id: number, ratio: bigint): Edit =>
  both(
    set('tradeInstrument', [row, at], () => BigInt(id)),
    set('tradeRatio', [row, at], () => ratio),
  );

const spread = [CALL, PUT];
const twoLegs = (): BatchSpec =>
  alone(
    { legs: spread.map((instrument) => ({ instrument, ratio: 1 })) },
    { legs: spread.map((instrument) => ({ instrument, ratio: -1 })) },
  );

// -- signatures --

const SECRET = 7n;
const NONCE = 11n;
const KEY = toAffine(multiplyBase(SECRET));
const negative = (value: bigint): bigint => (FIELD_PRIME - value) % FIELD_PRIME;
/** The point plus that of order 2. */
const beside = ({ x, y }: AffinePoint): AffinePoint => ({ x: negative(x), y: negative(y) });

const ofKey = (spec: BatchSpec, { x, y }: AffinePoint): BatchSpec => {
  const key: Partial<AccountRecord> = { keyX: x, keyY: y };
  return withAccount(spec, 0, { before: key, after: key });
};

const signedBy = (row: number, signature: readonly bigint[]): Edit =>
  both(...[KEY.x, KEY.y, ...signature].map((value, at) => set('tradeSignature', [row, at], () => value)));

/** Of KEY, over the row's message: R and S, both sides of the equation equal, or with the sign of S the other way. */
const proper =
  (row: number, r: AffinePoint, sign: 1n | -1n): Edit =>
  async (input, ask) => {
    const [message = 0n] = await ask(input, [`main.tradeRows.row[${row}].message.out`]);
    const h = signatureHash(hasher, KEY, message, r.x, r.y);
    const s = (sign * (NONCE + 8n * h * SECRET)) % SUBGROUP_ORDER;
    return signedBy(row, [r.x, r.y, (s + SUBGROUP_ORDER) % SUBGROUP_ORDER])(input, ask);
  };

const R = toAffine(multiplyBase(NONCE));

const CONTROL: readonly Lie[] = [
  {
    name: 'an account that nobody trades for, liquidated twice over',
    spec: settledUp(),
    // The table says that the expired are worth 9 less in every scenario but the first: settling them raises W.
    input: inTurn(
      set('accountControl', LIQUIDATED, () => 2n),
      (input) =>
        Array.from({ length: 14 }, (_, s) =>
          both(
            set('tableValues', [2, s + 1], (value) => value - 9n),
            set('valuesBefore', [0, s + 1], (value) => value - 180n),
          ),
        ).reduce((sum, change) => change(sum), input),
      knownToL1,
    ),
    at: [/^main\.accountRows\.row\[0\]$/],
  },
  {
    name: 'an account whose margin binds twice over',
    spec: deposit(),
    input: set('accountControl', BOUND, () => 2n),
    at: [/^main\.accountRows\.row\[0\]$/],
  },
  {
    name: 'a key changed by two ops',
    spec: moved([queued(L1_OP_KIND.CHANGE_KEY, newKey), queued(L1_OP_KIND.CHANGE_KEY, newKey)], [], 5n),
    input: set('accountControl', KEY_CHANGED, () => 2n),
    at: [/^main\.accountRows\.row\[0\]$/],
  },
  {
    name: 'an unused row that offers itself',
    spec: deposit(),
    input: set('accountControl', SIGNED, () => 1n),
    at: [/^main\.accountRows\.row\[1\]$/],
  },
  {
    name: 'a withdrawal shaved of an account whose margin is not said to bind',
    spec: shaved(18_100_000n),
    input: set('accountControl', BOUND, () => 0n),
    at: [/^main\.accountRows\.row\[0\]$/],
  },
  {
    name: 'an account that exists in part: its content before is another',
    spec: moved([queued(L1_OP_KIND.CHANGE_KEY, newKey)], [], 7n),
    input: emptied,
    identities: ['keys'],
    at: [/^main\.accountRows\.row\[0\]$/],
  },
  {
    name: 'an account opened again',
    spec: moved([queued(L1_OP_KIND.OPEN, { amount: 7n, ...newKey })], [], 7n),
    identities: ['keys'],
  },
  {
    name: 'an account opened again, said not to be there',
    spec: moved([queued(L1_OP_KIND.OPEN, { amount: 7n, ...newKey })], [], 7n),
    input: set('accountControl', OPENED, () => 1n),
    at: [/^main\.accountRows\.row\[0\]/],
  },
  {
    name: 'an account that a change of key opens',
    spec: fresh(queued(L1_OP_KIND.CHANGE_KEY, newKey)),
    identities: ['keys'],
  },
  {
    name: 'an account that a deposit opens',
    spec: fresh(queued(L1_OP_KIND.DEPOSIT, { amount: 5n })),
    at: [/^main\.accountRows\.row\[0\]$/],
  },
  ...[0, 1].map((at) => ({
    name: `half of a key changed without an op: ${at === 0 ? 'x' : 'y'}`,
    spec: deposit(),
    input: set('accountAfter', [0, at], (old) => old + 1n),
    at: [/^main\.accountRows\.row\[0\]$/],
  })),
  { name: 'a new account with cash', spec: opened(), input: cash(1_000n), at: [/^main\.accountRows\.row\[0\]$/] },
  {
    name: 'a new account with slots',
    spec: opened(),
    input: both(
      set('accountBefore', [0, 4], () => 12_345n),
      set('accountAfter', [0, 4], () => 12_345n),
    ),
    at: [/^main\.accountRows\.row\[0\]$/],
  },
  {
    name: 'a new account with a position',
    spec: opened(),
    input: (input) =>
      [
        ...['instrumentBefore', 'instrumentAfter'].map((name) => set(name, [0], () => BigInt(EXPIRED))),
        ...['lotsBefore', 'lotsAfter'].map((name) => set(name, [0], () => 5n)),
        ...Array.from({ length: 15 }, (_, s) =>
          both(
            set('valuesBefore', [0, s], () => 150_000n),
            set('valuesAfter', [0, s], () => 150_000n),
          ),
        ),
      ].reduce((sum, change) => change(sum), input),
    at: [/^main\.accountRows\.row\[0\]\.before$/],
  },
];

const MARGINS: readonly Lie[] = [
  {
    name: 'initial margin chosen twice over',
    spec: moved([], [{ amount: 1n }], 100n),
    input: both(
      set('useInitial', [0], () => 2n),
      set('inDebt', [0], () => 1n),
    ),
    at: [/^main\.accountRows\.row\[0\]\.margin$/],
  },
  {
    name: 'initial margin chosen, and a floor below it',
    spec: sinking(),
    input: both(
      set('useInitial', [0], () => 1n),
      set('floor', [0], () => SUNK),
    ),
    at: [/^main\.accountRows\.row\[0\]\.margin$/],
  },
  {
    name: 'a liquidation up to initial margin that shows no rise of its own',
    spec: liquidation(),
    input: both(
      set('useInitial', [0], () => 1n),
      set('floor', [0], () => 0n),
    ),
    at: [/^main\.accountRows\.row\[0\]\.margin$/],
  },
  {
    name: 'a debt less than nothing',
    spec: robbery(-1n),
    input: set('inDebt', [0], () => -1n),
    at: [/^main\.accountRows\.row\[0\]\.margin$/],
  },
  {
    name: 'a worst scenario before that is mixed of two',
    spec: deeper(),
    input: both(
      set('selectBefore', [0, 0], () => -1n),
      set('selectBefore', [0, 14], () => 2n),
      set('floor', [0], () => DEEPER),
    ),
    at: [/^main\.accountRows\.row\[0\]\.margin\.oneBefore/],
  },
  {
    name: 'a worst scenario before that is two at once',
    spec: deeper(),
    input: both(
      set('selectBefore', [0, 13], () => 1n),
      set('floor', [0], () => DEEPER),
    ),
    at: [/^main\.accountRows\.row\[0\]\.margin\.oneBefore/],
  },
];

const ROWS: readonly Lie[] = [
  {
    name: 'a deposit that is paid out in part',
    spec: deposit(),
    input: both(
      set('opPaid', [0], () => 1n),
      set('accountAfter', [0, 3], (old) => old - 1n),
    ),
    at: [/^main\.l1OpRows\.row\[0\]$/],
  },
  {
    name: 'an unused op with an owner',
    spec: deposit(),
    input: set('opOwner', [1], () => 5n),
    at: [/^main\.l1OpRows\.row\[1\]$/],
  },
  {
    name: 'an unused row of the table with a status',
    spec: trading(),
    input: set('tableStatus', [5], () => 1n),
    at: [/^main\.riskTableRows\.row\[5\]$/],
  },
  {
    name: 'unused rows of the table that hold quantities',
    spec: trading(),
    signals: [
      { name: 'main.transcript.quantity[4]', set: 5n },
      { name: 'main.transcript.quantity[5]', set: -5n },
    ],
    at: [/^main\.riskTableContributions\.arguments\[[45]\]$/],
  },
  {
    name: 'unused rows of the table that hold short quantities',
    spec: trading(),
    signals: [
      { name: 'main.transcript.shortQuantity[4]', set: 5n },
      { name: 'main.transcript.shortQuantity[5]', set: -5n },
    ],
    at: [/^main\.riskTableContributions\.arguments\[[45]\]$/],
  },
  {
    name: 'an unused settlement with lots',
    spec: trading(),
    input: set('settlementLots', [1], () => 5n),
    identities: ['ledger'],
    at: [/^main\.settlementRows\.row\[1\]$/],
  },
  {
    name: 'a leg of ratio 0 that is said to be used',
    spec: liquidation(),
    input: inTurn(
      leg(0, 1, PUT, 0n),
      set('tableTrades', [1], (trades) => trades + 1n),
    ),
    signals: [{ name: 'main.tradeRows.row[0].canonical.used[1]', set: 1n }],
    at: [/^main\.tradeRows\.row\[0\]\.canonical$/],
  },
  {
    name: 'legs of no instrument that come to nothing',
    spec: liquidation(),
    input: inTurn(leg(0, 1, 0, 1n), leg(0, 2, 0, -1n)),
    at: [/^main\.tradeRows\.row\[0\]\.canonical$/],
  },
  {
    name: 'a gap in signed legs',
    spec: twoLegs(),
    input: inTurn(leg(0, 1, 0, 0n), leg(0, 2, PUT, 1n), resigned('trade', 0)),
    at: [/^main\.tradeRows\.row\[0\]\.canonical$/],
  },
  {
    name: 'trades without legs',
    spec: alone(),
    input: inTurn(
      leg(0, 0, 0, 0n),
      leg(1, 0, 0, 0n),
      set('tableTrades', [0], () => 0n),
      resigned('trade', 0),
      resigned('trade', 1),
    ),
    at: [/^main\.tradeRows\.row\[0\]\.canonical$/, /^main\.tradeRows\.row\[1\]\.canonical$/],
  },
  {
    name: 'a trade liquidated twice over',
    spec: alone({ nonce: 0, limit: 0n, maxFeePerLot: 0 }),
    input: set('tradeLiquidation', [0], () => 2n),
    identities: ['authority', 'slots'],
    at: [/^main\.tradeRows\.row\[0\]$/],
  },
  {
    name: 'an unused trade with a nonce',
    spec: deposit(),
    input: set('tradeNonce', [2], () => 5n),
    at: [/^main\.tradeRows\.row\[2\]$/],
  },
  {
    name: 'a liquidation with a nonce',
    spec: liquidation(),
    input: set('tradeNonce', [0], () => 5n),
    at: [/^main\.tradeRows\.row\[0\]$/],
  },
  {
    name: 'an unused withdrawal with a nonce',
    spec: deposit(),
    input: set('withdrawalNonce', [1], () => 5n),
    at: [/^main\.withdrawalRows\.row\[1\]$/],
  },
  {
    name: 'positions of no instrument that come to nothing',
    spec: deposit(),
    input: both(
      set('lotsAfter', [5], () => 5n),
      set('lotsAfter', [6], () => -5n),
    ),
    signals: [5, 6].map((at) => ({ name: `main.accountRows.row[0].after.used[${at}]`, set: 0n })),
    identities: ['poles'],
    at: [/^main\.accountRows\.row\[0\]\.after$/],
  },
  {
    name: 'an empty position before a used one, its step as if there were none',
    spec: liquidation(),
    input: both(
      set('instrumentAfter', [32], () => 0n),
      set('instrumentAfter', [33], () => BigInt(CALL)),
      set('lotsAfter', [32], () => 0n),
      set('lotsAfter', [33], () => -100n),
    ),
    signals: [{ name: 'main.accountRows.row[2].after.step[1]', set: 1n }],
    at: [/^main\.accountRows\.row\[2\]\.after$/],
  },
  {
    name: 'positions out of order, their steps as if they were in it',
    spec: withAccount(trading(), 0, { after: lots([PUT, -5], [CALL, 15]) }),
    signals: [0, 1].map((at) => ({ name: `main.accountRows.row[0].after.step[${at}]`, set: 1n })),
    at: [/^main\.accountRows\.row\[0\]\.after$/],
  },
  {
    name: 'another state before than L1 has',
    spec: deposit(),
    publish: (input) => ({ ...input, stateRootBefore: 5n }),
    at: [/^main/],
  },
  {
    name: 'another commitment than that of what was absorbed',
    spec: deposit(),
    publish: (input) => ({ ...input, dataCommit: 5n }),
    at: [/^main/],
  },
];

const SIGNATURES: readonly Lie[] = [
  {
    name: 'a key of small order, whose signatures anybody makes',
    spec: ofKey(alone(), { x: 0n, y: 1n }),
    input: both(
      ...[0, 1].flatMap((row) =>
        [0n, 1n, 0n, 1n, 0n].map((value, at) => set('tradeSignature', [row, at], () => value)),
      ),
    ),
    at: [/^main\.tradeRows\.row\[0\]\.signature\.identity/, /^main\.tradeRows\.row\[1\]\.signature\.identity/],
  },
  {
    name: "a signature whose sides are each other's mirror in x",
    spec: ofKey(alone(), KEY),
    input: inTurn(proper(0, R, -1n), proper(1, R, 1n)),
    at: [/^main\.tradeRows\.row\[0\]\.signature/],
  },
  {
    name: "a signature whose sides are each other's mirror in y",
    spec: ofKey(alone(), KEY),
    input: inTurn(proper(0, beside(R), -1n), proper(1, R, 1n)),
    at: [/^main\.tradeRows\.row\[0\]\.signature/],
  },
];

export const PIN_LIES: readonly Lie[] = [...CONTROL, ...MARGINS, ...ROWS, ...SIGNATURES];
