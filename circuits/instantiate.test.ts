import { expect, test } from 'vitest';
import { TEST_SHAPE } from '../node/core/protocol/presets.ts';
import { batchMainSource } from './instantiate.ts';

test('a shape becomes a main component with its numbers of rows', () => {
  const shape = { ...TEST_SHAPE, accountChunks: [1, 1, 4] };
  expect(batchMainSource(30, shape)).toContain('= Batch(30, 3, [1, 1, 4], 96, 3, 2, 2, 2, 6);');
});

test.each([
  ['no row of a kind', 15, { ...TEST_SHAPE, settlements: 0 }, /every kind of row/],
  ['wide rows before narrow ones', 15, { ...TEST_SHAPE, accountChunks: [2, 1] }, /narrow to wide/],
  ['columns that no hash call takes', 14, TEST_SHAPE, /not whole hash calls/],
])('%s is refused', (_, columns, shape, message) => {
  expect(() => batchMainSource(columns, shape)).toThrow(message);
});
