import type { SealedBatch } from '../ledger/sealedBatch.ts';
import { ExpiryHeap } from '../matching/expiryHeap.ts';
import { type Deployment, instrumentLimit, largestShape, positionLimit } from '../protocol/deployment.ts';
import type { Genesis } from '../protocol/genesis.ts';
import { intentSlot } from '../protocol/limits.ts';
import type { RiskRow, RiskTable } from '../protocol/riskRow.ts';
import type { RowCounts } from '../protocol/rowCounts.ts';
import type { L1Op, Leg, SettlementRow } from '../protocol/rows.ts';
import type { Shape } from '../protocol/shape.ts';
import { type AccountState, PostScratch } from './accountState.ts';
import type { CancelReason, MachineEvent } from './events.ts';
import { deploymentOf } from './genesis.ts';
import { InstrumentState } from './instrumentState.ts';
import type { MachineRules, RebuildTable } from './machineRules.ts';
import { addToRow, exactSum, OpenBatch, type Touch } from './openBatch.ts';
import { OpenOrders } from './openOrders.ts';
import type { Order } from './order.ts';

/** The report in force. */
export interface ReportState {
  readonly timeSec: number;
  /** Index in the log of the report entry. */
  readonly index: number;
  /** Price units by market. */
  readonly spots: ReadonlyMap<number, bigint>;
}

export interface DeferredL1Op {
  readonly index: number;
  readonly op: L1Op;
}

const RECENT_TRADES = 50;
const MILLION = 1_000_000n;
/** Sums of naturals that come out at most here were exact: rounding never brings one from above 2^53 below 2^52. */
const EXACT = 2 ** 52;

/** The machine's whole state, and the few changes that everything else is made of. */
export class Exchange {
  readonly genesis: Genesis;
  readonly deployment: Deployment;
  readonly rebuildTable: RebuildTable;
  readonly columns: number;
  readonly shape: Shape;
  readonly positionLimit: number;
  readonly instrumentLimit: number;
  readonly accounts = new Map<number, AccountState>();
  readonly instruments = new Map<number, InstrumentState>();
  readonly orders = new OpenOrders();
  readonly expiries = new ExpiryHeap<Order>();
  readonly takerScratch: PostScratch;
  readonly makerScratch: PostScratch;
  /** Epoch in force and the key that speaks for it; none before the first. */
  epoch = 0;
  nodeKey = 0n;
  timeSec = 0;
  entryIndex = 0;
  report: ReportState | null = null;
  table: RiskTable = [];
  batch: OpenBatch;
  lastTimeSec = 0;
  sealedBatches = 0;
  l1OpsTaken = 0;
  l1OpIndex = 0;
  deferred: DeferredL1Op[] = [];
  /** Fees below 2^53 are summed as Numbers, and moved to the bigint before the sum could be inexact. */
  private feePoolBase = 0n;
  private feePoolRest = 0;
  deposited = 0n;
  withdrawn = 0n;
  trades = 0;
  nextSequence = 1;
  /** Of the entry being applied. */
  events: MachineEvent[] = [];
  sealed: SealedBatch[] = [];

  /** @throws GenesisError GENESIS_UNKNOWN */
  constructor(rules: MachineRules, genesis: Genesis) {
    const deployment = deploymentOf(genesis, rules.deployments);
    this.genesis = genesis;
    this.deployment = deployment;
    this.rebuildTable = rules.rebuildTable(deployment.risk);
    this.columns = deployment.columns;
    this.shape = largestShape(deployment);
    this.positionLimit = positionLimit(deployment);
    this.instrumentLimit = instrumentLimit(deployment);
    this.takerScratch = new PostScratch(this.columns);
    this.makerScratch = new PostScratch(this.columns);
    this.batch = new OpenBatch(0, this.shape, 0, 0n);
  }

  /** Whether rows may be made: the report in force is young enough for the contract. */
  get fresh(): boolean {
    return this.report !== null && this.timeSec - this.report.timeSec <= this.genesis.reportMaxAgeSec;
  }

  /** A change of a level, as everyone who keeps a copy of the book needs it. */
  bookChanged(instrument: InstrumentState, sign: number, price: number, lots: number): void {
    instrument.changeId += 1;
    const side = sign > 0 ? 'buy' : 'sell';
    this.events.push({
      type: 'bookChange',
      instrument: instrument.id,
      changeId: instrument.changeId,
      side,
      price,
      lots,
    });
  }

