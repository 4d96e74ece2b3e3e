import type { AccountRecord, Position } from '../ledger/account.ts';
import type { Order } from '../matching/order.ts';
import type { InstrumentState } from './instrumentState.ts';
import { AcceptedNonces, SlotPages } from './slotPages.ts';
import { highPart, joinParts, lowPart, SPLIT_BASE } from './splitInteger.ts';

/**
 * Most lots an account may hold, longs and shorts added. With |q| summing to Q <= 2^30, values and charges below
 * 2^40 and cash below 2^63, u_s = c + sum q V - C lies within 2^63 + 2 * 2^70, so its high part (above bit 20)
 * stays below 2^51.1, and one fill moves it by at most 2^31 * 2^20 twice: every sum below is an integer under 2^53.
 */
export const LOTS_BOUND = 2 ** 30;
/** Cash is signed 64 bits: its high part lies in [-2^43, 2^43). */
const CASH_HIGH_BOUND = 2 ** 43;

export type PostVerdict = 'ok' | 'margin' | 'positions' | 'bounds';

/** What a posting would make of an account; filled in by `tryPost`, taken over by `commit`. */
export class PostScratch {
  readonly u: Float64Array;
  cashHigh = 0;
  cashLow = 0;
  chargeHigh = 0;
  chargeLow = 0;
  worstHigh = 0;
  worstLow = 0;
  lots = 0;
  absLots = 0;

  constructor(columns: number) {
    this.u = new Float64Array(2 * columns);
  }
}

/** One account: what the tree commits to, its open orders, and u_s for every scenario kept up to date. */
export class AccountState {
  readonly id: number;
  readonly market: number;
  readonly owner: bigint;
  keyX: bigint;
  keyY: bigint;
  cashHigh = 0;
  cashLow = 0;
  /** Ascending by id; lots beside them, never 0. */
  readonly instruments: InstrumentState[] = [];
  readonly lots: number[] = [];
  readonly slots = new SlotPages();
  readonly accepted = new AcceptedNonces();
  /** Resting orders by nonce. */
  readonly orders = new Map<number, Order>();
  /** u_s: high parts of all columns, then low parts. */
  readonly u: Float64Array;
  /** C, and W = min u_s. */
  chargeHigh = 0;
  chargeLow = 0;
  worstHigh = 0;
  worstLow = 0;
  absLots = 0;
  /** In which batch, if any, it was last touched, has signed rows or L1 ops, a key op, or liquidation rows. */
  touchedBatch = -1;
  signedBatch = -1;
  opBatch = -1;
  keyBatch = -1;
  liquidatedBatch = -1;
  /** Index into the distinct widths of account rows, while touched. */
  widthClass = 0;
  positionsBefore = 0;

  constructor(id: number, owner: bigint, keyX: bigint, keyY: bigint, columns: number) {
    this.id = id;
    this.market = id >> 20;
    this.owner = owner;
    this.keyX = keyX;
    this.keyY = keyY;
    this.u = new Float64Array(2 * columns);
  }

  get cash(): bigint {
    return joinParts(this.cashHigh, this.cashLow);
  }

  /** W = min over scenarios of u_s. */
  get worst(): bigint {
    return joinParts(this.worstHigh, this.worstLow);
  }

  /** E_0 = u_0 + C. */
  get equity(): bigint {
    const zero = joinParts(this.u[0] ?? 0, this.u[this.u.length / 2] ?? 0);
    return zero + joinParts(this.chargeHigh, this.chargeLow);
  }

  /** E_0 + 3 u_s < 0 for some s: exactly when it is so for the worst one. */
  get maintenanceBreached(): boolean {
    return this.worstHigh < 0 && this.equity + 3n * this.worst < 0n;
  }

