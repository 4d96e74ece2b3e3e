import { expect } from 'vitest';
import { intentMessage } from '../codec/message.ts';
import { decodeRows } from '../codec/words.ts';
import { publicKey, sign } from '../crypto/eddsa.ts';
import type { Hasher } from '../crypto/hasher.ts';
import { accountId, instrumentId } from '../protocol/ids.ts';
import { DEVELOPMENT_PRESET } from '../protocol/presets.ts';
import type { RiskRow, RiskTable } from '../protocol/riskRow.ts';
import {
  type BatchRows,
  type Intent,
  L1_OP_KIND,
  type L1OpRow,
  type SignedIntent,
  type TradeRow,
} from '../protocol/rows.ts';
import { applyRows, type Batch, type LedgerContext } from './applyRows.ts';
import { decodeBatchJob, encodeBatchJob } from './batchJob.ts';
import type { BatchTransition } from './batchTransition.ts';
import { MemoryStore } from './memoryStore.ts';
import { sealToJob } from './sealToJob.ts';
import { readSnapshot, writeSnapshot } from './snapshot.ts';
import { createSparseStore } from './sparseStore.ts';

export const ALICE = accountId(1, 1);
export const BOB = accountId(1, 2);
export const CALL = instrumentId(1, 1);
export const PUT = instrumentId(1, 2);
export const DOMAIN = 987654321n;
export const USDC = 1_000_000n;
export const START = 1_800_000_000;
export const ALICE_SEED = new Uint8Array(32).fill(1);
export const BOB_SEED = new Uint8Array(32).fill(2);

export const live = (instrument: number, mark: bigint, low: bigint, high: bigint): RiskRow => ({
  instrument,
  status: 0,
  shortCharge: 20_000n,
  values: [mark, ...Array.from({ length: 14 }, (_, i) => (i % 2 === 0 ? low : high))],
});
export const expired = (instrument: number, payoff: bigint): RiskRow => ({
  instrument,
  status: 1,
  shortCharge: 0n,
  values: Array<bigint>(15).fill(payoff),
});
export const TABLE: RiskTable = [live(CALL, 125_000n, 20_000n, 900_000n), live(PUT, 80_000n, 10_000n, 600_000n)];

const NO_ROWS = { l1Ops: [], withdrawals: [], trades: [], settlements: [] };
const NO_AUTHORISATIONS = { withdrawals: [], trades: [] };

export const op = (kind: L1OpRow['kind'], account: number, fields: Partial<L1OpRow> = {}): L1OpRow => ({
  kind,
  account,
  amount: 0n,
  paid: 0n,
  owner: BigInt(account) + 0xa000n,
  keyX: 0n,
  keyY: 0n,
  ...fields,
});
export const opening = (account: number, seed: Uint8Array, amount: bigint): L1OpRow => {
  const { x, y } = publicKey(seed);
  return op(L1_OP_KIND.OPEN, account, { amount, keyX: x, keyY: y });
};

export const intentOf = (account: number, fields: Partial<Intent> = {}): Intent => ({
  account,
  nonce: 1,
  expirySec: START + 1000,
  maxLots: 200,
  maxFeePerLot: 100,
  limit: 125_000n,
  flags: 0,
  legs: [{ instrument: CALL, ratio: 1 }],
  ...fields,
});
export const rowOf = (intent: Intent, fields: Partial<TradeRow> = {}): TradeRow => ({
  account: intent.account,
  nonce: intent.nonce,
  lots: 200,
  net: 125_000n * 200n,
  fee: 100n * 200n,
  liquidation: false,
  legs: intent.legs,
  ...fields,
});

/** Alice's intent to buy 200 calls at the mark, and Bob's to sell them. */
export const buy = (): Intent => intentOf(ALICE);
export const sell = (): Intent => intentOf(BOB, { limit: -125_000n, legs: [{ instrument: CALL, ratio: -1 }] });
export const sellRow = (fields: Partial<TradeRow> = {}): TradeRow =>
  rowOf(sell(), { net: -125_000n * 200n, fee: 0n, ...fields });

