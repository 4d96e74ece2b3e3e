import { keccak_256 } from '@noble/hashes/sha3.js';
import type { AccountRecord } from '../protocol/account.ts';
import { type OrderFlags, parseFlags } from '../protocol/flags.ts';
import type { Genesis } from '../protocol/genesis.ts';
import type { SignedIntent } from '../protocol/rows.ts';
import { AccountState } from './accountState.ts';
import { adoptTable } from './applyReport.ts';
import { Exchange } from './exchange.ts';
import { GenesisError } from './GenesisError.ts';
import type { MachineRules } from './machineRules.ts';
import { OpenBatch } from './openBatch.ts';
import { Order } from './order.ts';
import {
  plainGenesis,
  plainInstrument,
  plainLegs,
  plainOp,
  plainRiskRow,
  plainSigned,
  plainSignedWithdraw,
} from './plainState.ts';
import { SnapshotError } from './snapshotError.ts';

const FORMAT = 'straddle snapshot 3';
const RECENT_TRADES = 50;
const CHECKSUM_BYTES = 32;

const slotList = (slots: AccountRecord['slots']): [number, bigint][] => [...slots].sort(([a], [b]) => a - b);

const recordState = (record: AccountRecord) => ({ ...record, slots: slotList(record.slots) });

function accountState(account: AccountState, batch: number) {
  return {
    id: account.id,
    record: recordState(account.record()),
    accepted: [...account.accepted.entries()],
    signed: account.signedBatch === batch,
    op: account.opBatch === batch,
    key: account.keyBatch === batch,
    liquidated: account.liquidatedBatch === batch,
  };
}

function orderState(order: Order, batch: number) {
  const { signed, filled, sequence, rowBatch, rowIndex } = order;
  return { signed: plainSigned(signed), filled, sequence, row: rowBatch === batch ? rowIndex : -1 };
}

function batchState(batch: OpenBatch) {
  const { number, timeSec, l1Ops, withdrawals, signedWithdrawals, trades, settlements } = batch;
  const { l1OpIndexBefore, feePoolBefore, before } = batch;
  const accounts = [...before].map(([id, record]) => ({ id, before: record === null ? null : recordState(record) }));
  // The split of a row's sums into Number and bigint is not state: written as one.
  const rows = trades.map(({ account, nonce, signed, legs, lots, net, netBase, fee, feeBase }) => ({
    account,
    nonce,
    signed: signed === null ? null : plainSigned(signed),
    legs: plainLegs(legs),
    lots,
    net: netBase + BigInt(net),
    fee: feeBase + BigInt(fee),
  }));
  const lists = {
    l1Ops: l1Ops.map((row) => ({ ...plainOp(row), paid: row.paid })),
    withdrawals,
    signedWithdrawals: signedWithdrawals.map(plainSignedWithdraw),
    trades: rows,
    settlements,
  };
  return { number, timeSec, ...lists, l1OpIndexBefore, feePoolBefore, accounts };
}

/** The whole state as plain data in a fixed order: equal states give equal text. */
function stateOf(exchange: Exchange) {
  const { entryIndex, timeSec, lastTimeSec, sealedBatches, l1OpsTaken, l1OpIndex, deferred } = exchange;
  const { feePool, deposited, withdrawn, trades, nextSequence, table, report, batch } = exchange;
  const accounts = exchange.sortedAccounts();
  const orders = accounts
    .flatMap((account) => [...exchange.orders.of(account).values()])
    .sort((a, b) => a.sequence - b.sequence);
  return {
    format: FORMAT,
    genesis: plainGenesis(exchange.genesis),
    epoch: exchange.epoch,
    nodeKey: exchange.nodeKey,
    counters: { entryIndex, timeSec, lastTimeSec, sealedBatches, l1OpsTaken, l1OpIndex, trades, nextSequence },
    amounts: { feePool, deposited, withdrawn },
    deferred: deferred.map(({ index, op }) => ({ index, op: plainOp(op) })),
    report: report === null ? null : { ...report, spots: [...report.spots] },
    table: table.map(plainRiskRow),
    instruments: exchange.sortedInstruments().map((instrument) => ({
      spec: plainInstrument(instrument.spec),
      changeId: instrument.changeId,
      payoff: instrument.payoff,
      trades: instrument.trades.slice(-RECENT_TRADES),
    })),
    accounts: accounts.map((account) => accountState(account, batch.number)),
    orders: orders.map((order) => orderState(order, batch.number)),
    batch: batchState(batch),
  };
}

type SnapshotState = ReturnType<typeof stateOf>;

function encode(state: SnapshotState): Uint8Array {
  const text = JSON.stringify(state, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));
  return new TextEncoder().encode(text);
}

/** A bigint is the only text that ends in a digit and n. */
function decode(bytes: Uint8Array): SnapshotState {
  const revive = (_: string, value: unknown): unknown =>
    typeof value === 'string' && /^-?\d+n$/.test(value) ? BigInt(value.slice(0, -1)) : value;
  return JSON.parse(new TextDecoder().decode(bytes), revive) as SnapshotState;
}

/** Canonical bytes of the state, a keccak checksum behind them. */
export function takeSnapshot(exchange: Exchange): Uint8Array {
  const body = encode(stateOf(exchange));
  const out = new Uint8Array(body.length + CHECKSUM_BYTES);
  out.set(body);
  out.set(keccak_256(body), body.length);
  return out;
}

