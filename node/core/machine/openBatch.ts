import type { AccountRecord } from '../protocol/account.ts';
import { POSITIONS_PER_CHUNK } from '../protocol/limits.ts';
import type { RowCounts } from '../protocol/rowCounts.ts';
import type {
  L1OpRow,
  Leg,
  SettlementRow,
  SignedIntent,
  SignedWithdrawIntent,
  WithdrawalRow,
} from '../protocol/rows.ts';
import type { Shape } from '../protocol/shape.ts';
import type { AccountState } from './accountState.ts';

/** A trade row that still grows. Premium and fee are exact Numbers with what exceeded 2^52 moved to the bigints. */
export interface OpenTradeRow {
  readonly account: number;
  readonly nonce: number;
  readonly signed: SignedIntent | null;
  readonly legs: readonly Leg[];
  lots: number;
  net: number;
  netBase: bigint;
  fee: number;
  feeBase: bigint;
}

/** An account in a step, with the positions that it holds after it. */
export interface Touch {
  readonly account: AccountState;
  readonly positions: number;
}

const FLUSH = 2 ** 52;

/** The batch that is being filled, against the rows that the shape has. */
export class OpenBatch {
  readonly number: number;
  readonly shape: Shape;
  /** Distinct row widths in positions, ascending, and how many rows are that wide or wider. */
  private readonly widths: readonly number[];
  private readonly rowsAtLeast: readonly number[];
  /** Touched accounts that need a row of this class. */
  private readonly needing: number[];
  /** `fits` counts here: it is asked several times a fill. */
  private readonly needingThen: number[];
  timeSec = -1;
  readonly l1Ops: L1OpRow[] = [];
  readonly withdrawals: WithdrawalRow[] = [];
  readonly signedWithdrawals: SignedWithdrawIntent[] = [];
  readonly trades: OpenTradeRow[] = [];
  readonly settlements: SettlementRow[] = [];
  readonly touched: AccountState[] = [];
  readonly before = new Map<number, AccountRecord | null>();
  /** Liquidation rows by account and instrument. */
  readonly liquidations = new Map<string, OpenTradeRow>();
  readonly l1OpIndexBefore: number;
  readonly feePoolBefore: bigint;

  constructor(number: number, shape: Shape, l1OpIndexBefore: number, feePoolBefore: bigint) {
    this.number = number;
    this.shape = shape;
    this.l1OpIndexBefore = l1OpIndexBefore;
    this.feePoolBefore = feePoolBefore;
    const widths = shape.accountChunks.map((chunks) => chunks * POSITIONS_PER_CHUNK);
    this.widths = [...new Set(widths)].sort((a, b) => a - b);
    this.rowsAtLeast = this.widths.map((width) => widths.filter((other) => other >= width).length);
    this.needing = this.widths.map(() => 0);
    this.needingThen = this.widths.map(() => 0);
  }

  get empty(): boolean {
    return this.timeSec < 0;
  }

  private classOf(positions: number): number {
    for (let k = 0; k < this.widths.length; k++) if (positions <= (this.widths[k] as number)) return k;
    throw new Error(`invariant: no account row opens ${positions} positions`);
  }

  private rowsFit(want: RowCounts, fresh: boolean): boolean {
    const { shape, trades, withdrawals, l1Ops, settlements } = this;
    const used = fresh ? 0 : 1;
    return (
      used * trades.length + want.trades <= shape.trades &&
      used * withdrawals.length + want.withdrawals <= shape.withdrawals &&
      used * l1Ops.length + want.l1Ops <= shape.l1Ops &&
      used * settlements.length + want.settlements <= shape.settlements
    );
  }

  /** Whether the shape still has the rows, account rows of the right widths included. `fresh`: in an empty batch. */
  fits(want: RowCounts, touches: readonly Touch[], fresh: boolean): boolean {
    if (!this.rowsFit(want, fresh)) return false;
    const needing = this.needingThen;
    for (let k = 0; k < needing.length; k++) needing[k] = fresh ? 0 : (this.needing[k] as number);
    for (const { account, positions } of touches) {
      const inBatch = !fresh && account.touchedBatch === this.number;
      const before = inBatch ? account.positionsBefore : account.lots.length;
      if (inBatch) needing[account.widthClass] = (needing[account.widthClass] as number) - 1;
      const need = Math.max(before, positions);
      if (need > (this.widths.at(-1) ?? 0)) return false;
      const k = this.classOf(need);
      needing[k] = (needing[k] as number) + 1;
    }
    let wider = 0;
    for (let k = needing.length - 1; k >= 0; k--) {
      wider += needing[k] as number;
      if (wider > (this.rowsAtLeast[k] as number)) return false;
    }
    return true;
  }

  /** Opens the account's row before its first change in this batch. `existed`: it has a leaf already. */
  touch(account: AccountState, timeSec: number, existed = true): void {
    if (this.timeSec < 0) this.timeSec = timeSec;
    if (account.touchedBatch === this.number) return;
    account.touchedBatch = this.number;
    account.positionsBefore = account.lots.length;
    account.widthClass = this.classOf(account.lots.length);
    this.needing[account.widthClass] = (this.needing[account.widthClass] as number) + 1;
    this.touched.push(account);
    this.before.set(account.id, existed ? account.record() : null);
  }

  /** To be called after each change of a touched account's number of positions. */
  resize(account: AccountState): void {
    const k = this.classOf(Math.max(account.positionsBefore, account.lots.length));
    if (k === account.widthClass) return;
    this.needing[account.widthClass] = (this.needing[account.widthClass] as number) - 1;
    this.needing[k] = (this.needing[k] as number) + 1;
    account.widthClass = k;
  }

  /** Puts back what a snapshot said of a touched account. */
  restoreTouch(account: AccountState, before: AccountRecord | null): void {
    account.touchedBatch = this.number;
    account.positionsBefore = before?.positions.length ?? 0;
    account.widthClass = this.classOf(Math.max(account.positionsBefore, account.lots.length));
    this.needing[account.widthClass] = (this.needing[account.widthClass] as number) + 1;
    this.touched.push(account);
    this.before.set(account.id, before);
  }

  addTrade(account: number, nonce: number, signed: SignedIntent | null, legs: readonly Leg[]): number {
    this.trades.push({ account, nonce, signed, legs, lots: 0, net: 0, netBase: 0n, fee: 0, feeBase: 0n });
    return this.trades.length - 1;
  }

  trade(index: number): OpenTradeRow {
    const row = this.trades[index];
    if (row === undefined) throw new Error(`invariant: the batch has no trade row ${index}`);
    return row;
  }
}

/** A sum kept in two parts. */
export function exactSum(base: bigint, rest: number): bigint {
  return base === 0n ? BigInt(rest) : base + BigInt(rest);
}

/** Adds premium and fee of a fill, each below 2^53, to a row. The sums stay exact. */
export function addToRow(row: OpenTradeRow, net: number, fee: number): void {
  if (Math.abs(row.net) + Math.abs(net) > FLUSH) {
    row.netBase += BigInt(row.net);
    row.net = 0;
  }
  if (row.fee + fee > FLUSH) {
    row.feeBase += BigInt(row.fee);
    row.fee = 0;
  }
  row.net += net;
  row.fee += fee;
}
