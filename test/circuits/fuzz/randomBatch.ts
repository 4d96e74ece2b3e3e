import type { AccountRecord } from '../../../node/core/protocol/account.ts';
import { INTENT_SLOTS, intentSlot } from '../../../node/core/protocol/limits.ts';
import { TEST_SHAPE } from '../../../node/core/protocol/presets.ts';
import { INSTRUMENT_STATUS } from '../../../node/core/protocol/riskRow.ts';
import { L1_OP_KIND, type L1OpRow, type Leg, type SettlementRow } from '../../../node/core/protocol/rows.ts';
import type { Prng } from '../../property/prng.ts';
import {
  account,
  CALL,
  EXPIRED,
  FUTURE,
  op,
  PUT,
  record,
  slotValue,
  TABLE,
  TIME,
  type TradeSpec,
  type WithdrawSpec,
} from '../fixtures.ts';
import type { Draft } from '../postBlindly.ts';

const SERIALS = [1, 2, 3] as const;
const TRADED = [CALL, PUT, FUTURE] as const;
const HELD = [CALL, PUT, EXPIRED, FUTURE] as const;
/** Key of an account that has changed it. */
const CHANGED = 30;

const recordBefore = (prng: Prng, serial: number): AccountRecord => {
  const cash =
    BigInt(prng.pick([3_000_000, 400_000_000, 90_000_000_000])) + BigInt(prng.between(-2_000_000, 2_000_000));
  const positions = HELD.filter(() => prng.chance(45)).map((id): [number, number] => [
    id,
    prng.pick([1, -1]) * prng.between(1, prng.chance(30) ? 900 : 40),
  ]);
  const slots = prng.chance(60)
    ? [[prng.below(4), slotValue(prng.below(9000), prng.below(30))] as [number, bigint]]
    : [];
  return record(serial, cash, positions, slots);
};

/** A nonce that the account may use, and what its slot has filled of it. */
const nonceFor = (prng: Prng, before: AccountRecord | null | undefined): { nonce: number; filled: number } => {
  const [used] = [...(before?.slots ?? [])];
  if (used === undefined || prng.chance(50)) return { nonce: 5 + prng.below(4000), filled: 0 };
  const [slot, value] = used;
  const last = Number(value >> 32n);
  // The slot's value may be of a nonce that belongs elsewhere: then only a later one fits.
  if (intentSlot(last) === slot && prng.chance(50)) return { nonce: last, filled: Number(value & 0xffffffffn) };
  return { nonce: slot + INTENT_SLOTS * (Math.floor(last / INTENT_SLOTS) + 1), filled: 0 };
};

const legsOf = (prng: Prng): Leg[] =>
  TRADED.filter(() => prng.chance(45))
    .concat(CALL)
    .slice(0, 1 + prng.below(2))
    .map((instrument) => ({ instrument, ratio: prng.pick([1, -1, 2, -3]) }))
    .filter(({ instrument }, i, all) => all.findIndex((one) => one.instrument === instrument) === i);

interface Side {
  readonly serial: number;
  readonly lots: number;
  readonly price: bigint;
  readonly legs: readonly Leg[];
}

/** A signed row at that price a lot, its terms met exactly or with room. */
const signedTrade = (prng: Prng, before: Draft['before'], { serial, lots, price, legs }: Side): TradeSpec => {
  const id = account(serial);
  const { nonce, filled } = nonceFor(prng, before.get(id));
  const maxFeePerLot = prng.below(20);
  return {
    account: id,
    nonce,
    lots,
    net: price * BigInt(lots),
    fee: BigInt(prng.chance(30) ? maxFeePerLot * lots : prng.below(maxFeePerLot * lots + 1)),
    legs,
    limit: price + BigInt(prng.chance(30) ? 0 : prng.below(1000)),
    maxLots: filled + lots + (prng.chance(40) ? 0 : prng.below(50)),
    maxFeePerLot,
    expirySec: TIME + (prng.chance(30) ? 0 : prng.below(1000)),
    signer: serial,
  };
};

const turned = (legs: readonly Leg[]): Leg[] => legs.map((leg) => ({ ...leg, ratio: -leg.ratio }));

const shuffledSerials = (prng: Prng): number[] => {
  const first = prng.below(3);
  const order = prng.chance(50) ? [0, 1, 2] : [0, 2, 1];
  return order.map((i) => SERIALS[(first + i) % 3] ?? 1);
};

const matchedTrades = (prng: Prng, before: Draft['before']): TradeSpec[] => {
  const [taker = 1, maker = 2, second = 3] = shuffledSerials(prng);
  const legs = legsOf(prng);
  const price = BigInt(prng.between(-300_000, 300_000));
  const lots = prng.between(1, 60);
  const split = prng.chance(35) && lots > 1 ? prng.between(1, lots - 1) : 0;
  const sell = (serial: number, count: number) =>
    signedTrade(prng, before, { serial, lots: count, price: -price, legs: turned(legs) });
  return [
    signedTrade(prng, before, { serial: taker, lots, price, legs }),
    sell(maker, lots - split),
    ...(split > 0 ? [sell(second, split)] : []),
  ];
};

