import { expect, test } from 'vitest';
import type { Deployment } from '../protocol/deployment.ts';
import { DEVELOPMENT_PRESET, LARGE_PRESET, STANDARD_PRESET } from '../protocol/presets.ts';
import type { BatchRows } from '../protocol/rows.ts';
import { fitShape } from './fitShape.ts';

interface Counts {
  readonly trades?: number;
  readonly withdrawals?: number;
  readonly l1Ops?: number;
  readonly settlements?: number;
}

const rowsOf = ({ l1Ops = 0, settlements = 0, trades = 0, withdrawals = 0 }: Counts): BatchRows =>
  ({
    batchNumber: 0,
    l1Ops: Array(l1Ops).fill({}),
    withdrawals: Array(withdrawals).fill({}),
    trades: Array(trades).fill({}),
    settlements: Array(settlements).fill({}),
  }) as unknown as BatchRows;

const fitted = (preset: Deployment, counts: Counts, tableRows: number, widths: readonly number[]): string => {
  try {
    return fitShape(preset, rowsOf(counts), tableRows, widths).name;
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
};

const narrow = (accounts: number): readonly number[] => Array(accounts).fill(1);

test.each([
  // rows, table rows, chunks of each account, in which shape of the large preset
  [{}, 0, [], 'small'],
  [{ trades: 4, withdrawals: 1, l1Ops: 2, settlements: 2 }, 64, [1, 2, 2, 1], 'small'],
  [{ trades: 5 }, 24, [1, 1], 'standard'],
  [{ withdrawals: 2 }, 24, [1, 1], 'standard'],
  [{ l1Ops: 3 }, 24, [1, 1], 'standard'],
  [{ settlements: 3 }, 24, [1, 1], 'standard'],
  [{ trades: 1 }, 65, [1, 1], 'large'],
  [{ trades: 1 }, 24, narrow(5), 'standard'],
  [{ trades: 1 }, 24, [3], 'standard'],
  [{ trades: 1 }, 24, [2, 2, 2], 'standard'],
  [{ trades: 32, withdrawals: 4, l1Ops: 8, settlements: 16 }, 64, [...narrow(12), 4, 4, 4, 4], 'standard'],
  [{ trades: 1 }, 24, [2, 2, 2, 2, 2], 'large'],
  [{ trades: 33 }, 24, [1, 1], 'large'],
  [{ trades: 1 }, 24, narrow(17), 'large'],
  [{ trades: 1 }, 24, [5], 'large'],
  [
    { trades: 160, withdrawals: 8, l1Ops: 16, settlements: 32 },
    128,
    [...narrow(48), ...Array(12).fill(4), 8, 8, 8, 8],
    'large',
  ],
  [{ trades: 161 }, 24, [1, 1], 'LEDGER_SHAPE'],
  [{ trades: 1 }, 129, [1, 1], 'LEDGER_SHAPE'],
  [{ trades: 1 }, 24, [8, 8, 8, 8, 8], 'LEDGER_SHAPE'],
] as const)('%j with %i instruments over accounts of %j chunks: %s', (counts, tableRows, widths, shape) => {
  expect(fitted(LARGE_PRESET, counts, tableRows, widths)).toBe(shape);
});

test('a preset has no shapes but its own', () => {
  expect(fitted(STANDARD_PRESET, { trades: 33 }, 24, [1, 1])).toBe('LEDGER_SHAPE');
  expect(fitted(DEVELOPMENT_PRESET, { trades: 5 }, 24, [1, 1])).toBe('LEDGER_SHAPE');
});