  /** Where the instrument stands, or would stand, among the positions. */
  indexOf(instrument: number): number {
    const { instruments } = this;
    let low = 0;
    let high = instruments.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((instruments[middle] as InstrumentState).id < instrument) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  lotsOf(instrument: number): number {
    const at = this.indexOf(instrument);
    return this.instruments[at]?.id === instrument ? (this.lots[at] ?? 0) : 0;
  }

  /**
   * Computes the account after `lots` (signed) of the instrument and `cash` (cash units, below 2^53) are posted.
   * 'ok' when W stays at 0 or above, or does not fall, and all bounds hold. Changes nothing.
   */
  tryPost(out: PostScratch, instrument: InstrumentState, lots: number, cash: number, limit: number): PostVerdict {
    const before = this.lotsOf(instrument.id);
    const after = before + lots;
    out.lots = after;
    out.absLots = this.absLots - Math.abs(before) + Math.abs(after);
    if (out.absLots > LOTS_BOUND || !Number.isSafeInteger(cash)) return 'bounds';
    if (before === 0 && this.lots.length >= limit) return 'positions';
    const cashHigh = Math.floor(cash / SPLIT_BASE);
    const cashLow = cash - cashHigh * SPLIT_BASE;
    const carry = this.cashLow + cashLow >= SPLIT_BASE ? 1 : 0;
    out.cashHigh = this.cashHigh + cashHigh + carry;
    out.cashLow = this.cashLow + cashLow - carry * SPLIT_BASE;
    if (out.cashHigh < -CASH_HIGH_BOUND || out.cashHigh >= CASH_HIGH_BOUND) return 'bounds';
    const short = Math.max(-after, 0) - Math.max(-before, 0);
    const moreCharge = short * instrument.chargeLow;
    const chargeLow = this.chargeLow + moreCharge;
    const chargeCarry = Math.floor(chargeLow / SPLIT_BASE);
    out.chargeLow = chargeLow - chargeCarry * SPLIT_BASE;
    out.chargeHigh = this.chargeHigh + short * instrument.chargeHigh + chargeCarry;
    this.moveScenarios(out, instrument, lots, cashHigh - short * instrument.chargeHigh, cashLow - moreCharge);
    const { worstHigh, worstLow } = out;
    const held = worstHigh >= 0 || worstHigh > this.worstHigh;
    return held || (worstHigh === this.worstHigh && worstLow >= this.worstLow) ? 'ok' : 'margin';
  }

  /** u_s += lots * V_s + (addHigh, addLow), and the new minimum. |lots * low| < 2^51, |addLow| < 2^52: sums exact. */
  private moveScenarios(out: PostScratch, move: InstrumentState, lots: number, addHigh: number, addLow: number): void {
    const { valueHigh, valueLow } = move;
    const columns = valueHigh.length;
    const from = this.u;
    const to = out.u;
    let worstHigh = Number.POSITIVE_INFINITY;
    let worstLow = 0;
    for (let s = 0; s < columns; s++) {
      const low = (from[columns + s] as number) + lots * (valueLow[s] as number) + addLow;
      const carry = Math.floor(low / SPLIT_BASE);
      const high = (from[s] as number) + lots * (valueHigh[s] as number) + addHigh + carry;
      const rest = low - carry * SPLIT_BASE;
      to[s] = high;
      to[columns + s] = rest;
      if (high < worstHigh || (high === worstHigh && rest < worstLow)) {
        worstHigh = high;
        worstLow = rest;
      }
    }
    out.worstHigh = worstHigh;
    out.worstLow = worstLow;
  }

  /** Takes over what tryPost computed for this instrument. */
  commit(from: PostScratch, instrument: InstrumentState): void {
    this.u.set(from.u);
    this.cashHigh = from.cashHigh;
    this.cashLow = from.cashLow;
    this.chargeHigh = from.chargeHigh;
    this.chargeLow = from.chargeLow;
    this.worstHigh = from.worstHigh;
    this.worstLow = from.worstLow;
    this.absLots = from.absLots;
    this.setLots(instrument, from.lots);
  }

  /** The account as it is, such that `commit` brings it back after a change of this instrument's position. */
  capture(instrument: InstrumentState): PostScratch {
    const out = new PostScratch(this.u.length / 2);
    out.u.set(this.u);
    out.cashHigh = this.cashHigh;
    out.cashLow = this.cashLow;
    out.chargeHigh = this.chargeHigh;
    out.chargeLow = this.chargeLow;
    out.worstHigh = this.worstHigh;
    out.worstLow = this.worstLow;
    out.absLots = this.absLots;
    out.lots = this.lotsOf(instrument.id);
    return out;
  }

  private setLots(instrument: InstrumentState, lots: number): void {
    const at = this.indexOf(instrument.id);
    const held = this.instruments[at]?.id === instrument.id;
    if (lots === 0 && held) {
      this.instruments.splice(at, 1);
      this.lots.splice(at, 1);
      instrument.holders -= 1;
    } else if (held) {
      this.lots[at] = lots;
    } else if (lots !== 0) {
      this.instruments.splice(at, 0, instrument);
      this.lots.splice(at, 0, lots);
      instrument.holders += 1;
    }
  }

  /** Cash alone moves: every u_s with it. The caller has checked that it stays within 64 bits. */
  addCash(amount: bigint): void {
    this.setCash(this.cash + amount);
    const columns = this.u.length / 2;
    for (let s = 0; s < columns; s++) {
      const value = joinParts(this.u[s] ?? 0, this.u[columns + s] ?? 0) + amount;
      this.u[s] = highPart(value);
      this.u[columns + s] = lowPart(value);
    }
    const worst = this.worst + amount;
    this.worstHigh = highPart(worst);
    this.worstLow = lowPart(worst);
  }

  setCash(cash: bigint): void {
    if (BigInt.asIntN(64, cash) !== cash) throw new Error(`invariant: cash of account ${this.id} leaves 64 bits`);
    this.cashHigh = highPart(cash);
    this.cashLow = lowPart(cash);
  }

  /** Sets a position without touching cash or scenarios; `reprice` must follow. For restoring and settling. */
  placePosition(instrument: InstrumentState, lots: number): void {
    this.absLots += Math.abs(lots) - Math.abs(this.lotsOf(instrument.id));
    this.setLots(instrument, lots);
  }

  /** All of u_s, C and W from cash and positions, at the table in force. */
  reprice(): void {
    const columns = this.u.length / 2;
    let chargeHigh = 0;
    let chargeLow = 0;
    this.u.fill(this.cashHigh, 0, columns);
    this.u.fill(this.cashLow, columns);
    for (let k = 0; k < this.lots.length; k++) {
      const instrument = this.instruments[k] as InstrumentState;
      const lots = this.lots[k] as number;
      const short = Math.max(-lots, 0);
      chargeLow += short * instrument.chargeLow;
      const carry = Math.floor(chargeLow / SPLIT_BASE);
      chargeLow -= carry * SPLIT_BASE;
      chargeHigh += short * instrument.chargeHigh + carry;
      this.addPosition(instrument, lots);
    }
    this.chargeHigh = chargeHigh;
    this.chargeLow = chargeLow;
    this.chargeScenarios();
  }

  private addPosition({ valueHigh, valueLow }: InstrumentState, lots: number): void {
    const { u } = this;
    const columns = valueHigh.length;
    for (let s = 0; s < columns; s++) {
      const low = (u[columns + s] as number) + lots * (valueLow[s] as number);
      const carry = Math.floor(low / SPLIT_BASE);
      u[s] = (u[s] as number) + lots * (valueHigh[s] as number) + carry;
      u[columns + s] = low - carry * SPLIT_BASE;
    }
  }

  private chargeScenarios(): void {
    const { u } = this;
    const columns = u.length / 2;
    this.worstHigh = Number.POSITIVE_INFINITY;
    for (let s = 0; s < columns; s++) {
      const low = (u[columns + s] as number) - this.chargeLow;
      const borrow = low < 0 ? 1 : 0;
      const high = (u[s] as number) - this.chargeHigh - borrow;
      const rest = low + borrow * SPLIT_BASE;
      u[s] = high;
      u[columns + s] = rest;
      if (high < this.worstHigh || (high === this.worstHigh && rest < this.worstLow)) {
        this.worstHigh = high;
        this.worstLow = rest;
      }
    }
  }

  positions(): Position[] {
    return this.instruments.map((instrument, k) => ({ instrument: instrument.id, lots: this.lots[k] as number }));
  }

  /** The account as the tree commits to it now. Does not change when the account does. */
  record(): AccountRecord {
    const { keyX, keyY, owner, cash } = this;
    return { keyX, keyY, owner, cash, positions: this.positions(), slots: this.slots.freeze() };
  }
}