/** A ledger that starts empty, and batches for it. */
export class LedgerBench {
  readonly hasher: Hasher;
  readonly context: LedgerContext;
  readonly store: MemoryStore;
  /** Of the last batch; the next is ten seconds later. */
  timeSec = START;

  constructor(hasher: Hasher) {
    this.hasher = hasher;
    this.context = { hasher, domain: DOMAIN, deployment: DEVELOPMENT_PRESET };
    this.store = new MemoryStore(hasher);
  }

  rowsOf(rows: Partial<BatchRows>): BatchRows {
    return { batchNumber: this.store.head().batchNumber, ...NO_ROWS, ...rows };
  }

  signed(intent: Intent, seed: Uint8Array): SignedIntent {
    return { intent, signature: sign(this.hasher, seed, intentMessage(this.hasher, DOMAIN, intent)) };
  }

  /** What sealing takes beside rows, authorisations and the risk table. */
  sealing() {
    const { batchNumber, l1OpIndex, feePool, lastTimeSec } = this.store.head();
    return {
      batchNumber,
      timeSec: this.timeSec,
      reportIndex: 0,
      lastEntryIndex: 0,
      accountsBefore: new Map(),
      l1OpIndexBefore: l1OpIndex,
      feePoolBefore: feePool,
      lastTimeSec,
    };
  }

  /** Applies a batch in every way there is, requires that all agree, and commits it. */
  settle(batch: Omit<Batch, 'timeSec'>): BatchTransition {
    const { context, hasher, store } = this;
    this.timeSec += 10;
    const { authorisations = NO_AUTHORISATIONS, riskTable, rows } = batch;
    const sealed = { ...this.sealing(), batchNumber: rows.batchNumber, rows, authorisations, riskTable };
    const { job, transition, words } = sealToJob(context, store, sealed);
    const watched = applyRows(context, store, { rows: decodeRows(words), timeSec: this.timeSec, riskTable });
    expect(watched.stateRootAfter).toBe(transition.stateRootAfter);
    const decoded = decodeBatchJob(encodeBatchJob(job));
    expect(decoded).toEqual(job);
    expect(applyRows(context, createSparseStore(hasher, decoded.opening), decoded)).toEqual(transition);
    store.commit(transition);
    expect(store.stateRoot(DOMAIN)).toBe(transition.stateRootAfter);
    const restored = readSnapshot(hasher, writeSnapshot(store));
    expect(restored.stateRoot(DOMAIN)).toBe(transition.stateRootAfter);
    return transition;
  }

  /** Why the next batch would be refused, if it had these rows; the state stays as it is. */
  codeOf(batch: Partial<BatchRows>, authorisations: Batch['authorisations'], riskTable = TABLE): string {
    const root = this.store.stateRoot(DOMAIN);
    try {
      applyRows(this.context, this.store, {
        rows: this.rowsOf(batch),
        timeSec: this.timeSec + 10,
        riskTable,
        ...(authorisations === undefined ? {} : { authorisations }),
      });
    } catch (error) {
      expect(this.store.stateRoot(DOMAIN)).toBe(root);
      return error instanceof Error && 'code' in error ? String(error.code) : String(error);
    }
    return 'accepted';
  }

  /** Opens both accounts, with so many USDC. */
  openBoth(alice = 1000n, bob = 1000n): BatchTransition {
    const l1Ops = [opening(ALICE, ALICE_SEED, alice * USDC), opening(BOB, BOB_SEED, bob * USDC)];
    return this.settle({ rows: this.rowsOf({ l1Ops }), riskTable: TABLE });
  }

  /** Alice buys from Bob what both signed. */
  tradeBatch() {
    return {
      rows: this.rowsOf({ trades: [rowOf(buy()), sellRow()] }),
      authorisations: { withdrawals: [], trades: [this.signed(buy(), ALICE_SEED), this.signed(sell(), BOB_SEED)] },
      riskTable: TABLE,
    };
  }
}
