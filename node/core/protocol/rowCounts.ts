import type { BatchRows } from './rows.ts';

/** How many rows of each kind that L1 data carries: of a batch, of a shape, of what a step would add. */
export interface RowCounts {
  readonly l1Ops: number;
  readonly withdrawals: number;
  readonly trades: number;
  readonly settlements: number;
}

/** The kinds, in the order in which a batch's words and count fields stand (protocol, section 6). */
export const ROW_KINDS = ['l1Ops', 'withdrawals', 'trades', 'settlements'] as const satisfies (keyof RowCounts)[];

/** Data words of a row of each kind. */
export const WORDS_PER_ROW: RowCounts = { l1Ops: 4, withdrawals: 1, trades: 2, settlements: 1 };

export const NO_ROWS: RowCounts = { l1Ops: 0, withdrawals: 0, trades: 0, settlements: 0 };

export const rowCounts = ({ l1Ops, withdrawals, trades, settlements }: BatchRows): RowCounts => ({
  l1Ops: l1Ops.length,
  withdrawals: withdrawals.length,
  trades: trades.length,
  settlements: settlements.length,
});

/** Whether there are no more rows of any kind than `most` says. */
export const countsFit = (counts: RowCounts, most: RowCounts): boolean =>
  counts.l1Ops <= most.l1Ops &&
  counts.withdrawals <= most.withdrawals &&
  counts.trades <= most.trades &&
  counts.settlements <= most.settlements;