function restoreRecord(record: ReturnType<typeof recordState>): AccountRecord {
  return { ...record, slots: new Map(record.slots) };
}

function restoreAccount(exchange: Exchange, state: SnapshotState['accounts'][number], batch: number): void {
  const { id, record } = state;
  const account = new AccountState(id, record.owner, record.keyX, record.keyY, exchange.columns);
  account.setCash(record.cash);
  for (const { instrument, lots } of record.positions) {
    const found = exchange.instruments.get(instrument);
    if (found === undefined) throw new Error(`invariant: account ${id} holds unlisted instrument ${instrument}`);
    account.placePosition(found, lots);
  }
  for (const [slot, value] of record.slots) {
    account.slots.write(-1, slot, Number(value >> 32n), Number(BigInt.asUintN(32, value)));
  }
  for (const [slot, nonce] of state.accepted) account.accepted.set(slot, nonce);
  if (state.signed) account.signedBatch = batch;
  if (state.op) account.opBatch = batch;
  if (state.key) account.keyBatch = batch;
  if (state.liquidated) account.liquidatedBatch = batch;
  exchange.accounts.set(id, account);
}

/** Of an order that was accepted: its flags were checked then. */
function flagsOf(flags: number): OrderFlags {
  const parsed = parseFlags(flags);
  if (parsed === undefined) throw new Error(`invariant: a resting order has the unknown flags ${flags}`);
  return parsed;
}

function restoreOrder(exchange: Exchange, state: SnapshotState['orders'][number]): void {
  const signed: SignedIntent = state.signed;
  const account = exchange.accounts.get(signed.intent.account);
  const instrument = exchange.instruments.get(signed.intent.legs[0]?.instrument ?? 0);
  if (account === undefined || instrument === undefined) throw new Error('invariant: an order has account and book');
  const order = new Order(account, signed, flagsOf(signed.intent.flags), state.sequence, instrument);
  order.filled = state.filled;
  if (state.row >= 0) {
    order.rowBatch = exchange.batch.number;
    order.rowIndex = state.row;
  }
  exchange.rest(order);
}

function restoreBatch(exchange: Exchange, state: SnapshotState['batch']): void {
  const batch = new OpenBatch(state.number, exchange.shape, state.l1OpIndexBefore, state.feePoolBefore);
  batch.timeSec = state.timeSec;
  batch.l1Ops.push(...state.l1Ops);
  batch.withdrawals.push(...state.withdrawals);
  batch.signedWithdrawals.push(...state.signedWithdrawals);
  batch.settlements.push(...state.settlements);
  for (const { net, fee, ...row } of state.trades) {
    const open = { ...row, net: 0, netBase: net, fee: 0, feeBase: fee };
    batch.trades.push(open);
    if (row.signed === null) batch.liquidations.set(`${row.account}:${row.legs[0]?.instrument ?? 0}`, open);
  }
  for (const { id, before } of state.accounts) {
    const account = exchange.accounts.get(id);
    if (account === undefined) throw new Error(`invariant: the open batch touches unknown account ${id}`);
    batch.restoreTouch(account, before === null ? null : restoreRecord(before));
  }
  exchange.batch = batch;
}

function restoreState(exchange: Exchange, state: SnapshotState): void {
  Object.assign(exchange, state.counters, state.amounts);
  exchange.epoch = state.epoch;
  exchange.nodeKey = state.nodeKey;
  exchange.deferred = [...state.deferred];
  exchange.report = state.report === null ? null : { ...state.report, spots: new Map(state.report.spots) };
  for (const { spec } of state.instruments) exchange.addInstrument(exchange.newInstrument(spec));
  for (const account of state.accounts) restoreAccount(exchange, account, state.batch.number);
  adoptTable(exchange, state.table, exchange.report?.spots ?? new Map());
  restoreBatch(exchange, state.batch);
  for (const order of state.orders) restoreOrder(exchange, order);
  for (const { spec, changeId, payoff, trades } of state.instruments) {
    const instrument = exchange.instruments.get(spec.instrument);
    if (instrument === undefined) continue;
    instrument.changeId = changeId;
    instrument.payoff = payoff;
    instrument.trades = [...trades];
  }
  exchange.events = [];
}

function exchangeOf(rules: MachineRules, genesis: Genesis): Exchange {
  try {
    return new Exchange(rules, genesis);
  } catch (error) {
    if (!(error instanceof GenesisError)) throw error;
    throw new SnapshotError('SNAPSHOT_OTHER_DEPLOYMENT', error.message);
  }
}

/** Throws SnapshotError for bytes that are no snapshot, or of a deployment that this program does not know. */
export function readSnapshot(rules: MachineRules, bytes: Uint8Array): Exchange {
  const body = bytes.subarray(0, Math.max(bytes.length - CHECKSUM_BYTES, 0));
  const checksum = keccak_256(body);
  if (bytes.length <= CHECKSUM_BYTES || checksum.some((byte, k) => byte !== bytes[body.length + k])) {
    throw new SnapshotError('SNAPSHOT_DAMAGED', 'its checksum is wrong');
  }
  const state = decode(body);
  if (state.format !== FORMAT) throw new SnapshotError('SNAPSHOT_DAMAGED', 'its format is unknown');
  const exchange = exchangeOf(rules, state.genesis);
  restoreState(exchange, state);
  return exchange;
}
