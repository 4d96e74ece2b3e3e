import { describe, expect, it } from 'vitest';
import { createBatchDisplay } from './batchDisplay.ts';
import type { BatchView } from './batchView.ts';

const sealed: BatchView = {
  batchNumber: 4,
  state: 'sealed',
  counts: { l1Ops: 0, withdrawals: 1, trades: 2, settlements: 0, accounts: 3 },
  failure: null,
  proof: null,
  acceptance: null,
};

describe('createBatchDisplay', () => {
  it('tells every step once and in order, whoever speaks first', () => {
    const lines: string[] = [];
    const display = createBatchDisplay((line) => lines.push(line));
    display.onProving(4);
    display.onChecked(4);
    expect(lines).toEqual([]);
    display.onBatches([sealed]);
    const accepted: BatchView = {
      ...sealed,
      state: 'accepted',
      proof: { provingMs: 9_960 },
      acceptance: { gasUsed: 407_770n, batchesInCall: 2 },
    };
    display.onBatches([accepted]);
    display.onBatches([accepted]);
    expect(lines).toEqual([
      'batch 4: sealed: 1 withdrawals, 2 trade rows, 3 accounts',
      'batch 4: proving',
      'batch 4: proved in 10.0 s',
      'batch 4: accepted on L1, 407,770 gas for 2 batches in one call',
      'batch 4: checked by the watcher',
    ]);
  });
});
