import { TEST_SHAPE } from '../../node/core/protocol/presets.ts';
import type { Shape } from '../../node/core/protocol/shape.ts';

/** Every kind of row, the trades' sums not of one term: what is asked of a circuit's structure alone is asked of this one. */
export const TINY_SHAPE: Shape = {
  ...TEST_SHAPE,
  name: 'tiny',
  accountChunks: [1],
  trades: 2,
  withdrawals: 1,
  l1Ops: 1,
  settlements: 1,
  instruments: 2,
};
