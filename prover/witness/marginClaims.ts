import type { AccountRecord } from '../../node/core/ledger/account.ts';
import type { RiskTable } from '../../node/core/risk/riskRow.ts';

/** What an account row claims of one side: `L_s` without cash, short charge, and the worst scenario. */
export interface MarginClaim {
  readonly values: readonly bigint[];
  readonly short: bigint;
  /** W = min over s of cash + L_s - C, and its s. */
  readonly worst: bigint;
  readonly worstColumn: number;
}

/** @throws Error if a position is not in the table: such a batch cannot be proved. */
export const marginClaim = (record: AccountRecord | null, table: RiskTable, columns: number): MarginClaim => {
  const values = Array<bigint>(columns).fill(0n);
  let short = 0n;
  for (const { instrument, lots } of record?.positions ?? []) {
    const row = table.find((candidate) => candidate.instrument === instrument);
    if (row === undefined) throw new Error(`instrument ${instrument} is held but is not in the risk table`);
    for (const [s, value] of row.values.entries()) values[s] = (values[s] ?? 0n) + BigInt(lots) * value;
    if (lots < 0) short += BigInt(-lots) * row.shortCharge;
  }
  const cash = record?.cash ?? 0n;
  const stressed = values.map((value) => cash + value - short);
  let worst = stressed[0] ?? 0n;
  for (const value of stressed) if (value < worst) worst = value;
  return { values, short, worst, worstColumn: stressed.indexOf(worst) };
};
