import { POSITIONS_PER_CHUNK } from '../../node/core/protocol/limits.ts';
import type { Shape } from '../../node/core/protocol/shape.ts';
import type { AccountMove } from './batchOpening.ts';

const chunksNeeded = ({ before, after }: AccountMove): number =>
  Math.max(1, Math.ceil(Math.max(before?.positions.length ?? 0, after.positions.length) / POSITIONS_PER_CHUNK));

/**
 * Which account each account row opens: null for an unused row. Each width class is filled from the narrowest
 * with what fits it, increasing by id within the class, so an assignment is found whenever one exists.
 * @throws Error if the accounts do not fit the shape.
 */
export const assignAccountRows = (moves: readonly AccountMove[], shape: Shape): (AccountMove | null)[] => {
  let waiting = [...moves].sort((a, b) => a.account - b.account);
  const rows: (AccountMove | null)[] = [];
  for (const width of new Set(shape.accountChunks)) {
    const capacity = shape.accountChunks.filter((chunks) => chunks === width).length;
    const taken = waiting.filter((move) => chunksNeeded(move) <= width).slice(0, capacity);
    waiting = waiting.filter((move) => !taken.includes(move));
    rows.push(...taken, ...Array<null>(capacity - taken.length).fill(null));
  }
  if (waiting.length > 0) throw new Error(`${waiting.length} accounts do not fit shape ${shape.name}`);
  return rows;
};