/** Alice, short 1,000 calls and about at her maintenance margin, is bought some of them from Bob. */
const liquidationTrades = (prng: Prng, before: Map<number, AccountRecord | null>): TradeSpec[] => {
  before.set(account(1), record(1, BigInt(prng.between(100_000_000, 155_000_000)), [[CALL, -1_000]]));
  before.set(account(2), record(2, 9_000_000_000n, [[CALL, 1_000]]));
  const lots = prng.between(1, 1_000);
  const price = BigInt(prng.between(90_000, 112_000));
  const legs: Leg[] = [{ instrument: CALL, ratio: 1 }];
  const terms = { limit: 0n, maxLots: 0, maxFeePerLot: 0, expirySec: TIME, signer: null };
  return [
    { account: account(1), nonce: 0, lots, net: price * BigInt(lots), fee: 0n, legs, ...terms },
    signedTrade(prng, before, { serial: 2, lots, price: -price, legs: turned(legs) }),
  ];
};

const settlementsOf = (prng: Prng, before: Draft['before']): SettlementRow[] => {
  const payoff = TABLE.find(({ instrument }) => instrument === EXPIRED)?.values[0] ?? 0n;
  return [...before]
    .flatMap(([id, held]) => {
      const lots = held?.positions.find(({ instrument }) => instrument === EXPIRED)?.lots ?? 0;
      return lots !== 0 && prng.chance(60) ? [{ account: id, instrument: EXPIRED, lots, payoff }] : [];
    })
    .slice(0, TEST_SHAPE.settlements);
};

interface L1Part {
  readonly ops: readonly L1OpRow[];
  /** Accounts whose new key signs. */
  readonly changed: ReadonlySet<number>;
}

const opsOf = (prng: Prng, before: Map<number, AccountRecord | null>, busy: ReadonlySet<number>): L1Part => {
  const ops: L1OpRow[] = [];
  const changed = new Set<number>();
  for (const serial of shuffledSerials(prng)) {
    const id = account(serial);
    const held = before.get(id);
    if (ops.length === TEST_SHAPE.l1Ops || held === null || held === undefined || prng.chance(50)) continue;
    const owner = held.owner;
    const kind = prng.pick(Object.values(L1_OP_KIND));
    const amount = BigInt(prng.pick([0, 1, 2_500_000, 5_000_000_000]) + prng.below(1_000));
    if (kind === L1_OP_KIND.DEPOSIT) ops.push(op({ kind, account: id, amount, owner }));
    else if (kind === L1_OP_KIND.FORCED_WITHDRAWAL) {
      const paid = prng.chance(60) ? amount : amount / BigInt(prng.between(2, 4));
      ops.push(op({ kind, account: id, amount, paid, owner }));
    } else if (kind === L1_OP_KIND.CHANGE_KEY) {
      const { keyX, keyY } = record(CHANGED + serial, 0n);
      ops.push(op({ kind, account: id, owner, keyX, keyY }));
      changed.add(serial);
    } else if (!busy.has(serial)) {
      before.set(id, null);
      ops.push(op({ kind, account: id, amount, owner, keyX: held.keyX, keyY: held.keyY }));
    }
  }
  return { ops, changed };
};

const withdrawalsOf = (prng: Prng, before: Draft['before']): WithdrawSpec[] =>
  shuffledSerials(prng)
    .filter((serial) => before.has(account(serial)) && prng.chance(35))
    .slice(0, TEST_SHAPE.withdrawals)
    .map((serial) => ({
      account: account(serial),
      nonce: 4001 + prng.below(90),
      amount: BigInt(prng.pick([0, 1, 900_000, 300_000_000])),
      expirySec: TIME + (prng.chance(50) ? 0 : prng.below(1000)),
      signer: serial,
    }));

/** Rows of every kind over three accounts. Most batches keep the rules; which do is for core to say. */
export const randomBatch = (prng: Prng): Draft => {
  const before = new Map<number, AccountRecord | null>(
    SERIALS.map((serial) => [account(serial), recordBefore(prng, serial)]),
  );
  const kind = prng.below(10);
  const unsigned = kind < 2 ? liquidationTrades(prng, before) : [];
  const trades = kind < 2 ? unsigned : kind < 8 ? matchedTrades(prng, before) : [];
  const busy = new Set(trades.map((row) => row.account & 0xfffff));
  const { ops, changed } = opsOf(prng, before, busy);
  const resign = <T extends { readonly signer: number | null }>(row: T): T =>
    row.signer !== null && changed.has(row.signer) ? { ...row, signer: CHANGED + row.signer } : row;
  const table = TABLE.map((row) =>
    row.status === INSTRUMENT_STATUS.LIVE && prng.chance(20) ? { ...row, shortCharge: BigInt(prng.below(5_000)) } : row,
  );
  return {
    timeSec: TIME,
    table,
    ops,
    withdrawals: withdrawalsOf(prng, before).map(resign),
    trades: trades.map(resign),
    settlements: settlementsOf(prng, before),
    before,
  };
};
