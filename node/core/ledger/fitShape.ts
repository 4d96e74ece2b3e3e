import type { AccountRecord } from '../protocol/account.ts';
import type { Deployment } from '../protocol/deployment.ts';
import { POSITIONS_PER_CHUNK } from '../protocol/limits.ts';
import { countsFit, rowCounts } from '../protocol/rowCounts.ts';
import type { BatchRows } from '../protocol/rows.ts';
import type { Shape } from '../protocol/shape.ts';
import { LedgerError } from './LedgerError.ts';

/** Chunks that an account row must open to show an account before and after. */
export const chunksNeeded = (before: AccountRecord | null, after: AccountRecord): number =>
  Math.max(1, Math.ceil(Math.max(before?.positions.length ?? 0, after.positions.length) / POSITIONS_PER_CHUNK));

/** Whether account rows suffice: widest needs against widest rows. */
function accountsFit(widthsNeeded: readonly number[], shape: Shape): boolean {
  const rows = [...shape.accountChunks].sort((a, b) => b - a);
  return [...widthsNeeded].sort((a, b) => b - a).every((width, i) => width <= (rows[i] ?? 0));
}

const rowsFit = (rows: BatchRows, tableRows: number, shape: Shape): boolean =>
  countsFit(rowCounts(rows), shape) && tableRows <= shape.instruments;

/** The cheapest shape of the deployment that the batch fits. @throws LedgerError LEDGER_SHAPE */
export function fitShape(
  deployment: Deployment,
  rows: BatchRows,
  tableRows: number,
  widthsNeeded: readonly number[],
): Shape {
  const shape = deployment.shapes.find((one) => rowsFit(rows, tableRows, one) && accountsFit(widthsNeeded, one));
  if (shape !== undefined) return shape;
  throw new LedgerError('LEDGER_SHAPE', `batch refused: it fits no shape of deployment ${deployment.name}`, {
    ...rowCounts(rows),
    accounts: widthsNeeded.length,
    instruments: tableRows,
  });
}
