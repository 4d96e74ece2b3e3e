import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { createCircomHasher } from '../../crypto/circomHasher.ts';
import type { Hasher } from '../crypto/hasher.ts';
import { accountId, instrumentId } from '../protocol/ids.ts';
import { DEVELOPMENT_PRESET } from '../protocol/presets.ts';
import type { RiskTable } from '../protocol/riskRow.ts';
import { type BatchRows, L1_OP_KIND, type Leg, type TradeRow } from '../protocol/rows.ts';
import { applyRows } from './applyRows.ts';
import { LedgerError } from './LedgerError.ts';
import { MemoryStore } from './memoryStore.ts';

const SEED = 20260613;
const DEPOSIT = 1_000_000_000_000n;
const ACCOUNTS = [1, 2, 3, 4].map((serial) => accountId(1, serial));
const INSTRUMENTS = [1, 2, 3].map((serial) => instrumentId(1, serial));
const PAYOFF = 100_002n;
const TABLE: RiskTable = INSTRUMENTS.map((instrument, i) => ({
  instrument,
  status: 0,
  shortCharge: i === 2 ? 0n : 1000n,
  values: Array<bigint>(15).fill(100_000n + BigInt(i)),
}));
/** The third series has expired at PAYOFF. */
const LATER: RiskTable = TABLE.map((one, i) => (i === 2 ? { ...one, status: 1 } : one));
const NO_ROWS = { l1Ops: [], withdrawals: [], trades: [], settlements: [] };

let hasher: Hasher;
beforeAll(async () => {
  hasher = await createCircomHasher();
});

/** A package changes hands: one account takes the legs, another gives them, both pay fees. */
const crossing = fc.record({
  buyer: fc.nat(3),
  distance: fc.integer({ min: 1, max: 3 }),
  lots: fc.integer({ min: 1, max: 5000 }),
  ratios: fc
    .uniqueArray(fc.nat(2), { minLength: 1, maxLength: 3 })
    .chain((at) =>
      fc.tuple(
        ...at.map((i) => fc.integer({ min: 1, max: 3 }).map((ratio) => ({ instrument: INSTRUMENTS[i] ?? 0, ratio }))),
      ),
    ),
  price: fc.bigInt({ min: -200_000n, max: 200_000n }),
  fees: fc.tuple(fc.bigInt({ min: 0n, max: 5000n }), fc.bigInt({ min: 0n, max: 5000n })),
});

const row = (
  account: number,
  nonce: number,
  lots: number,
  net: bigint,
  fee: bigint,
  legs: readonly Leg[],
): TradeRow => ({
  account,
  nonce,
  lots,
  net,
  fee,
  liquidation: false,
  legs,
});

function opened(): MemoryStore {
  const store = new MemoryStore(hasher);
  const context = { hasher, domain: 1n, deployment: DEVELOPMENT_PRESET };
  const ops = ACCOUNTS.map((account) => ({
    kind: L1_OP_KIND.OPEN,
    account,
    amount: DEPOSIT,
    owner: 7n,
    keyX: 1n,
    keyY: 2n,
    paid: 0n,
  }));
  for (const l1Ops of [ops.slice(0, 2), ops.slice(2)]) {
    const rows = { ...NO_ROWS, batchNumber: store.head().batchNumber, l1Ops };
    store.commit(applyRows(context, store, { rows, timeSec: 5, riskTable: TABLE }));
  }
  return store;
}

function expectConserved(store: MemoryStore): void {
  let cash = store.head().feePool;
  const lots = new Map<number, number>();
  for (const [, record] of store.accounts()) {
    cash += record.cash;
    for (const position of record.positions) {
      lots.set(position.instrument, (lots.get(position.instrument) ?? 0) + position.lots);
    }
  }
  expect(cash).toBe(DEPOSIT * BigInt(ACCOUNTS.length));
  for (const sum of lots.values()) expect(sum).toBe(0);
}

test(`trades and settlements conserve cash with fees, and every instrument; a unit from nowhere is refused (seed ${SEED})`, () => {
  const context = { hasher, domain: 1n, deployment: DEVELOPMENT_PRESET };
  fc.assert(
    fc.property(fc.array(crossing, { minLength: 1, maxLength: 6 }), (crossings) => {
      const store = opened();
      let nonce = 1;
      for (const { buyer, distance, lots, ratios, price, fees } of crossings) {
        const taker = ACCOUNTS[buyer] ?? 0;
        const maker = ACCOUNTS[(buyer + distance) % 4] ?? 0;
        const net = price * BigInt(lots);
        const given = ratios.map(({ instrument, ratio }) => ({ instrument, ratio: -ratio }));
        const trades = [row(taker, nonce, lots, net, fees[0], ratios), row(maker, nonce, lots, -net, fees[1], given)];
        nonce++;
        const rows: BatchRows = { ...NO_ROWS, batchNumber: store.head().batchNumber, trades };
        const minted = [row(taker, nonce, lots, net - 1n, 0n, ratios), row(maker, nonce, lots, -net, 0n, given)];
        expect(() =>
          applyRows(context, store, { rows: { ...rows, trades: minted }, timeSec: 6, riskTable: TABLE }),
        ).toThrow(LedgerError);
        store.commit(applyRows(context, store, { rows, timeSec: 6, riskTable: TABLE }));
        expectConserved(store);
      }
      const expired = INSTRUMENTS[2] ?? 0;
      const holders = store
        .accounts()
        .flatMap(([account, { positions }]) =>
          positions
            .filter(({ instrument }) => instrument === expired)
            .map(({ lots }) => ({ account, instrument: expired, lots, payoff: PAYOFF })),
        );
      for (let at = 0; at < holders.length; at += 2) {
        const settlements = holders.slice(at, at + 2);
        const rows = { ...NO_ROWS, batchNumber: store.head().batchNumber, settlements };
        store.commit(applyRows(context, store, { rows, timeSec: 7, riskTable: LATER }));
      }
      expectConserved(store);
      expect(
        store.accounts().some(([, { positions }]) => positions.some(({ instrument }) => instrument === expired)),
      ).toBe(false);
    }),
    { seed: SEED, numRuns: 15 },
  );
});