  rest(order: Order): void {
    const { instrument, account } = order;
    if (instrument === null) throw new Error('invariant: a package cannot rest');
    const level = this.orders.add(order);
    this.expiries.push(order, this.orders.size);
    this.events.push({
      type: 'resting',
      account: account.id,
      nonce: order.nonce,
      instrument: instrument.id,
      side: order.sign > 0 ? 'buy' : 'sell',
      price: order.price,
      lots: order.remaining,
    });
    this.bookChanged(instrument, order.sign, order.price, level.lots);
  }

  /** Takes a resting order off its book. */
  unrest(order: Order): void {
    if (order.instrument === null) throw new Error('invariant: a package does not rest');
    const level = this.orders.remove(order);
    this.bookChanged(order.instrument, order.sign, order.price, level.lots);
  }

  cancel(order: Order, reason: CancelReason): void {
    const { account, nonce, remaining: lots } = order;
    this.unrest(order);
    this.events.push({ type: 'cancelled', account: account.id, nonce, lots, reason });
  }

  cancelAllOf(account: AccountState, reason: CancelReason, upToNonce = Number.POSITIVE_INFINITY): void {
    const orders = [...this.orders.of(account).values()].filter(({ nonce }) => nonce <= upToNonce);
    for (const order of orders.sort((a, b) => a.nonce - b.nonce)) this.cancel(order, reason);
  }

  /** Cancels what rests in an instrument, best prices first. */
  cancelBook(instrument: InstrumentState, reason: CancelReason): void {
    const { asks, bids } = this.orders.book(instrument);
    for (const side of [bids, asks]) {
      for (let order = side.best()?.head ?? null; order !== null; order = side.best()?.head ?? null) {
        this.cancel(order, reason);
      }
    }
  }

  /** The nonce is used up: nothing at or below it in its slot is accepted again, and what rests there is cancelled. */
  takeNonce(account: AccountState, nonce: number): void {
    const resting = this.orders.replacedBy(account, nonce);
    account.accepted.set(intentSlot(nonce), nonce);
    if (resting !== undefined) this.cancel(resting, 'replaced');
  }

  /** Makes room for the rows of a step, closing the open batch if they do not fit beside it or must not stand in it. */
  makeRoom(want: RowCounts, touches: readonly Touch[], conflict: boolean): void {
    if (!conflict && this.batch.fits(want, touches, false)) return;
    this.closeBatch();
    if (!this.batch.fits(want, touches, true)) throw new Error('invariant: the step does not fit an empty batch');
  }

  /** Adds a fill to the row of its intent, which is made if the batch has none. The account must be touched. */
  addSigned(order: Order, lots: number, net: number, fee: number): void {
    const { batch } = this;
    const { account } = order;
    if (order.rowBatch !== batch.number) {
      order.rowBatch = batch.number;
      order.rowIndex = batch.addTrade(account.id, order.nonce, order.signed, order.signed.intent.legs);
    }
    account.signedBatch = batch.number;
    const row = batch.trade(order.rowIndex);
    row.lots += lots;
    addToRow(row, net, fee);
    order.filled += lots;
    account.slots.write(batch.number, intentSlot(order.nonce), order.nonce, order.filled);
  }

  /** Adds a fill of an account under liquidation. */
  addLiquidation(account: AccountState, legs: readonly Leg[], lots: number, net: number): void {
    const { batch } = this;
    const key = `${account.id}:${legs[0]?.instrument ?? 0}`;
    let row = batch.liquidations.get(key);
    if (row === undefined) {
      row = batch.trade(batch.addTrade(account.id, 0, null, legs));
      batch.liquidations.set(key, row);
    }
    account.liquidatedBatch = batch.number;
    row.lots += lots;
    addToRow(row, net, 0);
  }

  addSettlement(row: SettlementRow): void {
    this.batch.settlements.push(row);
  }

  /** The maker's part of a fill: row, slot, book. Its account has been changed already. */
  fillMaker(maker: Order, lots: number, net: number, fee: number): void {
    const { level } = maker;
    if (level === null) throw new Error('invariant: a maker rests');
    this.addSigned(maker, lots, net, fee);
    level.lots -= lots;
    const instrument = maker.instrument as InstrumentState;
    if (maker.remaining === 0) this.unrest(maker);
    else this.bookChanged(instrument, maker.sign, maker.price, level.lots);
  }

