import { describe, expect, it } from 'vitest';
import { createGoalTracker, GOALS, type Goal, isReached } from './goals.ts';

const EMPTY = { trades: 0, multiLeg: 0, liquidations: 0, settlements: 0, withdrawals: 0, l1Ops: 0 };
const ALL = Object.keys(GOALS) as Goal[];
let number = 0;
const batch = (counts: Partial<typeof EMPTY>) =>
  ({ event: 'batch', batchNumber: ++number, block: '1', stateRoot: '1', ...EMPTY, ...counts }) as const;

describe('createGoalTracker', () => {
  it('wants every kind of event in checked batches, and the money in the wallet', () => {
    const goals = createGoalTracker(ALL);
    goals.onBatch(batch({ l1Ops: 2 }));
    goals.onBatch(batch({ trades: 3, multiLeg: 1 }));
    goals.onBatch(batch({ trades: 2, liquidations: 1, withdrawals: 1 }));
    expect(goals.missing()).toEqual(['trades', 'settlement', 'withdrawal']);
    goals.onPaid();
    goals.onExpirySettled();
    expect(goals.missing()).toEqual(['trades', 'settlement']);
    goals.onBatch(batch({ settlements: 2 }));
    goals.onBatch(batch({ trades: 1 }));
    expect(goals.missing()).toEqual([]);
    expect(goals.totals()).toEqual({
      batches: 5,
      trades: 6,
      multiLeg: 1,
      liquidations: 1,
      settlements: 2,
      withdrawals: 1,
    });
  });

  it('waits for no more than it is asked to', () => {
    const goals = createGoalTracker(['multiLeg']);
    expect(goals.missing()).toEqual(['multiLeg']);
    goals.onBatch(batch({ trades: 2, multiLeg: 1 }));
    expect(goals.missing()).toEqual([]);
  });
});

describe('isReached', () => {
  it('waits, and gives up with the names of what is missing', () => {
    const goals = createGoalTracker(['multiLeg', 'liquidation']);
    expect(isReached(goals, 59_999, 60_000)).toBe(false);
    goals.onBatch(batch({ trades: 1, multiLeg: 1 }));
    const missing = [GOALS.liquidation];
    expect(() => isReached(goals, 60_000, 60_000)).toThrowError(
      expect.objectContaining({ code: 'DEVNET_GOALS_MISSED', data: { missing } }),
    );
    goals.onBatch(batch({ liquidations: 1 }));
    expect(isReached(goals, 60_001, 60_000)).toBe(true);
  });
});
