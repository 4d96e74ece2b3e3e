import { sign } from '../../node/core/crypto/eddsa.ts';
import type { RiskTable } from '../../node/core/protocol/riskRow.ts';
import type { L1OpRow } from '../../node/core/protocol/rows.ts';
import { createCryptography } from '../../node/crypto/cryptography.ts';
import type { CircuitInput } from '../../prover/witness/circuitInput.ts';
import {
  account,
  type BatchSpec,
  CALL,
  deposit,
  privateKey,
  record,
  slotValue,
  TABLE,
  TIME,
  type TradeSpec,
  type WithdrawSpec,
} from './fixtures.ts';
import { both, type Lie, lots, set, withAccount } from './Lie.ts';
import { posted } from './postBlindly.ts';

/** A batch on a bound, which is accepted, and the same beyond it by the least there is. */
export interface Bound {
  readonly name: string;
  readonly on: Pick<Lie, 'spec' | 'input'>;
  readonly beyond: Pick<Lie, 'spec' | 'input' | 'identities' | 'at'>;
}

export type Edit = NonNullable<Lie['input']>;

const { hasher } = await createCryptography();

/** The batches of bounds have this one account, whose key is that of the same seed. */
export const ALICE = 1;
export const NOTHING = { timeSec: TIME, table: TABLE, ops: [], withdrawals: [], trades: [], settlements: [] };
const RICH = 1_000_000_000_000_000_000n;

export const inTurn =
  (...edits: readonly Edit[]): Edit =>
  async (input, ask) => {
    let told = input;
    for (const edit of edits) told = await edit(told, ask);
    return told;
  };

/** The row is signed anew as it stands, by who would sign such a thing. */
export const resigned =
  (list: 'trade' | 'withdrawal', row: number): Edit =>
  async (input, ask) => {
    const [message = 0n] = await ask(input, [`main.${list}Rows.row[${row}].message.out`]);
    const { rX, rY, s } = sign(hasher, privateKey(ALICE), message);
    const name = `${list}Signature`;
    return both(
      set(name, [row, 2], () => rX),
      set(name, [row, 3], () => rY),
      set(name, [row, 4], () => s),
    )(input);
  };

/** The account's intents root after is what its last signed row makes of it. */
export const rootFollows =
  (row: string): Edit =>
  async (input, ask) => {
    const [root = 0n] = await ask(input, [`main.${row}.rootAfter`]);
    return set('accountAfter', [0, 4], () => root)(input);
  };

/** L1 knows of the risk table and the state before what the circuit makes of them. */
export const knownToL1: Edit = async (input, ask): Promise<CircuitInput> => {
  const [riskTableHash = 0n, stateRootBefore = 0n] = await ask(input, [
    'main.riskTableRows.hash',
    'main.rootBefore.out',
  ]);
  return { ...input, riskTableHash, stateRootBefore };
};

/** Alice trades with herself and nothing is left of it, whatever the terms; her rows have the slots 1 and 2. */
export const alone = (
  first: Partial<TradeSpec> = {},
  second: Partial<TradeSpec> = {},
  slots: readonly [number, bigint][] = [],
): BatchSpec => {
  const row: TradeSpec = {
    account: account(ALICE),
    nonce: 1,
    lots: 3,
    net: 0n,
    fee: 0n,
    legs: [{ instrument: CALL, ratio: 1 }],
    limit: 100n,
    maxLots: 3,
    maxFeePerLot: 10,
    expirySec: TIME + 60,
    signer: ALICE,
  };
  const back = { ...row, nonce: 2, legs: [{ instrument: CALL, ratio: -1 }] };
  const trades = [
    { ...row, ...first },
    { ...back, ...second },
  ];
  return posted({ ...NOTHING, trades, before: new Map([[account(ALICE), record(ALICE, RICH, [], slots)]]) });
};

/** Bob sells Alice so many calls at their mark. */
export const sold = (count: number): BatchSpec => {
  const price = 100_000n;
  const row = { nonce: 1, lots: count, fee: 0n, maxLots: count, maxFeePerLot: 0, expirySec: TIME };
  const net = price * BigInt(count);
  return posted({
    ...NOTHING,
    trades: [
      { ...row, account: account(1), net, legs: [{ instrument: CALL, ratio: 1 }], limit: price, signer: 1 },
      { ...row, account: account(2), net: -net, legs: [{ instrument: CALL, ratio: -1 }], limit: -price, signer: 2 },
    ],
    before: new Map([
      [account(1), record(1, RICH)],
      [account(2), record(2, RICH)],
    ]),
  });
};

/** L1 ops and withdrawals of Alice, who holds `held`. */
export const moved = (
  ops: readonly L1OpRow[],
  withdrawals: readonly Partial<WithdrawSpec>[],
  cash: bigint,
  held: readonly [number, number][] = [],
  slots: readonly [number, bigint][] = [],
): BatchSpec =>
  posted({
    ...NOTHING,
    ops,
    withdrawals: withdrawals.map((one, i) => ({
      account: account(ALICE),
      nonce: 5 + i,
      amount: 0n,
      expirySec: TIME + 60,
      signer: ALICE,
      ...one,
    })),
    before: new Map([[account(ALICE), record(ALICE, cash, held, slots)]]),
  });

/** Alice gets a deposit of 5 and only holds. */
export const holding = (held: readonly [number, number][], table: RiskTable = TABLE): BatchSpec =>
  withAccount({ ...deposit(), table }, 0, {
    before: { cash: RICH, ...lots(...held) },
    after: { cash: RICH + 5n, ...lots(...held) },
  });

export const slot = (at: number, nonce: number, filled: number): [number, bigint] => [at, slotValue(nonce, filled)];
