import type { WatchReport } from '../watcher/watchReport.ts';
import { DevnetError } from './DevnetError.ts';

/** What `--once` waits for; each is final on L1 and checked by the watcher. */
export const GOALS = {
  trades: 'three batches with trades',
  multiLeg: 'a multi-leg trade',
  liquidation: 'a liquidation',
  settlement: 'an expiry settled',
  withdrawal: 'a withdrawal paid on L1',
} as const;
export type Goal = keyof typeof GOALS;

const BATCHES_WITH_TRADES = 3;

export interface GoalTracker {
  /** A batch that the watcher has checked. */
  readonly onBatch: (batch: WatchReport & { readonly event: 'batch' }) => void;
  /** The withdrawn money has reached its owner's wallet. */
  readonly onPaid: () => void;
  /** No account holds an instrument of the expiry any more. */
  readonly onExpirySettled: () => void;
  readonly missing: () => readonly Goal[];
  readonly totals: () => Readonly<
    Record<'batches' | 'trades' | 'multiLeg' | 'liquidations' | 'settlements' | 'withdrawals', number>
  >;
}

/** @param wanted the goals that count */
export function createGoalTracker(wanted: readonly Goal[]): GoalTracker {
  const totals = { batches: 0, trades: 0, multiLeg: 0, liquidations: 0, settlements: 0, withdrawals: 0 };
  let withTrades = 0;
  let isPaid = false;
  let isSettled = false;
  return {
    onBatch: (batch) => {
      totals.batches += 1;
      if (batch.trades > 0) withTrades += 1;
      for (const name of ['trades', 'multiLeg', 'liquidations', 'settlements', 'withdrawals'] as const) {
        totals[name] += batch[name];
      }
    },
    onPaid: () => {
      isPaid = true;
    },
    onExpirySettled: () => {
      isSettled = true;
    },
    missing: () => {
      const reached: Readonly<Record<Goal, boolean>> = {
        trades: withTrades >= BATCHES_WITH_TRADES,
        multiLeg: totals.multiLeg > 0,
        liquidation: totals.liquidations > 0,
        settlement: isSettled && totals.settlements > 0,
        withdrawal: isPaid && totals.withdrawals > 0,
      };
      return wanted.filter((goal) => !reached[goal]);
    },
    totals: () => ({ ...totals }),
  };
}

/** Whether nothing is missing any more. @throws DevnetError DEVNET_GOALS_MISSED once it has taken too long */
export function isReached(goals: GoalTracker, afterMs: number, withinMs: number): boolean {
  const missing = goals.missing().map((goal) => GOALS[goal]);
  if (missing.length === 0) return true;
  if (afterMs < withinMs) return false;
  const message = `After ${withinMs / 60_000} minutes these are not final on L1: ${missing.join('; ')}. The logs say why; a price file must have a jump of 5% for a liquidation.`;
  throw new DevnetError('DEVNET_GOALS_MISSED', message, { missing });
}
