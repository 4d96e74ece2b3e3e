import type { Health } from '../risk/margin.ts';
import { highPart, joinParts, lowPart, SPLIT_BASE } from './splitInteger.ts';

/**
 * What is summed over an account, in one array: cash, C, W, the lots held, then u_s of every scenario. All but the
 * lots are split integers (splitInteger.ts), high part first. One array because a fill reads and writes all of it,
 * and with thousands of accounts it is out of the cache each time: nine lines in a row are fetched ahead, eight
 * separate boxed numbers are not.
 */
export type AccountSums = Float64Array;

export const CASH = 0;
export const CHARGE = 2;
export const WORST = 4;
/** Longs and shorts added; one Number. */
export const HELD_LOTS = 6;
/** u_0, the first scenario and the mark; the others follow. The one number before it is not used. */
export const SCENARIOS = 8;

export function newSums(columns: number): AccountSums {
  return new Float64Array(SCENARIOS + 2 * columns);
}

export function sumAt(sums: AccountSums, at: number): bigint {
  return joinParts(sums[at] as number, sums[at + 1] as number);
}

export function setSum(sums: AccountSums, at: number, value: bigint): void {
  sums[at] = highPart(value);
  sums[at + 1] = lowPart(value);
}

/** E_0 = u_0 + C. */
export function equityOf(sums: AccountSums): bigint {
  return sumAt(sums, SCENARIOS) + sumAt(sums, CHARGE);
}

/** E_0 and W. */
export function healthOf(sums: AccountSums): Health {
  return { equity: equityOf(sums), worst: sumAt(sums, WORST) };
}

/**
 * u_s of `to` = u_s of `from` + lots * V_s + (addHigh, addLow), and W of `to`. `values` are V_s, split, as in
 * InstrumentState. |lots * low| < 2^51 and |addLow| < 2^52: with a low part below 2^20, sums are exact.
 */
export function moveScenarios(
  from: AccountSums,
  to: AccountSums,
  values: Float64Array,
  lots: number,
  addHigh: number,
  addLow: number,
): void {
  let worstHigh = Number.POSITIVE_INFINITY;
  let worstLow = 0;
  for (let k = 0; k < values.length; k += 2) {
    const at = SCENARIOS + k;
    const low = (from[at + 1] as number) + lots * (values[k + 1] as number) + addLow;
    const carry = Math.floor(low / SPLIT_BASE);
    const high = (from[at] as number) + lots * (values[k] as number) + addHigh + carry;
    const rest = low - carry * SPLIT_BASE;
    to[at] = high;
    to[at + 1] = rest;
    if (high < worstHigh || (high === worstHigh && rest < worstLow)) {
      worstHigh = high;
      worstLow = rest;
    }
  }
  to[WORST] = worstHigh;
  to[WORST + 1] = worstLow;
}
