import type { Position } from '../protocol/account.ts';
import { RiskError } from './RiskError.ts';
import type { RiskIndex } from './riskTable.ts';

/** An account's margin at one risk table (protocol, section 5), cash units throughout. */
export interface Margin {
  /** E_s: cash and positions at scenario s; E_0 is at the mark. */
  readonly equity: readonly bigint[];
  /** C: what short positions are charged in every scenario. */
  readonly shortCharge: bigint;
  /** W: the least E_s - C. */
  readonly worst: bigint;
}

/** Anything with cash and positions. */
export interface Holdings {
  readonly cash: bigint;
  readonly positions: readonly Position[];
}

/** A forced withdrawal may be shaved only if some E_s - C is below this: 1 USDC. */
const BINDING_MARGIN = 1_000_000n;

/** @throws RiskError RISK_UNKNOWN_INSTRUMENT for a position that the table does not value. */
export function marginOf({ cash, positions }: Holdings, table: RiskIndex, columns: number): Margin {
  const equity = Array<bigint>(columns).fill(cash);
  let shortCharge = 0n;
  for (const { instrument, lots } of positions) {
    const row = table.get(instrument);
    if (row === undefined) {
      const message = `the risk table has no row for instrument ${instrument}, which an account holds`;
      throw new RiskError('RISK_UNKNOWN_INSTRUMENT', message, { instrument });
    }
    const quantity = BigInt(lots);
    for (let s = 0; s < columns; s++) equity[s] = (equity[s] ?? 0n) + quantity * (row.values[s] ?? 0n);
    if (lots < 0) shortCharge -= quantity * row.shortCharge;
  }
  let least = equity[0] ?? cash;
  for (const value of equity) if (value < least) least = value;
  return { equity, shortCharge, worst: least - shortCharge };
}

const initialMarginMet = (margin: Margin): boolean => margin.worst >= 0n;

/** Maintenance is three quarters of initial: E_0 + 3 (E_s - C) < 0 for some s. */
export const maintenanceBreached = ({ equity, worst }: Margin): boolean => (equity[0] ?? 0n) + 3n * worst < 0n;

/** E_0 and W of an account. */
export interface Health {
  readonly equity: bigint;
  readonly worst: bigint;
}

const atMost = (limit: bigint, value: bigint): bigint => (value < limit ? value : limit);

/**
 * What may be made of an account that does not end at initial margin, or is liquidated: no more at risk, at a cost of at most
 * a quarter of the risk that went below initial margin (what goes beyond is not paid for), and never a debt that was not there.
 * W alone would not do: closing all risk lifts W to E_0, and all of that and -W_before more could be given away.
 */
export const isNoWorse = (before: Health, after: Health): boolean =>
  after.worst >= before.worst &&
  4n * (before.equity - after.equity) <= atMost(0n, after.worst) - before.worst &&
  after.equity >= atMost(0n, before.equity);

/** A liquidation has to help. */
export const isFairOutcome = (before: Health, after: Health): boolean =>
  after.worst > before.worst && isNoWorse(before, after);

const healthOf = ({ equity, worst }: Margin): Health => ({ equity: equity[0] ?? 0n, worst });

/** A touched account must meet initial margin, or be no worse than it was. */
export const mayEndAt = (before: Margin, after: Margin): boolean =>
  initialMarginMet(after) || isNoWorse(healthOf(before), healthOf(after));

export const isFairLiquidation = (before: Margin, after: Margin): boolean =>
  maintenanceBreached(before) && isFairOutcome(healthOf(before), healthOf(after));

export const isMarginBinding = ({ worst }: Margin): boolean => worst < BINDING_MARGIN;
