import { POSITIONS_PER_CHUNK } from '../node/core/protocol/limits.ts';
import { PUBLIC_SIGNALS } from '../node/core/protocol/publicSignals.ts';
import type { Shape } from '../node/core/protocol/shape.ts';

/**
 * The main component of a shape's circuit, as circom source. `columns` is the preset's number of columns of the risk table.
 * It includes `batch.circom` by that name: compile with this folder and node_modules as include paths (`-l`).
 * @throws Error if a shape lacks a kind of row or its account rows are not narrow to wide: not a circuit that we make.
 */
export const batchMainSource = (columns: number, shape: Shape): string => {
  assertInstantiable(columns, shape);
  const chunks = shape.accountChunks;
  const positions = chunks.reduce((sum, count) => sum + count, 0) * POSITIONS_PER_CHUNK;
  const parameters = [
    columns,
    chunks.length,
    `[${chunks.join(', ')}]`,
    positions,
    shape.trades,
    shape.withdrawals,
    shape.l1Ops,
    shape.settlements,
    shape.instruments,
  ].join(', ');
  return `pragma circom 2.1.9;

include "batch.circom";

component main { public [${PUBLIC_SIGNALS.join(', ')}] } = Batch(${parameters});
`;
};

const assertInstantiable = (columns: number, shape: Shape): void => {
  const chunks = shape.accountChunks;
  const rows = [chunks.length, shape.trades, shape.withdrawals, shape.l1Ops, shape.settlements, shape.instruments];
  if (columns % 15 !== 0) throw new Error(`shape ${shape.name}: ${columns} columns are not whole hash calls of 15`);
  if (rows.some((count) => count < 1))
    throw new Error(`shape ${shape.name}: every kind of row is needed at least once`);
  if (chunks.some((count, i) => i > 0 && count < (chunks[i - 1] ?? 0)))
    throw new Error(`shape ${shape.name}: account rows must stand narrow to wide`);
};
