import type { Position } from '../protocol/account.ts';
import type { Deployment } from '../protocol/deployment.ts';
import type { Genesis } from '../protocol/genesis.ts';
import type { Instrument } from '../protocol/instrument.ts';
import type { RiskTable } from '../protocol/riskRow.ts';
import type { Intent, L1OpRow } from '../protocol/rows.ts';
import type { FillEvent, Side } from './events.ts';

export interface AccountView {
  readonly account: number;
  readonly keyX: bigint;
  readonly keyY: bigint;
  readonly owner: bigint;
  readonly cash: bigint;
  readonly positions: readonly Position[];
  /** E_0: cash plus positions at the mark. */
  readonly equity: bigint;
  /** W: how far initial margin is met; negative when it is not. */
  readonly initialExcess: bigint;
  readonly maintenanceBreached: boolean;
  readonly openOrders: number;
}

export interface TradingKey {
  readonly keyX: bigint;
  readonly keyY: bigint;
}

export interface OpenOrderView {
  readonly intent: Intent;
  readonly instrument: number;
  readonly side: Side;
  readonly price: number;
  readonly remainingLots: number;
  /** Arrival order over the machine's life: priority at a price. */
  readonly sequence: number;
}

export interface DepthLevel {
  readonly price: number;
  readonly lots: number;
  readonly orders: number;
}

export interface BookDepth {
  readonly instrument: number;
  /** Of the last bookChange of this instrument; 0 before the first. */
  readonly changeId: number;
  /** Best first. */
  readonly bids: readonly DepthLevel[];
  readonly asks: readonly DepthLevel[];
}

export interface OpenBatchView {
  readonly batchNumber: number;
  /** null while the batch has no row. */
  readonly timeSec: number | null;
  readonly l1Ops: readonly L1OpRow[];
  readonly withdrawals: number;
  readonly trades: number;
  readonly settlements: number;
  readonly accounts: number;
}

/** All amounts in cash units. cash + feePool + withdrawn = deposited, whatever was applied. */
export interface LedgerTotals {
  readonly cash: bigint;
  readonly feePool: bigint;
  readonly deposited: bigint;
  readonly withdrawn: bigint;
  /** Sum of all accounts' lots by instrument; every value is 0. */
  readonly lotsByInstrument: ReadonlyMap<number, bigint>;
}

export interface Counters {
  readonly accounts: number;
  readonly openOrders: number;
  readonly trades: number;
  readonly sealedBatches: number;
  /** L1 ops taken from the feeder, deferred ones included: the index expected next. */
  readonly l1OpsTaken: number;
  readonly deferredL1Ops: number;
}

/** Read-only questions, for the gateway. Nothing here changes state. */
export interface MachineView {
  /** What entry 0 of the log says. */
  readonly genesis: () => Genesis;
  /** The deployment that it names. */
  readonly deployment: () => Deployment;
  /** Epoch in force; 0 before the first. */
  readonly epoch: () => number;
  /** 160-bit address of the key that speaks for the epoch; 0 before the first. */
  readonly nodeKey: () => bigint;
  readonly timeSec: () => number;
  /** Index in the log of the entry that apply expects next: entries applied so far. */
  readonly nextEntryIndex: () => number;
  readonly account: (id: number) => AccountView | null;
  /** The key that the account's messages are checked against now; null: no such account. */
  readonly tradingKey: (id: number) => TradingKey | null;
  readonly accountIds: () => readonly number[];
  /** Ascending by nonce. */
  readonly openOrders: (account: number) => readonly OpenOrderView[];
  readonly order: (account: number, nonce: number) => OpenOrderView | null;
  /** Highest nonce accepted in the slot of this nonce; null: none. */
  readonly acceptedNonce: (account: number, nonce: number) => number | null;
  readonly depth: (instrument: number, levels: number) => BookDepth | null;
  /** Latest last. */
  readonly recentTrades: (instrument: number) => readonly FillEvent[];
  readonly instruments: () => readonly Instrument[];
  /** Most instruments that may be listed at a time. */
  readonly instrumentLimit: () => number;
  readonly riskTable: () => RiskTable;
  /** Time of the report in force; null before the first. */
  readonly reportTimeSec: () => number | null;
  /** Spot of the report in force in price units; null when it names none for this market. */
  readonly spot: (market: number) => bigint | null;
  readonly openBatch: () => OpenBatchView;
  readonly feePool: () => bigint;
  readonly counters: () => Counters;
  /** Walks all accounts. */
  readonly totals: () => LedgerTotals;
}
