import type { AccountRecord, Position } from '../protocol/account.ts';
import { type Health, isNoWorse } from '../risk/margin.ts';
import {
  type AccountSums,
  CASH,
  CHARGE,
  equityOf,
  HELD_LOTS,
  healthOf,
  moveScenarios,
  newSums,
  SCENARIOS,
  setSum,
  sumAt,
  WORST,
} from './accountSums.ts';
import type { InstrumentState } from './instrumentState.ts';
import { AcceptedNonces, SlotPages } from './slotPages.ts';
import { SPLIT_BASE } from './splitInteger.ts';

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
  readonly sums: AccountSums;
  /** Of the instrument posted. */
  lots = 0;

  constructor(columns: number) {
    this.sums = newSums(columns);
  }
}

/** Puts a value in front of the one at `at`. `splice` does the same, but makes an array of what it removes: none. */
function insertAt<T>(list: T[], at: number, value: T): void {
  list.push(value);
  for (let k = list.length - 1; k > at; k--) list[k] = list[k - 1] as T;
  list[at] = value;
}

function removeAt<T>(list: T[], at: number): void {
  for (let k = at + 1; k < list.length; k++) list[k - 1] = list[k] as T;
  list.pop();
}

/** One account: what the tree commits to, and u_s for every scenario kept up to date. */
export class AccountState {
  readonly id: number;
  readonly market: number;
  readonly owner: bigint;
  keyX: bigint;
  keyY: bigint;
  /** Ascending by id; lots beside them, never 0. */
  readonly instruments: InstrumentState[] = [];
  readonly lots: number[] = [];
  readonly slots = new SlotPages();
  readonly accepted = new AcceptedNonces();
  readonly sums: AccountSums;
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
    this.sums = newSums(columns);
  }

  get cash(): bigint {
    return sumAt(this.sums, CASH);
  }

  /** W = min over scenarios of u_s. */
  get worst(): bigint {
    return sumAt(this.sums, WORST);
  }

  /** E_0 = u_0 + C. */
  get equity(): bigint {
    return equityOf(this.sums);
  }

  get health(): Health {
    return healthOf(this.sums);
  }

  /** Longs and shorts added. */
  get heldLots(): number {
    return this.sums[HELD_LOTS] as number;
  }

  /** E_0 + 3 u_s < 0 for some s: exactly when it is so for the worst one. */
  get maintenanceBreached(): boolean {
    return (this.sums[WORST] as number) < 0 && this.equity + 3n * this.worst < 0n;
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

  /** How many positions there are with one in this instrument. */
  positionsWith(instrument: number): number {
    return this.lots.length + (this.lotsOf(instrument) === 0 ? 1 : 0);
  }

  /**
   * Computes the account after `lots` (signed) of the instrument and `cash` (cash units, below 2^53) are posted.
   * 'ok' when W stays at 0 or above, or the account is no worse (core/risk/margin.ts), and all bounds hold. Changes nothing.
   */
  tryPost(out: PostScratch, instrument: InstrumentState, lots: number, cash: number, limit: number): PostVerdict {
    const before = this.lotsOf(instrument.id);
    const after = before + lots;
    const from = this.sums;
    const to = out.sums;
    const held = (from[HELD_LOTS] as number) - Math.abs(before) + Math.abs(after);
    out.lots = after;
    to[HELD_LOTS] = held;
    if (held > LOTS_BOUND || !Number.isSafeInteger(cash)) return 'bounds';
    if (before === 0 && this.lots.length >= limit) return 'positions';
    const addHigh = Math.floor(cash / SPLIT_BASE);
    const addLow = cash - addHigh * SPLIT_BASE;
    const low = (from[CASH + 1] as number) + addLow;
    const carry = low >= SPLIT_BASE ? 1 : 0;
    const high = (from[CASH] as number) + addHigh + carry;
    to[CASH] = high;
    to[CASH + 1] = low - carry * SPLIT_BASE;
    if (high < -CASH_HIGH_BOUND || high >= CASH_HIGH_BOUND) return 'bounds';
    const short = Math.max(-after, 0) - Math.max(-before, 0);
    const moreCharge = short * instrument.chargeLow;
    const chargeLow = (from[CHARGE + 1] as number) + moreCharge;
    const chargeCarry = Math.floor(chargeLow / SPLIT_BASE);
    to[CHARGE] = (from[CHARGE] as number) + short * instrument.chargeHigh + chargeCarry;
    to[CHARGE + 1] = chargeLow - chargeCarry * SPLIT_BASE;
    moveScenarios(from, to, instrument.values, lots, addHigh - short * instrument.chargeHigh, addLow - moreCharge);
    return (to[WORST] as number) >= 0 || isNoWorse(healthOf(from), healthOf(to)) ? 'ok' : 'margin';
  }

  /** Takes over what tryPost computed for this instrument. A copy: exchanging the two arrays measured slower. */
  commit(from: PostScratch, instrument: InstrumentState): void {
    this.sums.set(from.sums);
    this.setLots(instrument, from.lots);
  }

  /** The account as it is, such that `commit` brings it back after a change of this instrument's position. */
  capture(instrument: InstrumentState): PostScratch {
    const out = new PostScratch((this.sums.length - SCENARIOS) / 2);
    out.sums.set(this.sums);
    out.lots = this.lotsOf(instrument.id);
    return out;
  }

  private setLots(instrument: InstrumentState, lots: number): void {
    const at = this.indexOf(instrument.id);
    const held = this.instruments[at]?.id === instrument.id;
    if (!held && lots === 0) return;
    if (lots === 0) {
      removeAt(this.instruments, at);
      removeAt(this.lots, at);
      instrument.holders -= 1;
    } else if (held) {
      this.lots[at] = lots;
    } else {
      insertAt(this.instruments, at, instrument);
      insertAt(this.lots, at, lots);
      instrument.holders += 1;
    }
  }

  /** Cash alone moves: every u_s with it. The caller has checked that it stays within 64 bits. */
  addCash(amount: bigint): void {
    this.setCash(this.cash + amount);
    const { sums } = this;
    for (let at = SCENARIOS; at < sums.length; at += 2) setSum(sums, at, sumAt(sums, at) + amount);
    setSum(sums, WORST, this.worst + amount);
  }

  setCash(cash: bigint): void {
    if (BigInt.asIntN(64, cash) !== cash) throw new Error(`invariant: cash of account ${this.id} leaves 64 bits`);
    setSum(this.sums, CASH, cash);
  }

  /** Sets a position without touching cash or scenarios; `reprice` must follow. For restoring and settling. */
  placePosition(instrument: InstrumentState, lots: number): void {
    this.sums[HELD_LOTS] = this.heldLots + Math.abs(lots) - Math.abs(this.lotsOf(instrument.id));
    this.setLots(instrument, lots);
  }

  /** All of u_s, C and W from cash and positions, at the table in force. */
  reprice(): void {
    const { sums } = this;
    let chargeHigh = 0;
    let chargeLow = 0;
    for (let at = SCENARIOS; at < sums.length; at += 2) {
      sums[at] = sums[CASH] as number;
      sums[at + 1] = sums[CASH + 1] as number;
    }
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
    sums[CHARGE] = chargeHigh;
    sums[CHARGE + 1] = chargeLow;
    this.chargeScenarios();
  }

  private addPosition({ values }: InstrumentState, lots: number): void {
    const { sums } = this;
    for (let k = 0; k < values.length; k += 2) {
      const at = SCENARIOS + k;
      const low = (sums[at + 1] as number) + lots * (values[k + 1] as number);
      const carry = Math.floor(low / SPLIT_BASE);
      sums[at] = (sums[at] as number) + lots * (values[k] as number) + carry;
      sums[at + 1] = low - carry * SPLIT_BASE;
    }
  }

  private chargeScenarios(): void {
    const { sums } = this;
    const chargeHigh = sums[CHARGE] as number;
    const chargeLow = sums[CHARGE + 1] as number;
    let worstHigh = Number.POSITIVE_INFINITY;
    let worstLow = 0;
    for (let at = SCENARIOS; at < sums.length; at += 2) {
      const low = (sums[at + 1] as number) - chargeLow;
      const borrow = low < 0 ? 1 : 0;
      const high = (sums[at] as number) - chargeHigh - borrow;
      const rest = low + borrow * SPLIT_BASE;
      sums[at] = high;
      sums[at + 1] = rest;
      if (high < worstHigh || (high === worstHigh && rest < worstLow)) {
        worstHigh = high;
        worstLow = rest;
      }
    }
    sums[WORST] = worstHigh;
    sums[WORST + 1] = worstLow;
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