  fillEvent(maker: Order, taker: AccountState, takerNonce: number, lots: number, fees: [number, number]): void {
    const instrument = maker.instrument as InstrumentState;
    this.trades += 1;
    const event = {
      type: 'fill',
      tradeId: this.trades,
      batchNumber: this.batch.number,
      instrument: instrument.id,
      price: maker.price,
      lots,
      maker: { account: maker.account.id, nonce: maker.nonce, fee: BigInt(fees[0]) },
      taker: { account: taker.id, nonce: takerNonce, fee: BigInt(fees[1]) },
      aggressor: maker.sign > 0 ? 'sell' : 'buy',
      liquidation: taker.liquidatedBatch === this.batch.number,
      timeSec: this.timeSec,
    } as const;
    this.takeFees(fees[0], fees[1]);
    this.events.push(event);
    instrument.trades.push(event);
    if (instrument.trades.length >= 2 * RECENT_TRADES) instrument.trades = instrument.trades.slice(-RECENT_TRADES);
  }

  get feePool(): bigint {
    return exactSum(this.feePoolBase, this.feePoolRest);
  }

  set feePool(amount: bigint) {
    this.feePoolBase = amount;
    this.feePoolRest = 0;
  }

  /** A maker's and a taker's fee, each below 2^53. */
  private takeFees(maker: number, taker: number): void {
    if (this.feePoolRest + maker + taker > EXACT) this.feePool = this.feePool + BigInt(maker) + BigInt(taker);
    else this.feePoolRest += maker + taker;
  }

  /** Closes the open batch; without rows there is nothing to close. */
  closeBatch(): void {
    const { batch } = this;
    if (batch.empty) return;
    if (this.report === null) throw new Error('invariant: a batch with rows has a report');
    const { number, timeSec, l1Ops, withdrawals, settlements } = batch;
    const trades = batch.trades.map(({ account, nonce, signed, legs, lots, net, netBase, fee, feeBase }) => ({
      account,
      nonce,
      lots,
      net: exactSum(netBase, net),
      fee: exactSum(feeBase, fee),
      liquidation: signed === null,
      legs,
    }));
    this.sealed.push({
      batchNumber: number,
      timeSec,
      rows: { batchNumber: number, l1Ops, withdrawals, trades, settlements },
      authorisations: { withdrawals: batch.signedWithdrawals, trades: batch.trades.map((row) => row.signed) },
      riskTable: this.table,
      reportIndex: this.report.index,
      lastEntryIndex: this.entryIndex,
      accountsBefore: batch.before,
      l1OpIndexBefore: batch.l1OpIndexBefore,
      feePoolBefore: batch.feePoolBefore,
      lastTimeSec: this.lastTimeSec,
    });
    this.events.push({ type: 'batchSealed', batchNumber: number, timeSec, trades: trades.length });
    this.lastTimeSec = timeSec;
    this.sealedBatches += 1;
    this.batch = new OpenBatch(number + 1, this.shape, this.l1OpIndex, this.feePool);
  }

  /** Gives an instrument its row of the table and its fees a lot. */
  price(instrument: InstrumentState, row: RiskRow | null, spot: bigint): void {
    const { makerFeePpm, takerFeePpm } = this.genesis;
    instrument.setRow(row);
    instrument.makerFee = Number((spot * BigInt(makerFeePpm)) / MILLION);
    instrument.takerFee = Number((spot * BigInt(takerFeePpm)) / MILLION);
  }

  /** Lists an instrument; a table in force that foresaw it prices it at once. */
  addInstrument(state: InstrumentState): void {
    this.instruments.set(state.id, state);
    this.orders.openBook(state);
    const row = this.table.find((one) => one.instrument === state.id) ?? null;
    this.price(state, row, this.report?.spots.get(state.market) ?? 0n);
  }

  newInstrument(spec: InstrumentState['spec']): InstrumentState {
    return new InstrumentState(spec, this.columns);
  }

  /** Ascending by id. */
  sortedAccounts(): AccountState[] {
    return [...this.accounts.values()].sort((a, b) => a.id - b.id);
  }

  /** Ascending by id. */
  sortedInstruments(): InstrumentState[] {
    return [...this.instruments.values()].sort((a, b) => a.id - b.id);
  }
}
