import { POSITIONS_PER_CHUNK, type Preset, type Shape } from '../presets.ts';
import type { AccountRecord } from './account.ts';
import { LedgerError } from './LedgerError.ts';
import type { BatchRows } from './rows.ts';

/** Chunks that an account row must open to show an account before and after. */
export const chunksNeeded = (before: AccountRecord | null, after: AccountRecord): number =>
  Math.max(1, Math.ceil(Math.max(before?.positions.length ?? 0, after.positions.length) / POSITIONS_PER_CHUNK));

/** Whether account rows suffice: widest needs against widest rows. */
function accountsFit(widthsNeeded: readonly number[], shape: Shape): boolean {
  const rows = [...shape.accountChunks].sort((a, b) => b - a);
  return [...widthsNeeded].sort((a, b) => b - a).every((width, i) => width <= (rows[i] ?? 0));
}

const rowsFit = (rows: BatchRows, tableRows: number, shape: Shape): boolean =>
  rows.l1Ops.length <= shape.l1Ops &&
  rows.withdrawals.length <= shape.withdrawals &&
  rows.trades.length <= shape.trades &&
  rows.settlements.length <= shape.settlements &&
  tableRows <= shape.instruments;

/** The cheapest shape of the preset that the batch fits. @throws LedgerError LEDGER_SHAPE */
export function fitShape(preset: Preset, rows: BatchRows, tableRows: number, widthsNeeded: readonly number[]): Shape {
  const shape = preset.shapes.find((one) => rowsFit(rows, tableRows, one) && accountsFit(widthsNeeded, one));
  if (shape !== undefined) return shape;
  throw new LedgerError('LEDGER_SHAPE', `batch refused: it fits no shape of preset ${preset.name}`, {
    l1Ops: rows.l1Ops.length,
    withdrawals: rows.withdrawals.length,
    trades: rows.trades.length,
    settlements: rows.settlements.length,
    accounts: widthsNeeded.length,
    instruments: tableRows,
  });
}
